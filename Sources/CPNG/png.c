#include "CPNG.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/// The file, and where errors go.
struct input {
    const uint8_t *bytes;
    size_t count;
    size_t offset;
    char *message;
};

/// What is freed at the end, whichever way it comes.
struct reader {
    png_structp png;
    png_infop info;
    png_bytep *rows;
    uint8_t *grey;
};

static void fail(png_structp png, png_const_charp text) {
    struct input *input = png_get_error_ptr(png);
    strncpy(input->message, text, SEPAL_PNG_MESSAGE - 1);
    input->message[SEPAL_PNG_MESSAGE - 1] = 0;
    png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void take(png_structp png, png_bytep target, size_t count) {
    struct input *input = png_get_io_ptr(png);
    if (count > input->count - input->offset) { png_error(png, "it ends too early"); }
    memcpy(target, input->bytes + input->offset, count);
    input->offset += count;
}

static int open_reader(struct reader *reader, struct input *input) {
    input->message[0] = 0;
    reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, input, fail, ignore);
    reader->info = reader->png ? png_create_info_struct(reader->png) : NULL;
    if (reader->info) { return 1; }
    strcpy(input->message, "no memory");
    return 0;
}

static void close_reader(struct reader *reader) {
    free(reader->rows);
    free(reader->grey);
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
}

/// The header up to the pixels. Chunks that say how to show an image are passed over.
static void read_header(struct reader *reader, struct input *input) {
    png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_chunk_malloc_max(reader->png, 1 << 20);
    png_set_read_fn(reader->png, input, take);
    png_read_info(reader->png, reader->info);
}

// What an error may leave half done belongs to the caller of the function that it jumps back to.

static int guarded_size(struct reader *reader, struct input *input, uint32_t *width, uint32_t *height) {
    if (setjmp(png_jmpbuf(reader->png))) { return 0; }
    read_header(reader, input);
    *width = png_get_image_width(reader->png, reader->info);
    *height = png_get_image_height(reader->png, reader->info);
    return 1;
}

int sepal_png_size(const uint8_t *bytes, size_t count, uint32_t *width, uint32_t *height, char *message) {
    struct input input = {bytes, count, 0, message};
    struct reader reader = {NULL, NULL, NULL, NULL};
    int good = open_reader(&reader, &input) && guarded_size(&reader, &input, width, height);
    close_reader(&reader);
    return good;
}

/// Asks for 8-bit RGB; for 16-bit grey without alpha, for its two bytes. Returns bytes a pixel takes.
static size_t choose_transforms(png_structp png, png_infop info) {
    png_byte colour = png_get_color_type(png, info);
    png_byte depth = png_get_bit_depth(png, info);
    if (png_get_interlace_type(png, info) != PNG_INTERLACE_NONE) { png_set_interlace_handling(png); }
    if (colour == PNG_COLOR_TYPE_GRAY && depth == 16) { return 2; }
    if (colour == PNG_COLOR_TYPE_PALETTE) { png_set_palette_to_rgb(png); }
    if (colour == PNG_COLOR_TYPE_GRAY && depth < 8) { png_set_expand_gray_1_2_4_to_8(png); }
    if (depth == 16) { png_set_strip_16(png); }
    if (!(colour & PNG_COLOR_MASK_COLOR)) { png_set_gray_to_rgb(png); }
    png_set_strip_alpha(png);
    return 3;
}

static void read_pixels(struct reader *reader, uint32_t width, uint32_t height, uint8_t *rgb) {
    png_structp png = reader->png;
    if (png_get_image_width(png, reader->info) != width || png_get_image_height(png, reader->info) != height) {
        png_error(png, "its size has changed");
    }
    size_t pixel = choose_transforms(png, reader->info);
    png_read_update_info(png, reader->info);
    if (png_get_rowbytes(png, reader->info) != (size_t)width * pixel) { png_error(png, "its rows have another length"); }
    size_t area = (size_t)width * height;
    if (pixel == 2 && !(reader->grey = malloc(area * 2))) { png_error(png, "no memory"); }
    if (!(reader->rows = malloc(height * sizeof(png_bytep)))) { png_error(png, "no memory"); }
    uint8_t *start = pixel == 2 ? reader->grey : rgb;
    for (uint32_t row = 0; row < height; row++) { reader->rows[row] = start + (size_t)row * width * pixel; }
    png_read_image(png, reader->rows);
    for (size_t place = 0; pixel == 2 && place < area; place++) {
        uint8_t value = reader->grey[2 * place] ? 255 : reader->grey[2 * place + 1];
        memset(rgb + 3 * place, value, 3);
    }
}

static int guarded_read(struct reader *reader, struct input *input, uint32_t width, uint32_t height, uint8_t *rgb) {
    if (setjmp(png_jmpbuf(reader->png))) { return 0; }
    read_header(reader, input);
    read_pixels(reader, width, height, rgb);
    return 1;
}

int sepal_png_read(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *rgb, char *message) {
    struct input input = {bytes, count, 0, message};
    struct reader reader = {NULL, NULL, NULL, NULL};
    int good = open_reader(&reader, &input) && guarded_read(&reader, &input, width, height, rgb);
    close_reader(&reader);
    return good;
}

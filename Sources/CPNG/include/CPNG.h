#ifndef SEPAL_CPNG_H
#define SEPAL_CPNG_H

#include <stddef.h>
#include <stdint.h>

// Reading PNG through libpng, whose errors are long jumps: they end here, as return values.

/// Bytes a message takes at most, with its final zero.
#define SEPAL_PNG_MESSAGE 128

/// Width and height from the header. Returns 1, or 0 with a message.
int sepal_png_size(
    const uint8_t *_Nonnull bytes, size_t count, uint32_t *_Nonnull width, uint32_t *_Nonnull height,
    char *_Nonnull message);

/// All pixels as 8-bit RGB, row by row, into `rgb`, which has room for width×height×3 bytes: alpha and transparency are
/// dropped, palettes looked up, greys tripled; 16-bit colours lose their low byte, 16-bit greys above 255 become 255.
/// Returns 1, or 0 with a message.
int sepal_png_read(
    const uint8_t *_Nonnull bytes, size_t count, uint32_t width, uint32_t height, uint8_t *_Nonnull rgb,
    char *_Nonnull message);

#endif

#ifndef SEPAL_CVECTOR_H
#define SEPAL_CVECTOR_H

#include <stdint.h>

#include "system.h"

// Loops in as many lanes as the processor has: Swift compiles for the oldest of its kind, and has no way to choose when it
// runs. Sixteen sums run side by side on all of them.

/// Kinds of processors that loops are made for.
enum {
    sepal_oldest,
    /// AVX2 with FMA.
    sepal_avx2,
    /// The same with AVX-VNNI.
    sepal_avx_vnni,
    /// AVX-512 F, BW, VL, and AVX2.
    sepal_avx512,
    /// The same with VNNI.
    sepal_avx512_vnni,
    /// The same with AMX for bytes, where the system is Linux.
    sepal_amx,
    sepal_levels,
};

/// Whether this processor has what a kind has.
int sepal_has(int level);

/// Rows of quantised numbers lie in groups of so many: of a group, word after word, each of all rows. Four numbers make a word:
/// of sixty-four, the first of every sixteen the first, and so on; the last sixty-four are filled up with zeros.
enum { sepal_group = 16 };

/// Products of rows of float32 numbers are summed up in one order, whoever takes them: of so many features in sixteen sums side by
/// side, a feature's in that of its number modulo sixteen; these by halves; and what comes of that one after the other.
enum { sepal_chunk = 512 };

/// products = A · Bᵀ of `rows` and `columns` rows of `depth` floats that follow each other; rows of the result lie `stride` apart.
/// Both come in fours, which must be there to be read and written. Where a = b, what is left of the diagonal may be left out.
void sepal_products(
    int level, const float *_Nonnull a, const float *_Nonnull b, int64_t depth, int64_t rows, int64_t columns,
    float *_Nonnull products, int64_t stride);

typedef struct {
    int32_t first, second;
} sepal_pair;

/// Goes on with the sixteen sums of each pair, sums[16·i] and so on, over two rows of part of a chunk; rows of `width` floats, a
/// multiple of 16, follow each other.
void sepal_pair_products(
    int level, const float *_Nonnull rows, int64_t width, const sepal_pair *_Nonnull pairs, int64_t pair_count,
    float *_Nonnull sums);

/// sums[i] becomes the sum of sixteen values, values[16·i] and so on, by halves.
void sepal_sum_lanes(int level, const float *_Nonnull values, int64_t count, float *_Nonnull sums);

/// Σ h² of a row in float64; `least` becomes its least number or 0, `most` its greatest or 0.
double sepal_measure(int level, const float *_Nonnull row, int64_t count, float *_Nonnull least, float *_Nonnull most);

/// q = round(h · 127 / max h + chance) of `row_count` rows h of `count` numbers, `stride` apart, none of them negative, at most a
/// group of them; chance uniform in [-1/2, 1/2): xorshift32 (Marsaglia 2003) in sixteen lanes from as many `seeds` for each
/// row, none of them 0. `most` holds max h of each row.
///
/// A row's scale becomes h·m / q·m, m being `mean`, and max h / 127 where that says nothing; 0 for a zero row.
/// Returns 0 where 127 / max h is more than a float can be, or where a row's Σ q² reaches 2³¹.
int sepal_quantize(
    int level, const float *_Nonnull rows, int64_t stride, int64_t row_count, const float *_Nonnull most,
    const float *_Nonnull mean, const uint32_t *_Nonnull seeds, int64_t count, uint32_t *_Nonnull words,
    float *_Nonnull scales);

/// products = A · Bᵀ of `rows` and `columns` quantised rows of so many words, from groups `a` and `b` on; rows of the result lie
/// `stride` apart. Where a = b, what is left of the diagonal may be left out. Whole groups are written, in twos, which must be
/// there to be read and written.
void sepal_byte_products(
    int level, const uint32_t *_Nonnull a, const uint32_t *_Nonnull b, int64_t words, int64_t rows, int64_t columns,
    int32_t *_Nonnull products, int64_t stride);

/// values[i] = products[i] · factor · factors[i]; products are floats, or whole numbers where `are_whole`.
void sepal_scale(
    int level, const void *_Nonnull products, int are_whole, float factor, const float *_Nonnull factors, int64_t count,
    float *_Nonnull values);

/// Of the values from `first` to before `end`, adds to reached[b] how many are at least b/10, for b from 1 to 9, and to
/// reached[0] how many are at least 0; to reached_same how many of those have classes[i] = own, and to reached_same[0] how many
/// of all do.
void sepal_tally(
    int level, const float *_Nonnull values, const int32_t *_Nonnull classes, int32_t own, int64_t first, int64_t end,
    int64_t *_Nonnull reached, int64_t *_Nonnull reached_same);

/// Goes from `first` on to before `end` in steps of sixteen, to the first step where a value passes: values[i] + margins[i] + margin
/// at least bars[i] or at least `bar`. Returns its first i, and in `passing` a bit for each of the step's values, the lowest for
/// the first; `end` where there is none. Margins are 0 where there are none.
int64_t sepal_find(
    int level, const float *_Nonnull values, const float *_Nullable margins, float margin, const float *_Nonnull bars,
    float bar, int64_t first, int64_t end, uint32_t *_Nonnull passing);

/// Raises maxima to what values[i] - (margins[i] + margin) are, of_places[i] and, with i counted modulo 16, of_lanes[i]. Margins are
/// 0 where there are none.
void sepal_raise_maxima(
    int level, const float *_Nonnull values, const float *_Nullable margins, float margin, int64_t count,
    float *_Nonnull of_places, float *_Nonnull of_lanes);

/// greatest[i]: of the sixteen values i, `stride` apart, the k-th greatest, k being from 1 to 16.
void sepal_kth_greatest(
    int level, const float *_Nonnull values, int64_t stride, int64_t count, int64_t k, float *_Nonnull greatest);

// Minimal filtering F(2×2, 3×3) of images whose channels stand in blocks of 8 or 16: see WinogradConvolution.swift.

/// 2×2 pixels of the output, with the 4×4 of the input they come from.
typedef struct {
    /// Where the first pixel stands in a map; of the input's that may be outside.
    int64_t source, destination;
    /// A bit for each pixel of input that isn't padding, row after row, the lowest for the first.
    uint16_t inside;
    uint8_t has_right, has_bottom;
} sepal_tile;

typedef struct {
    int64_t block;
    int64_t channels, height, width;
    int64_t output_channels, output_height, output_width;
    /// Tiles of an image, and how many are worked on at a time.
    int64_t tiles_of_image, chunk;
    /// Values from one of the sixteen matrices to the next.
    int64_t source_stride, result_stride;
    const sepal_tile *_Nonnull tiles;
} sepal_tiling;

/// Bᵀ d B of the tiles from `first` to before `end` of a batch: sixteen matrices, block × tile × channel.
void sepal_winograd_spread(
    int level, const sepal_tiling *_Nonnull tiling, const float *_Nonnull source, int64_t first, int64_t end,
    float *_Nonnull matrices);

/// Aᵀ m A of these tiles, with bias, sum with what stands there, and ReLU.
void sepal_winograd_gather(
    int level, const sepal_tiling *_Nonnull tiling, const float *_Nonnull matrices, int64_t first, int64_t end,
    const float *_Nonnull bias, int accumulate, int relu, float *_Nonnull destination);

#endif

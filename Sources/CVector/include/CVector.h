#ifndef SEPAL_CVECTOR_H
#define SEPAL_CVECTOR_H

#include <stdint.h>

// Loops over floats in as many lanes as the processor has: Swift compiles for the oldest of its kind, and has no way to
// choose when it runs. Sixteen sums run side by side on all of them.

/// What this processor has: 0 what its oldest kin has, 1 AVX2 with FMA, 2 AVX-512 (F, BW, VL) too.
int sepal_vector_level(void);

typedef struct {
    int32_t first, second;
} sepal_pair;

/// sums[i] = Σ a·b over `count` floats from `start` on of the two rows of pairs[i]; rows lie `stride` floats apart.
void sepal_pair_products(
    int level, const float *_Nonnull rows, int64_t stride, int64_t start, int64_t count,
    const sepal_pair *_Nonnull pairs, int64_t pair_count, float *_Nonnull sums);

/// q = round(h · 127 / max h + chance) of a row h that has no negative number, chance uniform in [-1/2, 1/2): xorshift32
/// (Marsaglia 2003) in sixteen lanes from `seeds`, none of them 0. Bytes stand in an order of their own, the same for all
/// rows of `count` numbers.
///
/// `scale` becomes h·m / q·m, m being `mean`, and max h / 127 where that says nothing; 0 for a zero row.
/// Returns 0 where a number is negative or not finite, or where Σ q² reaches 2³¹.
int sepal_quantize(
    int level, const float *_Nonnull row, const float *_Nonnull mean, const uint32_t *_Nonnull seeds, int64_t count,
    uint8_t *_Nonnull bytes, float *_Nonnull scale);

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

/// The first i from `first` on, before `end`, with values[i] + margins[i] + margin at least bars[i] or at least `bar`; `end`
/// where there is none. Margins are 0 where there are none.
int64_t sepal_find(
    int level, const float *_Nonnull values, const float *_Nullable margins, float margin, const float *_Nonnull bars,
    float bar, int64_t first, int64_t end);

#endif

#include "CVector.h"

#include <math.h>
#include <stddef.h>

// No vector is handed from function to function: all that take one are inlined.
#pragma clang diagnostic ignored "-Wpsabi"

// Vectors of sixteen, of which a processor takes as many at a time as it can; loads need no alignment.
typedef float floats __attribute__((vector_size(64), aligned(4)));
typedef uint32_t numbers __attribute__((vector_size(64), aligned(4)));
enum { lanes = 16 };

#define INLINE static inline __attribute__((always_inline))

INLINE floats load(const float *values) { return *(const floats *)values; }

INLINE float sum(floats values) {
    float total = 0;
    for (int lane = 0; lane < lanes; lane++) total += values[lane];
    return total;
}

INLINE void pair_products(
    const float *rows, int64_t stride, int64_t start, int64_t count, const sepal_pair *pairs, int64_t pair_count,
    float *sums) {
    const int64_t whole = count / lanes * lanes;
    for (int64_t pair = 0; pair < pair_count; pair++) {
        const float *a = rows + pairs[pair].first * stride + start, *b = rows + pairs[pair].second * stride + start;
        // Pairs come in order of their first rows; the second ones are anywhere.
        const float *next = rows + pairs[pair + 1 < pair_count ? pair + 1 : pair].second * stride + start;
        floats total = {0};
        for (int64_t index = 0; index < whole; index += lanes) {
            __builtin_prefetch(next + index);
            total += load(a + index) * load(b + index);
        }
        float product = sum(total);
        for (int64_t index = whole; index < count; index++) product += a[index] * b[index];
        sums[pair] = product;
    }
}

INLINE floats chance(numbers *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    // Bits of a float from 1 to less than 2.
    return (floats)((*state >> 9) | 0x3F800000u) - 1.5f;
}

INLINE int quantize(
    const float *row, const float *mean, const uint32_t *seeds, int64_t count, uint8_t *bytes, float *scale) {
    const int64_t step = 4 * lanes, whole = count / step * step;
    floats least = {0}, most = {0};
    for (int64_t index = 0; index < whole; index += lanes) {
        least = __builtin_elementwise_min(least, load(row + index));
        most = __builtin_elementwise_max(most, load(row + index));
    }
    float low = 0, high = 0;
    for (int lane = 0; lane < lanes; lane++) {
        low = fminf(low, least[lane]);
        high = fmaxf(high, most[lane]);
    }
    for (int64_t index = whole; index < count; index++) {
        low = fminf(low, row[index]);
        high = fmaxf(high, row[index]);
    }
    // A little less than 127, so that what is rounded stays below 127½.
    const float factor = 126.99998f / high;
    *scale = 0;
    if (!(low >= 0) || !isfinite(high)) return 0;
    if (high == 0 || !isfinite(factor)) {
        for (int64_t index = 0; index < count; index++) bytes[index] = 0;
        return high == 0;
    }
    numbers state = *(const numbers *)seeds, squares = {0};
    // h·m and q·m, h as many times as high as q is.
    floats exact = {0}, rounded = {0};
    for (int64_t start = 0; start < whole; start += step) {
        // Four numbers to a word, not neighbours but what takes no shuffling.
        numbers words = {0};
        for (int part = 0; part < 4; part++) {
            const int64_t index = start + part * lanes;
            const floats value = load(row + index) * factor;
            // Added to a small float, 1½ · 2²³ leaves the nearest whole number in the lowest bits.
            const floats shifted = value + chance(&state) + 0x1.8p23f;
            exact += value * load(mean + index);
            rounded += (shifted - 0x1.8p23f) * load(mean + index);
            const numbers number = (numbers)shifted & 0x7F;
            squares += number * number;
            words |= number << (8 * part);
        }
        *(numbers *)(bytes + start) = words;
    }
    uint64_t square = 0;
    for (int lane = 0; lane < lanes; lane++) square += squares[lane];
    float product = sum(exact), rounded_product = sum(rounded);
    for (int64_t index = whole; index < count; index++) {
        const float value = row[index] * factor;
        const uint32_t number = (uint32_t)(value + chance(&state)[0] + 0.5f);
        bytes[index] = (uint8_t)number;
        square += number * number;
        product += value * mean[index];
        rounded_product += (float)number * mean[index];
    }
    if (square >= UINT64_C(1) << 31) return 0;
    const float correction = product / rounded_product;
    *scale = (isfinite(correction) && correction > 0 ? correction : 1) / factor;
    return 1;
}

typedef int32_t counts __attribute__((vector_size(64), aligned(4)));

INLINE void scale(
    const void *products, int are_whole, float factor, const float *factors, int64_t count, float *values) {
    const int64_t whole = count / lanes * lanes;
    for (int64_t index = 0; index < whole; index += lanes) {
        const floats product = are_whole ? __builtin_convertvector(*(const counts *)((const int32_t *)products + index), floats)
                                         : load((const float *)products + index);
        *(floats *)(values + index) = product * factor * load(factors + index);
    }
    for (int64_t index = whole; index < count; index++) {
        const float product = are_whole ? (float)((const int32_t *)products)[index] : ((const float *)products)[index];
        values[index] = product * factor * factors[index];
    }
}

INLINE int64_t total(counts values) {
    int64_t sum = 0;
    for (int lane = 0; lane < lanes; lane++) sum += values[lane];
    return sum;
}

enum { bins = 10 };

INLINE void tally(
    const float *values, const int32_t *classes, int32_t own, int64_t first, int64_t end, int64_t *reached,
    int64_t *reached_same) {
    const int64_t whole = first + (end - first) / lanes * lanes;
    counts same_class = {0};
    for (int64_t index = first; index < whole; index += lanes) same_class -= *(const counts *)(classes + index) == own;
    reached_same[0] += total(same_class);
    // An edge at a time, so that its counters stay in registers; lanes that pass are -1.
    for (int bin = 0; bin < bins; bin++) {
        const float edge = (float)bin / bins;
        counts all = {0}, same = {0};
        for (int64_t index = first; index < whole; index += lanes) {
            const counts passes = load(values + index) >= edge;
            all -= passes;
            if (bin > 0) same -= passes & (*(const counts *)(classes + index) == own);
        }
        reached[bin] += total(all);
        reached_same[bin] += total(same);
    }
    for (int64_t index = whole; index < end; index++) {
        reached_same[0] += classes[index] == own;
        for (int bin = 0; bin < bins; bin++) {
            const int passes = values[index] >= (float)bin / bins;
            reached[bin] += passes;
            if (bin > 0) reached_same[bin] += passes && classes[index] == own;
        }
    }
}

INLINE int64_t find(
    const float *values, const float *margins, float margin, const float *bars, float bar, int64_t first, int64_t end) {
    int64_t index = first;
    for (; index + lanes <= end; index += lanes) {
        floats most = load(values + index);
        if (margins) most += load(margins + index) + margin;
        const counts passes = (most >= load(bars + index)) | (most >= bar);
        int32_t any = 0;
        for (int lane = 0; lane < lanes; lane++) any |= passes[lane];
        if (any) break;
    }
    for (; index < end; index++) {
        const float most = margins ? values[index] + (margins[index] + margin) : values[index];
        if (most >= bars[index] || most >= bar) return index;
    }
    return end;
}

// Each loop once for every kind of processor.
#define LOOPS(NAME, ATTRIBUTES)                                                                                        \
    ATTRIBUTES static void pair_products_##NAME(                                                                       \
        const float *rows, int64_t stride, int64_t start, int64_t count, const sepal_pair *pairs, int64_t pair_count,  \
        float *sums) {                                                                                                 \
        pair_products(rows, stride, start, count, pairs, pair_count, sums);                                            \
    }                                                                                                                  \
    ATTRIBUTES static int quantize_##NAME(                                                                             \
        const float *row, const float *mean, const uint32_t *seeds, int64_t count, uint8_t *bytes, float *scale) {     \
        return quantize(row, mean, seeds, count, bytes, scale);                                                        \
    }                                                                                                                  \
    ATTRIBUTES static void scale_##NAME(                                                                               \
        const void *products, int are_whole, float factor, const float *factors, int64_t count, float *values) {       \
        if (are_whole) scale(products, 1, factor, factors, count, values);                                             \
        else scale(products, 0, factor, factors, count, values);                                                       \
    }                                                                                                                  \
    ATTRIBUTES static void tally_##NAME(                                                                               \
        const float *values, const int32_t *classes, int32_t own, int64_t first, int64_t end, int64_t *reached,        \
        int64_t *reached_same) {                                                                                       \
        tally(values, classes, own, first, end, reached, reached_same);                                                \
    }                                                                                                                  \
    ATTRIBUTES static int64_t find_##NAME(                                                                             \
        const float *values, const float *margins, float margin, const float *bars, float bar, int64_t first,          \
        int64_t end) {                                                                                                 \
        return margins ? find(values, margins, margin, bars, bar, first, end)                                          \
                       : find(values, NULL, 0, bars, bar, first, end);                                                 \
    }

LOOPS(oldest, )
#ifdef __x86_64__
LOOPS(avx2, __attribute__((target("avx2,fma"))))
LOOPS(avx512, __attribute__((target("avx512f,avx512bw,avx512vl,avx2,fma"))))
#define CHOOSE(LEVEL, NAME, ...)                                                                                       \
    ((LEVEL) >= 2 ? NAME##_avx512(__VA_ARGS__) : (LEVEL) == 1 ? NAME##_avx2(__VA_ARGS__) : NAME##_oldest(__VA_ARGS__))
#else
#define CHOOSE(LEVEL, NAME, ...) ((void)(LEVEL), NAME##_oldest(__VA_ARGS__))
#endif

int sepal_vector_level(void) {
#ifdef __x86_64__
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 0;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
        ? 2 : 1;
#else
    return 0;
#endif
}

void sepal_pair_products(
    int level, const float *rows, int64_t stride, int64_t start, int64_t count, const sepal_pair *pairs,
    int64_t pair_count, float *sums) {
    CHOOSE(level, pair_products, rows, stride, start, count, pairs, pair_count, sums);
}

int sepal_quantize(
    int level, const float *row, const float *mean, const uint32_t *seeds, int64_t count, uint8_t *bytes, float *scale) {
    return CHOOSE(level, quantize, row, mean, seeds, count, bytes, scale);
}

void sepal_scale(
    int level, const void *products, int are_whole, float factor, const float *factors, int64_t count, float *values) {
    CHOOSE(level, scale, products, are_whole, factor, factors, count, values);
}

void sepal_tally(
    int level, const float *values, const int32_t *classes, int32_t own, int64_t first, int64_t end, int64_t *reached,
    int64_t *reached_same) {
    CHOOSE(level, tally, values, classes, own, first, end, reached, reached_same);
}

int64_t sepal_find(
    int level, const float *values, const float *margins, float margin, const float *bars, float bar, int64_t first,
    int64_t end) {
    return CHOOSE(level, find, values, margins, margin, bars, bar, first, end);
}

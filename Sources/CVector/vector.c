#include "CVector.h"

#include <math.h>
#include <stddef.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

// No vector is handed from function to function: all that take one are inlined.
#pragma clang diagnostic ignored "-Wpsabi"

// Vectors of sixteen, of which a processor takes as many at a time as it can; loads need no alignment.
typedef float floats __attribute__((vector_size(64), aligned(4)));
typedef uint32_t numbers __attribute__((vector_size(64), aligned(4)));
enum { lanes = 16 };

#define INLINE static inline __attribute__((always_inline))

INLINE floats load(const float *values) { return *(const floats *)values; }

typedef float eight_floats __attribute__((vector_size(32), aligned(4)));
typedef int32_t eight_counts __attribute__((vector_size(32), aligned(4)));
typedef float four_floats __attribute__((vector_size(16)));

INLINE float sum(floats values) {
    const eight_floats half = __builtin_shufflevector(values, values, 0, 1, 2, 3, 4, 5, 6, 7)
        + __builtin_shufflevector(values, values, 8, 9, 10, 11, 12, 13, 14, 15);
    const four_floats quarter = __builtin_shufflevector(half, half, 0, 1, 2, 3) + __builtin_shufflevector(half, half, 4, 5, 6, 7);
    return (quarter[0] + quarter[2]) + (quarter[1] + quarter[3]);
}

INLINE void pair_products(
    const float *rows, int64_t width, const sepal_pair *pairs, int64_t pair_count, float *sums) {
    // Pairs come in order of their first rows; the second ones are anywhere.
    enum { ahead = 2 };
    for (int64_t pair = 0; pair < pair_count; pair++) {
        const float *a = rows + pairs[pair].first * width, *b = rows + pairs[pair].second * width;
        const float *next = rows + pairs[pair + ahead < pair_count ? pair + ahead : pair].second * width;
        floats total = {0};
        for (int64_t index = 0; index < width; index += lanes) {
            __builtin_prefetch(next + index);
            total += load(a + index) * load(b + index);
        }
        sums[pair] += sum(total);
    }
}

INLINE floats chance(numbers *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    // Bits of a float from 1 to less than 2.
    return (floats)((*state >> 9) | 0x3F800000u) - 1.5f;
}

// A row on its way to whole numbers; h is scaled such that its greatest number is 127.
typedef struct {
    numbers state, squares;
    // h·m and q·m.
    floats exact, rounded;
    float factor;
} quantized_row;

typedef double doubles __attribute__((vector_size(128)));

INLINE double measure(const float *row, int64_t count, float *least, float *most) {
    const int64_t whole = count / lanes * lanes;
    floats low = {0}, high = {0};
    doubles squares = {0};
    for (int64_t index = 0; index < whole; index += lanes) {
        const floats values = load(row + index);
        low = __builtin_elementwise_min(low, values);
        high = __builtin_elementwise_max(high, values);
        const doubles wide = __builtin_convertvector(values, doubles);
        squares += wide * wide;
    }
    *least = *most = 0;
    double square = 0;
    for (int lane = 0; lane < lanes; lane++) {
        *least = fminf(*least, low[lane]);
        *most = fmaxf(*most, high[lane]);
        square += squares[lane];
    }
    for (int64_t index = whole; index < count; index++) {
        *least = fminf(*least, row[index]);
        *most = fmaxf(*most, row[index]);
        square += (double)row[index] * row[index];
    }
    return square;
}

// Added to a small float, 1½ · 2²³ leaves the nearest whole number in the lowest bits.
INLINE numbers next_numbers(quantized_row *row, floats values, floats mean) {
    const float shift = 0x1.8p23f;
    const floats scaled = values * row->factor, shifted = scaled + chance(&row->state) + shift;
    row->exact += scaled * mean;
    row->rounded += (shifted - shift) * mean;
    const numbers result = (numbers)shifted & 0x7F;
    row->squares += result * result;
    return result;
}

INLINE int end_row(const quantized_row *row, float *scale) {
    uint64_t square = 0;
    for (int lane = 0; lane < lanes; lane++) square += row->squares[lane];
    const float correction = sum(row->exact) / sum(row->rounded);
    *scale = row->factor == 0 ? 0 : (isfinite(correction) && correction > 0 ? correction : 1) / row->factor;
    return square < UINT64_C(1) << 31;
}

INLINE int quantize(
    const float *rows, int64_t stride, int64_t row_count, const float *most, const float *mean, const uint32_t *seeds,
    int64_t count, uint32_t *words, float *scales) {
    // Words of so many features of all rows fit into the nearest cache.
    enum { step = 4 * lanes, part = 16 * step };
    quantized_row all[sepal_group];
    for (int64_t row = 0; row < row_count; row++) {
        // A little less than 127, so that what is rounded stays below 127½.
        const float factor = most[row] > 0 ? 126.99998f / most[row] : 0;
        if (!isfinite(factor)) return 0;
        all[row] = (quantized_row){.state = *(const numbers *)(seeds + row * lanes), .factor = factor};
    }
    for (int64_t start = 0; start < count; start += part)
        for (int64_t row = 0; row < row_count; row++) {
            quantized_row now = all[row];
            const int64_t end = start + part < count ? start + part : count;
            for (int64_t index = start; index < end; index += step) {
                const float *values = rows + row * stride + index, *means = mean + index;
                // What is left at the end, filled up with zeros.
                float last[step] = {0}, last_means[step] = {0};
                if (index + step > end) {
                    for (int64_t i = 0; i < end - index; i++) {
                        last[i] = values[i];
                        last_means[i] = means[i];
                    }
                    values = last;
                    means = last_means;
                }
                // Four numbers to a word, not neighbours but what takes no shuffling.
                numbers four = {0};
                for (int byte = 0; byte < 4; byte++)
                    four |= next_numbers(&now, load(values + byte * lanes), load(means + byte * lanes)) << (8 * byte);
                for (int lane = 0; lane < lanes; lane++) words[(index / 4 + lane) * sepal_group + row] = four[lane];
            }
            all[row] = now;
        }
    for (int64_t row = 0; row < row_count; row++)
        if (!end_row(all + row, scales + row)) return 0;
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

typedef _Bool mask __attribute__((ext_vector_type(16)));

INLINE int64_t find(
    const float *values, const float *margins, float margin, const float *bars, float bar, int64_t first, int64_t end,
    uint32_t *passing) {
    int64_t index = first;
    for (; index + lanes <= end; index += lanes) {
        floats most = load(values + index);
        if (margins) most += load(margins + index) + margin;
        const mask passes = __builtin_convertvector((most >= load(bars + index)) | (most >= bar), mask);
        uint16_t bits;
        memcpy(&bits, &passes, sizeof bits);
        if (bits) return *passing = bits, index;
    }
    *passing = 0;
    for (int64_t last = index; last < end; last++) {
        const float most = margins ? values[last] + (margins[last] + margin) : values[last];
        if (most >= bars[last] || most >= bar) *passing |= 1u << (last - index);
    }
    return *passing ? index : end;
}

// Each loop once for every kind of processor.
#define LOOPS(NAME, ATTRIBUTES)                                                                                        \
    ATTRIBUTES static void pair_products_##NAME(                                                                       \
        const float *rows, int64_t width, const sepal_pair *pairs, int64_t pair_count, float *sums) {                  \
        pair_products(rows, width, pairs, pair_count, sums);                                                           \
    }                                                                                                                  \
    ATTRIBUTES static int quantize_##NAME(                                                                             \
        const float *rows, int64_t stride, int64_t row_count, const float *most, const float *mean,                    \
        const uint32_t *seeds, int64_t count, uint32_t *words, float *scales) {                                        \
        return quantize(rows, stride, row_count, most, mean, seeds, count, words, scales);                             \
    }                                                                                                                  \
    ATTRIBUTES static double measure_##NAME(const float *row, int64_t count, float *least, float *most) {              \
        return measure(row, count, least, most);                                                                       \
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
        int64_t end, uint32_t *passing) {                                                                              \
        return margins ? find(values, margins, margin, bars, bar, first, end, passing)                                 \
                       : find(values, NULL, 0, bars, bar, first, end, passing);                                        \
    }

// Of a block of products, ROWS rows by two groups stay in registers while words are gone through, VECTOR being the widest
// register and DOT what adds the four products of two words in each of its lanes. As many words at a time as leave what is
// read again and again in the nearest cache.
#define BYTE_PRODUCTS(NAME, ATTRIBUTES, VECTOR, ROWS, DOT)                                                             \
    ATTRIBUTES static void byte_products_##NAME(                                                                       \
        const uint32_t *a, const uint32_t *b, int64_t words, int64_t rows, int64_t columns, int32_t *products,         \
        int64_t stride) {                                                                                              \
        enum { wide = sepal_group / (sizeof(VECTOR) / 4), panel = 128 };                                               \
        for (int64_t start = 0; start < words; start += panel) {                                                       \
            const int64_t count = words - start < panel ? words - start : panel;                                       \
            for (int64_t column = 0; column < columns; column += 2 * sepal_group)                                      \
                /* On the diagonal only what lies right of it. */                                                      \
                for (int64_t row = 0; row < rows && (a != b || row < column + 2 * sepal_group); row += ROWS) {         \
                    const uint32_t *left = a + (row / sepal_group * words + start) * sepal_group + row % sepal_group;  \
                    const uint32_t *right = b + (column * words + start * sepal_group);                                \
                    int32_t *block = products + row * stride + column;                                                 \
                    VECTOR sums[ROWS][2 * wide];                                                                       \
                    for (int i = 0; i < ROWS; i++)                                                                     \
                        for (int j = 0; j < 2 * wide; j++)                                                             \
                            sums[i][j] = start > 0 ? ((const VECTOR *)(block + i * stride))[j] : (VECTOR){0};          \
                    for (int64_t word = 0; word < count; word++) {                                                     \
                        VECTOR others[2 * wide];                                                                       \
                        for (int j = 0; j < 2 * wide; j++)                                                             \
                            others[j] = ((const VECTOR *)(right + (j / wide * words + word) * sepal_group))[j % wide]; \
                        for (int i = 0; i < ROWS; i++)                                                                 \
                            for (int j = 0; j < 2 * wide; j++)                                                         \
                                sums[i][j] = DOT(sums[i][j], others[j], left[word * sepal_group + i]);                 \
                    }                                                                                                  \
                    for (int i = 0; i < ROWS; i++)                                                                     \
                        for (int j = 0; j < 2 * wide; j++) ((VECTOR *)(block + i * stride))[j] = sums[i][j];           \
                }                                                                                                      \
        }                                                                                                              \
    }

// Four pixels side by side, of a block's channels each, and what minimal filtering makes of them; VECTOR is a block.
#define WINOGRAD(NAME, ATTRIBUTES, VECTOR, MASK)                                                                       \
    ATTRIBUTES static void spread_##NAME(                                                                              \
        const sepal_tiling *t, const float *source, int64_t first, int64_t end, float *matrices) {                     \
        enum { width = sizeof(VECTOR) / sizeof(float) };                                                               \
        const int64_t line = t->width * width, area = t->height * line, stride = t->source_stride;                     \
        for (int64_t block = 0; block < t->channels / width; block++) {                                                \
            float *target = matrices + block * t->chunk * width;                                                       \
            for (int64_t index = first; index < end; index++, target += width) {                                       \
                const sepal_tile *tile = t->tiles + index % t->tiles_of_image;                                         \
                const float *corner =                                                                                  \
                    source + (index / t->tiles_of_image * (t->channels / width) + block) * area + tile->source * width; \
                VECTOR d[4][4];                                                                                        \
                for (int y = 0; y < 4; y++)                                                                            \
                    for (int x = 0; x < 4; x++)                                                                        \
                        d[y][x] = tile->inside >> (4 * y + x) & 1                                                      \
                            ? *(const VECTOR *)(corner + y * line + x * width) : (VECTOR){0};                          \
                for (int y = 0; y < 4; y++) {                                                                          \
                    VECTOR row[4];                                                                                     \
                    for (int x = 0; x < 4; x++)                                                                        \
                        row[x] = y == 0 ? d[0][x] - d[2][x] : y == 1 ? d[1][x] + d[2][x]                               \
                               : y == 2 ? d[2][x] - d[1][x] : d[1][x] - d[3][x];                                       \
                    float *at = target + 4 * y * stride;                                                               \
                    *(VECTOR *)at = row[0] - row[2];                                                                   \
                    *(VECTOR *)(at + stride) = row[1] + row[2];                                                        \
                    *(VECTOR *)(at + 2 * stride) = row[2] - row[1];                                                    \
                    *(VECTOR *)(at + 3 * stride) = row[1] - row[3];                                                    \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    ATTRIBUTES static void gather_##NAME(                                                                              \
        const sepal_tiling *t, const float *matrices, int64_t first, int64_t end, const float *bias, int accumulate,   \
        int relu, float *destination) {                                                                                \
        enum { width = sizeof(VECTOR) / sizeof(float) };                                                               \
        const int64_t line = t->output_width * width, area = t->output_height * line, stride = t->result_stride;       \
        for (int64_t block = 0; block < t->output_channels / width; block++) {                                         \
            const VECTOR shift = *(const VECTOR *)(bias + block * width);                                              \
            const float *from = matrices + block * t->chunk * width;                                                   \
            for (int64_t index = first; index < end; index++, from += width) {                                         \
                const sepal_tile *tile = t->tiles + index % t->tiles_of_image;                                         \
                float *corner = destination                                                                            \
                    + (index / t->tiles_of_image * (t->output_channels / width) + block) * area                        \
                    + tile->destination * width;                                                                       \
                VECTOR m[4][4];                                                                                        \
                for (int y = 0; y < 4; y++)                                                                            \
                    for (int x = 0; x < 4; x++) m[y][x] = *(const VECTOR *)(from + (4 * y + x) * stride);              \
                for (int y = 0; y < 2; y++) {                                                                          \
                    VECTOR row[4];                                                                                     \
                    for (int x = 0; x < 4; x++)                                                                        \
                        row[x] = y == 0 ? m[0][x] + m[1][x] + m[2][x] : m[1][x] - m[2][x] - m[3][x];                   \
                    for (int x = 0; x < 2; x++) {                                                                      \
                        if ((y && !tile->has_bottom) || (x && !tile->has_right)) continue;                             \
                        VECTOR *to = (VECTOR *)(corner + y * line + x * width);                                        \
                        VECTOR value = (x == 0 ? row[0] + row[1] + row[2] : row[1] - row[2] - row[3]) + shift;         \
                        if (accumulate) value += *to;                                                                  \
                        /* Keeps NaN. */                                                                               \
                        if (relu) value = (VECTOR)((MASK)value & ~(value < 0));                                        \
                        *to = value;                                                                                   \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

typedef uint32_t four_words __attribute__((vector_size(16), aligned(4)));

INLINE four_words dot_oldest(four_words sums, four_words words, uint32_t word) {
    for (int part = 0; part < 32; part += 8) sums += ((words >> part) & 0xFF) * ((word >> part) & 0xFF);
    return sums;
}

LOOPS(oldest, )
BYTE_PRODUCTS(oldest, , four_words, 2, dot_oldest)
WINOGRAD(oldest_8, , eight_floats, eight_counts)
WINOGRAD(oldest_16, , floats, counts)

#ifdef __x86_64__

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX_VNNI __attribute__((target("avxvnni,avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx2,fma")))
#define AVX512_VNNI __attribute__((target("avx512vnni,avx512f,avx512bw,avx512vl,avx2,fma")))

AVX2 INLINE __m256i dot_avx2(__m256i sums, __m256i words, uint32_t word) {
    // Two products of seven bits each fit into sixteen.
    const __m256i pairs = _mm256_maddubs_epi16(words, _mm256_set1_epi32((int)word));
    return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

AVX_VNNI INLINE __m256i dot_avx_vnni(__m256i sums, __m256i words, uint32_t word) {
    return _mm256_dpbusd_avx_epi32(sums, words, _mm256_set1_epi32((int)word));
}

AVX512 INLINE __m512i dot_avx512(__m512i sums, __m512i words, uint32_t word) {
    const __m512i pairs = _mm512_maddubs_epi16(words, _mm512_set1_epi32((int)word));
    return _mm512_add_epi32(sums, _mm512_madd_epi16(pairs, _mm512_set1_epi16(1)));
}

AVX512_VNNI INLINE __m512i dot_avx512_vnni(__m512i sums, __m512i words, uint32_t word) {
    return _mm512_dpbusd_epi32(sums, words, _mm512_set1_epi32((int)word));
}

LOOPS(avx2, AVX2)
LOOPS(avx512, AVX512)
WINOGRAD(avx2_8, AVX2, eight_floats, eight_counts)
WINOGRAD(avx512_16, AVX512, floats, counts)
BYTE_PRODUCTS(avx2, AVX2, __m256i_u, 2, dot_avx2)
BYTE_PRODUCTS(avx_vnni, AVX_VNNI, __m256i_u, 2, dot_avx_vnni)
BYTE_PRODUCTS(avx512, AVX512, __m512i_u, 8, dot_avx512)
BYTE_PRODUCTS(avx512_vnni, AVX512_VNNI, __m512i_u, 8, dot_avx512_vnni)

#define CHOOSE(LEVEL, NAME, ...)                                                                                       \
    ((LEVEL) >= sepal_avx512   ? NAME##_avx512(__VA_ARGS__)                                                            \
         : (LEVEL) >= sepal_avx2 ? NAME##_avx2(__VA_ARGS__)                                                            \
                                 : NAME##_oldest(__VA_ARGS__))
#else
#define CHOOSE(LEVEL, NAME, ...) ((void)(LEVEL), NAME##_oldest(__VA_ARGS__))
#endif

int sepal_has(int level) {
    if (level == sepal_oldest) return 1;
#ifdef __x86_64__
    __builtin_cpu_init();
    const int has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const int has_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl");
    switch (level) {
    case sepal_avx2: return has_avx2;
    case sepal_avx_vnni: return has_avx2 && __builtin_cpu_supports("avxvnni");
    case sepal_avx512: return has_avx512;
    case sepal_avx512_vnni: return has_avx512 && __builtin_cpu_supports("avx512vnni");
    }
#endif
    return 0;
}

void sepal_pair_products(
    int level, const float *rows, int64_t width, const sepal_pair *pairs, int64_t pair_count, float *sums) {
    CHOOSE(level, pair_products, rows, width, pairs, pair_count, sums);
}

double sepal_measure(int level, const float *row, int64_t count, float *least, float *most) {
    return CHOOSE(level, measure, row, count, least, most);
}

int sepal_quantize(
    int level, const float *rows, int64_t stride, int64_t row_count, const float *most, const float *mean,
    const uint32_t *seeds, int64_t count, uint32_t *words, float *scales) {
    return CHOOSE(level, quantize, rows, stride, row_count, most, mean, seeds, count, words, scales);
}

void sepal_byte_products(
    int level, const uint32_t *a, const uint32_t *b, int64_t words, int64_t rows, int64_t columns, int32_t *products,
    int64_t stride) {
    switch (level) {
#ifdef __x86_64__
    case sepal_avx2: return byte_products_avx2(a, b, words, rows, columns, products, stride);
    case sepal_avx_vnni: return byte_products_avx_vnni(a, b, words, rows, columns, products, stride);
    case sepal_avx512: return byte_products_avx512(a, b, words, rows, columns, products, stride);
    case sepal_avx512_vnni: return byte_products_avx512_vnni(a, b, words, rows, columns, products, stride);
#endif
    default: return byte_products_oldest(a, b, words, rows, columns, products, stride);
    }
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
    int64_t end, uint32_t *passing) {
    return CHOOSE(level, find, values, margins, margin, bars, bar, first, end, passing);
}

// Blocks of sixteen are for AVX-512, those of eight for what is older.
#ifdef __x86_64__
#define CHOOSE_BLOCK(LEVEL, BLOCK, NAME, ...)                                                                          \
    ((BLOCK) == 16 ? ((LEVEL) >= sepal_avx512 ? NAME##_avx512_16(__VA_ARGS__) : NAME##_oldest_16(__VA_ARGS__))         \
                   : (LEVEL) >= sepal_avx2 ? NAME##_avx2_8(__VA_ARGS__) : NAME##_oldest_8(__VA_ARGS__))
#else
#define CHOOSE_BLOCK(LEVEL, BLOCK, NAME, ...)                                                                          \
    ((void)(LEVEL), (BLOCK) == 16 ? NAME##_oldest_16(__VA_ARGS__) : NAME##_oldest_8(__VA_ARGS__))
#endif

void sepal_winograd_spread(
    int level, const sepal_tiling *tiling, const float *source, int64_t first, int64_t end, float *matrices) {
    CHOOSE_BLOCK(level, tiling->block, spread, tiling, source, first, end, matrices);
}

void sepal_winograd_gather(
    int level, const sepal_tiling *tiling, const float *matrices, int64_t first, int64_t end, const float *bias,
    int accumulate, int relu, float *destination) {
    CHOOSE_BLOCK(level, tiling->block, gather, tiling, matrices, first, end, bias, accumulate, relu, destination);
}

#include "CVector.h"

#include <math.h>
#include <stddef.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>
#endif
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
typedef float near_floats __attribute__((vector_size(16), aligned(4)));

INLINE float sum(floats values) {
    const eight_floats half = __builtin_shufflevector(values, values, 0, 1, 2, 3, 4, 5, 6, 7)
        + __builtin_shufflevector(values, values, 8, 9, 10, 11, 12, 13, 14, 15);
    const four_floats quarter = __builtin_shufflevector(half, half, 0, 1, 2, 3) + __builtin_shufflevector(half, half, 4, 5, 6, 7);
    return (quarter[0] + quarter[2]) + (quarter[1] + quarter[3]);
}

// The sums of four vectors, each added up in the order of the one above, so that they are the same bit for bit.
INLINE four_floats four_sums(const floats *values) {
    const floats even = __builtin_shufflevector(values[0], values[1], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
        + __builtin_shufflevector(values[0], values[1], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
    const floats odd = __builtin_shufflevector(values[2], values[3], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
        + __builtin_shufflevector(values[2], values[3], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
    // Four lanes each of the first, third, second and last vector.
    const floats fours = __builtin_shufflevector(even, odd, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
        + __builtin_shufflevector(even, odd, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
    const floats twos = fours + __builtin_shufflevector(fours, fours, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
    const floats ones = twos + __builtin_shufflevector(twos, twos, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
    return __builtin_shufflevector(ones, ones, 0, 8, 4, 12);
}

INLINE void pair_products(
    const float *rows, int64_t width, const sepal_pair *pairs, int64_t pair_count, float *sums) {
    // Pairs come in order of their first rows; the second ones are anywhere.
    enum { ahead = 2 };
    for (int64_t pair = 0; pair < pair_count; pair++) {
        const float *a = rows + pairs[pair].first * width, *b = rows + pairs[pair].second * width;
        const float *next = rows + pairs[pair + ahead < pair_count ? pair + ahead : pair].second * width;
        floats total = load(sums + pair * lanes);
        for (int64_t index = 0; index < width; index += lanes) {
            __builtin_prefetch(next + index);
            total += load(a + index) * load(b + index);
        }
        *(floats *)(sums + pair * lanes) = total;
    }
}

INLINE void sum_lanes(const float *values, int64_t count, float *sums) {
    for (int64_t index = 0; index < count; index++) sums[index] = sum(load(values + index * lanes));
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

INLINE void raise_maxima(
    const float *values, const float *margins, float margin, int64_t count, float *of_places, float *of_lanes) {
    floats lanes_most = load(of_lanes);
    int64_t index = 0;
    for (; index + lanes <= count; index += lanes) {
        floats least = load(values + index);
        if (margins) least -= load(margins + index) + margin;
        lanes_most = __builtin_elementwise_max(lanes_most, least);
        *(floats *)(of_places + index) = __builtin_elementwise_max(load(of_places + index), least);
    }
    *(floats *)of_lanes = lanes_most;
    for (int lane = 0; index < count; index++, lane++) {
        const float least = margins ? values[index] - (margins[index] + margin) : values[index];
        of_places[index] = fmaxf(of_places[index], least);
        of_lanes[lane] = fmaxf(of_lanes[lane], least);
    }
}

INLINE void kth_greatest(const float *values, int64_t stride, int64_t count, int64_t k, float *greatest) {
    for (int64_t index = 0; index < count; index += lanes) {
        const int64_t part = count - index < lanes ? count - index : lanes;
        // The greatest so far in order.
        floats order[lanes];
        for (int64_t rank = 0; rank < k; rank++) order[rank] = (floats){0} - INFINITY;
        for (int64_t row = 0; row < lanes; row++) {
            floats next = {0};
            memcpy(&next, values + row * stride + index, part * sizeof(float));
            for (int64_t rank = 0; rank < k; rank++) {
                const floats greater = __builtin_elementwise_max(order[rank], next);
                next = __builtin_elementwise_min(order[rank], next);
                order[rank] = greater;
            }
        }
        memcpy(greatest + index, &order[k - 1], part * sizeof(float));
    }
}

// Each loop once for every kind of processor.
#define LOOPS(NAME, ATTRIBUTES)                                                                                        \
    ATTRIBUTES static void pair_products_##NAME(                                                                       \
        const float *rows, int64_t width, const sepal_pair *pairs, int64_t pair_count, float *sums) {                  \
        pair_products(rows, width, pairs, pair_count, sums);                                                           \
    }                                                                                                                  \
    ATTRIBUTES static void sum_lanes_##NAME(const float *values, int64_t count, float *sums) {                         \
        sum_lanes(values, count, sums);                                                                                \
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
    ATTRIBUTES static int64_t find_##NAME(                                                                             \
        const float *values, const float *margins, float margin, const float *bars, float bar, int64_t first,          \
        int64_t end, uint32_t *passing) {                                                                              \
        return margins ? find(values, margins, margin, bars, bar, first, end, passing)                                 \
                       : find(values, NULL, 0, bars, bar, first, end, passing);                                        \
    }                                                                                                                  \
    ATTRIBUTES static void raise_maxima_##NAME(                                                                        \
        const float *values, const float *margins, float margin, int64_t count, float *of_places, float *of_lanes) {   \
        raise_maxima(values, margins, margin, count, of_places, of_lanes);                                             \
    }                                                                                                                  \
    ATTRIBUTES static void kth_greatest_##NAME(                                                                        \
        const float *values, int64_t stride, int64_t count, int64_t k, float *greatest) {                              \
        kth_greatest(values, stride, count, k, greatest);                                                              \
    }

#define TALLY(NAME, ATTRIBUTES)                                                                                        \
    ATTRIBUTES static void tally_##NAME(                                                                               \
        const float *values, const int32_t *classes, int32_t own, int64_t first, int64_t end, int64_t *reached,        \
        int64_t *reached_same) {                                                                                       \
        tally(values, classes, own, first, end, reached, reached_same);                                                \
    }

// A row's part, filled up with zeros to whole vectors.
INLINE void copy_part(float *to, const float *from, int64_t count) {
    memcpy(to, from, count * sizeof(float));
    for (; count % lanes; count++) to[count] = 0;
}

// Of a block of products, ROWS rows by four columns, sixteen sums for each stay in registers while features are gone through;
// VECTOR is the widest register, and where it holds fewer lanes they are taken in turns.
#define PRODUCTS(NAME, ATTRIBUTES, VECTOR, ROWS)                                                                       \
    ATTRIBUTES static void products_##NAME(                                                                            \
        const float *a, const float *b, int64_t depth, int64_t rows, int64_t columns, float *products,                 \
        int64_t stride) {                                                                                              \
        enum { tall = 256, wide = 4, turns = sizeof(floats) / sizeof(VECTOR), step = lanes / turns };                  \
        _Alignas(64) float left[tall][sepal_chunk], right[wide][sepal_chunk];                                          \
        for (int64_t start = 0; start < depth; start += sepal_chunk) {                                                 \
            const int64_t count = depth - start < sepal_chunk ? depth - start : sepal_chunk;                           \
            for (int64_t top = 0; top < rows; top += tall) {                                                           \
                const int64_t bottom = rows < top + tall ? rows : top + tall;                                          \
                for (int64_t row = top; row < bottom; row++) copy_part(left[row - top], a + row * depth + start, count);\
                for (int64_t column = 0; column < columns; column += wide) {                                           \
                    for (int j = 0; j < wide; j++) copy_part(right[j], b + (column + j) * depth + start, count);       \
                    /* On the diagonal only what lies right of it. */                                                  \
                    for (int64_t row = top; row < bottom && (a != b || row < column + wide); row += ROWS) {            \
                        floats sums[ROWS][wide];                                                                       \
                        for (int turn = 0; turn < turns; turn++) {                                                     \
                            VECTOR part[ROWS][wide];                                                                   \
                            for (int i = 0; i < ROWS; i++)                                                             \
                                for (int j = 0; j < wide; j++) part[i][j] = (VECTOR){0};                               \
                            for (int64_t index = turn * step; index < count; index += lanes) {                         \
                                VECTOR others[wide];                                                                   \
                                for (int j = 0; j < wide; j++) others[j] = *(const VECTOR *)(right[j] + index);        \
                                for (int i = 0; i < ROWS; i++) {                                                       \
                                    const VECTOR own = *(const VECTOR *)(left[row - top + i] + index);                 \
                                    for (int j = 0; j < wide; j++) part[i][j] += own * others[j];                      \
                                }                                                                                      \
                            }                                                                                          \
                            for (int i = 0; i < ROWS; i++)                                                             \
                                for (int j = 0; j < wide; j++) ((VECTOR *)&sums[i][j])[turn] = part[i][j];             \
                        }                                                                                              \
                        for (int i = 0; i < ROWS; i++) {                                                               \
                            float *line = products + (row + i) * stride + column;                                      \
                            four_floats line_sums = four_sums(sums[i]);                                                \
                            if (start > 0) line_sums = *(const near_floats *)line + line_sums;                         \
                            *(near_floats *)line = line_sums;                                                          \
                        }                                                                                              \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
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
TALLY(oldest, )
PRODUCTS(oldest, , four_floats, 2)
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

// Adds up the six-bit counts of bins from the last on.
AVX512 INLINE void add_reached(__m512i low, __m512i high, int first_bin, int64_t *reached) {
    // Every other count, so that each has room for the sum over all lanes.
    const __m512i apart = _mm512_set1_epi64(0x3F03F03F03F03F);
    const int64_t even = _mm512_reduce_add_epi64(
        _mm512_add_epi64(_mm512_and_si512(low, apart), _mm512_and_si512(high, apart)));
    const int64_t odd = _mm512_reduce_add_epi64(_mm512_add_epi64(
        _mm512_and_si512(_mm512_srli_epi64(low, 6), apart), _mm512_and_si512(_mm512_srli_epi64(high, 6), apart)));
    int64_t sum = 0;
    for (int bin = bins - 1; bin >= first_bin; bin--) {
        sum += ((bin % 2 ? odd : even) >> (bin / 2 * 12)) & 0xFFF;
        reached[bin] += sum;
    }
}

// A value's bin is reckoned rather than looked for, and counted in six bits of sixty-four.
AVX512 static void tally_avx512(
    const float *values, const int32_t *classes, int32_t own, int64_t first, int64_t end, int64_t *reached,
    int64_t *reached_same) {
    enum { most = 63 };
    float from[lanes];
    for (int bin = 0; bin < lanes; bin++) from[bin] = bin < bins ? (float)bin / bins : -INFINITY;
    const __m512 edges = _mm512_loadu_ps(from);
    const __m512i one = _mm512_set1_epi32(1), bit = _mm512_set1_epi64(1);
    int64_t index = first;
    while (index + lanes <= end) {
        __m512i all[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()}, same[2] = {all[0], all[0]};
        for (int count = 0; count < most && index + lanes <= end; count++, index += lanes) {
            const __m512 value = _mm512_loadu_ps(values + index);
            // By a little more than ten, so that it never comes out too low, but too high at times.
            __m512i bin = _mm512_cvt_roundps_epi32(
                _mm512_mul_ps(value, _mm512_set1_ps(10.00001f)), _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
            bin = _mm512_min_epi32(bin, _mm512_set1_epi32(bins - 1));
            const __mmask16 is_high = _mm512_cmp_ps_mask(value, _mm512_permutexvar_ps(bin, edges), _CMP_LT_OQ);
            bin = _mm512_mask_sub_epi32(bin, is_high, bin, one);
            // What is negative is shifted out.
            const __m512i place = _mm512_add_epi32(_mm512_slli_epi32(bin, 2), _mm512_slli_epi32(bin, 1));
            const __m512i low = _mm512_sllv_epi64(bit, _mm512_cvtepi32_epi64(_mm512_castsi512_si256(place)));
            const __m512i high = _mm512_sllv_epi64(bit, _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(place, 1)));
            const __mmask16 is_same =
                _mm512_cmpeq_epi32_mask(_mm512_loadu_si512(classes + index), _mm512_set1_epi32(own));
            all[0] = _mm512_add_epi64(all[0], low);
            all[1] = _mm512_add_epi64(all[1], high);
            same[0] = _mm512_mask_add_epi64(same[0], (__mmask8)is_same, same[0], low);
            same[1] = _mm512_mask_add_epi64(same[1], (__mmask8)(is_same >> 8), same[1], high);
            reached_same[0] += __builtin_popcount(is_same);
        }
        add_reached(all[0], all[1], 0, reached);
        add_reached(same[0], same[1], 1, reached_same);
    }
    tally(values, classes, own, index, end, reached, reached_same);
}

LOOPS(avx2, AVX2)
TALLY(avx2, AVX2)
LOOPS(avx512, AVX512)
PRODUCTS(avx2, AVX2, eight_floats, 2)
PRODUCTS(avx512, AVX512, floats, 4)
WINOGRAD(avx2_8, AVX2, eight_floats, eight_counts)
WINOGRAD(avx512_16, AVX512, floats, counts)
BYTE_PRODUCTS(avx2, AVX2, __m256i_u, 2, dot_avx2)
BYTE_PRODUCTS(avx_vnni, AVX_VNNI, __m256i_u, 2, dot_avx_vnni)
BYTE_PRODUCTS(avx512, AVX512, __m512i_u, 8, dot_avx512)
BYTE_PRODUCTS(avx512_vnni, AVX512_VNNI, __m512i_u, 8, dot_avx512_vnni)

#ifdef __linux__

#define AMX __attribute__((target("amx-int8,amx-tile,avx512f,avx512bw,avx512vl,avx2,fma")))

// Sixteen by sixteen words, row by row, columns becoming rows.
AVX512 INLINE void transpose(const uint32_t *from, uint32_t *to) {
    __m512i rows[lanes], pairs[lanes];
    for (int i = 0; i < lanes; i++) rows[i] = _mm512_loadu_si512(from + i * lanes);
    for (int i = 0; i < lanes; i += 2) {
        pairs[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
        pairs[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
    }
    // Of each four rows, quarters of columns 0, 1, 2, 3 of every four.
    for (int i = 0; i < lanes; i += 4) {
        rows[i] = _mm512_unpacklo_epi64(pairs[i], pairs[i + 2]);
        rows[i + 1] = _mm512_unpackhi_epi64(pairs[i], pairs[i + 2]);
        rows[i + 2] = _mm512_unpacklo_epi64(pairs[i + 1], pairs[i + 3]);
        rows[i + 3] = _mm512_unpackhi_epi64(pairs[i + 1], pairs[i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        const __m512i first = _mm512_shuffle_i32x4(rows[i], rows[i + 4], 0x44);
        const __m512i second = _mm512_shuffle_i32x4(rows[i], rows[i + 4], 0xEE);
        const __m512i third = _mm512_shuffle_i32x4(rows[i + 8], rows[i + 12], 0x44);
        const __m512i fourth = _mm512_shuffle_i32x4(rows[i + 8], rows[i + 12], 0xEE);
        _mm512_storeu_si512(to + i * lanes, _mm512_shuffle_i32x4(first, third, 0x88));
        _mm512_storeu_si512(to + (i + 4) * lanes, _mm512_shuffle_i32x4(first, third, 0xDD));
        _mm512_storeu_si512(to + (i + 8) * lanes, _mm512_shuffle_i32x4(second, fourth, 0x88));
        _mm512_storeu_si512(to + (i + 12) * lanes, _mm512_shuffle_i32x4(second, fourth, 0xDD));
    }
}

// Two groups by two stay in registers of sixteen by sixteen words. The right side is as the instruction wants it; the left one
// has to be turned, which pays as it is used for all columns.
AMX static void byte_products_amx(
    const uint32_t *a, const uint32_t *b, int64_t words, int64_t rows, int64_t columns, int32_t *products, int64_t stride) {
    enum { panel = 128, tall = 128, block = sepal_group * lanes, twice = 2 * sepal_group, line = 64 };
    struct {
        uint8_t palette, start, reserved[14];
        uint16_t bytes[16];
        uint8_t rows[16];
    } shapes = {.palette = 1};
    for (int tile = 0; tile < 8; tile++) {
        shapes.bytes[tile] = line;
        shapes.rows[tile] = sepal_group;
    }
    _tile_loadconfig(&shapes);
    uint32_t turned[tall / sepal_group][panel / lanes][block];
    for (int64_t start = 0; start < words; start += panel) {
        const int64_t count = words - start < panel ? words - start : panel;
        for (int64_t top = 0; top < rows; top += tall) {
            const int64_t bottom = rows < top + tall ? rows : top + tall;
            for (int64_t row = top; row < bottom || row % twice > 0; row += sepal_group)
                for (int64_t word = 0; word < count; word += lanes)
                    transpose(
                        a + (row / sepal_group * words + start + word) * sepal_group,
                        turned[(row - top) / sepal_group][word / lanes]);
            for (int64_t column = 0; column < columns; column += twice)
                // On the diagonal only what lies right of it.
                for (int64_t row = top; row < bottom && (a != b || row < column + twice); row += twice) {
                    const uint32_t *right = b + (column * words + start * sepal_group);
                    const uint32_t(*left)[panel / lanes][block] = turned + (row - top) / sepal_group;
                    int32_t *upper = products + row * stride + column, *lower = upper + sepal_group * stride;
                    const int64_t step = stride * (int64_t)sizeof(int32_t);
                    if (start > 0) {
                        _tile_loadd(0, upper, step);
                        _tile_loadd(1, upper + sepal_group, step);
                        _tile_loadd(2, lower, step);
                        _tile_loadd(3, lower + sepal_group, step);
                    } else {
                        _tile_zero(0);
                        _tile_zero(1);
                        _tile_zero(2);
                        _tile_zero(3);
                    }
                    for (int64_t word = 0; word < count; word += lanes) {
                        _tile_loadd(4, left[0][word / lanes], line);
                        _tile_loadd(6, right + word * sepal_group, line);
                        _tile_loadd(5, left[1][word / lanes], line);
                        _tile_loadd(7, right + (words + word) * sepal_group, line);
                        _tile_dpbuud(0, 4, 6);
                        _tile_dpbuud(1, 4, 7);
                        _tile_dpbuud(2, 5, 6);
                        _tile_dpbuud(3, 5, 7);
                    }
                    _tile_stored(0, upper, step);
                    _tile_stored(1, upper + sepal_group, step);
                    _tile_stored(2, lower, step);
                    _tile_stored(3, lower + sepal_group, step);
                }
        }
    }
    _tile_release();
}

// Linux gives a process these registers when it asks for them.
static int has_amx(void) {
    enum { request = 0x1023, tile_data = 18 };
    return __builtin_cpu_supports("amx-int8") && __builtin_cpu_supports("amx-tile")
        && syscall(SYS_arch_prctl, request, tile_data) == 0;
}

#endif

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
#ifdef __linux__
    case sepal_amx: return has_avx512 && has_amx();
#endif
    }
#endif
    return 0;
}

void sepal_products(
    int level, const float *a, const float *b, int64_t depth, int64_t rows, int64_t columns, float *products,
    int64_t stride) {
    CHOOSE(level, products, a, b, depth, rows, columns, products, stride);
}

void sepal_pair_products(
    int level, const float *rows, int64_t width, const sepal_pair *pairs, int64_t pair_count, float *sums) {
    CHOOSE(level, pair_products, rows, width, pairs, pair_count, sums);
}

void sepal_sum_lanes(int level, const float *values, int64_t count, float *sums) {
    CHOOSE(level, sum_lanes, values, count, sums);
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
#ifdef __linux__
    case sepal_amx: return byte_products_amx(a, b, words, rows, columns, products, stride);
#endif
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

void sepal_raise_maxima(
    int level, const float *values, const float *margins, float margin, int64_t count, float *of_places, float *of_lanes) {
    CHOOSE(level, raise_maxima, values, margins, margin, count, of_places, of_lanes);
}

void sepal_kth_greatest(
    int level, const float *values, int64_t stride, int64_t count, int64_t k, float *greatest) {
    CHOOSE(level, kth_greatest, values, stride, count, k, greatest);
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

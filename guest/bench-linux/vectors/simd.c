/** Vectors of 16 bytes, NEON or SSE2 as the compiler makes them of C: copies, bytes turned round, blends, sums, peaks. */
#include "program.h"

enum { SIZE = 32 * 1024, LANES = 16, COUNT = SIZE / LANES };
typedef uint8_t bytes __attribute__((vector_size(LANES)));
typedef uint16_t halves __attribute__((vector_size(LANES)));
typedef uint32_t words __attribute__((vector_size(LANES)));
static bytes a[COUNT], b[COUNT], c[COUNT];

static __attribute__((noinline)) void copy(bytes *to, const bytes *from) {
    for (int i = 0; i < COUNT; i += 4) {
        bytes one = from[i], two = from[i + 1], three = from[i + 2], four = from[i + 3];
        to[i] = one, to[i + 1] = two, to[i + 2] = three, to[i + 3] = four;
    }
}

static void turn_round(bytes *to, const bytes *from) {
    for (int i = 0; i < COUNT; i++) {
        to[COUNT - 1 - i] = __builtin_shufflevector(from[i], from[i], 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    }
}

/** The mean of bytes, rounded down, without a wider type: both bits of a pair, or half of where they differ. */
static void blend(bytes *to, const bytes *one, const bytes *other) {
    for (int i = 0; i < COUNT; i++) to[i] = (one[i] & other[i]) + ((one[i] ^ other[i]) >> 1);
}

static void brighten(bytes *to, uint8_t by) {
    for (int i = 0; i < COUNT; i++) {
        bytes sum = to[i] + by;
        // Where it wrapped round, all bits.
        to[i] = sum | (bytes)(sum < to[i]);
    }
}

static uint64_t multiply_and_add(const bytes *one, const bytes *other) {
    halves sum = {0};
    words wide = {0};
    for (int i = 0; i < COUNT; i++) {
        sum += (halves)one[i] * (halves)other[i];
        wide = (wide << 5 | wide >> 27) ^ (words)sum;
    }
    return (uint64_t)(wide[0] ^ wide[2]) << 32 | (wide[1] ^ wide[3]);
}

static uint64_t highest(const bytes *of) {
    bytes most = {0};
    for (int i = 0; i < COUNT; i++) {
        bytes is_more = (bytes)(of[i] > most);
        most = (of[i] & is_more) | (most & ~is_more);
    }
    uint64_t sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum = mixed(sum, most[lane]);
    return sum;
}

uint64_t work(uint32_t percent) {
    struct random random = {0x16180339};
    for (int i = 0; i < COUNT; i++) {
        for (int lane = 0; lane < LANES; lane++) a[i][lane] = (uint8_t)(next_random(&random) >> 24);
    }
    uint64_t checksum = 0;
    for (uint32_t i = scaled(800, percent); i > 0; i--) {
        for (int j = 0; j < 4; j++) copy(j % 2 == 0 ? b : c, j % 2 == 0 ? a : b);
        turn_round(c, b);
        blend(b, a, c);
        checksum = mixed(checksum, multiply_and_add(b, c));
        checksum = mixed(checksum, highest(b));
        brighten(b, (uint8_t)(i & 7));
        copy(a, b);
        a[i % COUNT][i % LANES] = (uint8_t)i;
    }
    return checksum;
}

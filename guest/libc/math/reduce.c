// M. Payne and R. Hanek, "Radian reduction for trigonometric functions": of 2 / pi only those bits are multiplied that
// decide the fraction of a quarter turn.
#include "reduce.h"

typedef unsigned __int128 uint128_t;

// The bits of 2 / pi behind the point.
static const uint64_t two_over_pi[] = {
    0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
    0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4,
    0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
};

static uint64_t word_at(int index) { return index < 0 ? 0 : two_over_pi[index]; }

// 64 bits behind the first `skipped` ones, which may be fewer than none.
static uint64_t bits_behind(int skipped) {
    const int index = skipped >> 6;
    const unsigned shift = (unsigned)skipped & 63;
    return shift == 0 ? word_at(index) : word_at(index) << shift | word_at(index + 1) >> (64 - shift);
}

// A fraction of 128 bits, as a number below 1, times pi / 2.
static struct dd quarter_turns(uint128_t fraction) {
    static const struct dd half_pi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
    const uint64_t top = (uint64_t)(fraction >> 64);
    const int zeros = top != 0                  ? __builtin_clzl(top)
                      : (uint64_t)fraction == 0 ? 127
                                                : 64 + __builtin_clzl((uint64_t)fraction);
    fraction <<= zeros;
    // 53 bits, and those behind them.
    const double high = (double)(uint64_t)(fraction >> 75);
    const double low = (double)((uint64_t)(fraction >> 22) & (((uint64_t)1 << 53) - 1));
    const struct dd number = dd_fast_sum(high * 0x1p-53, low * 0x1p-106);
    return dd_multiply(dd_scale(number, scalbn(1, -zeros)), half_pi);
}

struct dd reduce_angle(double x, unsigned* quarters) {
    *quarters = 0;
    if (fabs(x) <= 0x1.921fb54442d18p-1) {
        return (struct dd){x, 0};
    }
    // |x| = mantissa * 2^exponent; bits of more than two quarters' worth are left out.
    const uint64_t mantissa = (bits_of(x) & (((uint64_t)1 << 52) - 1)) | (uint64_t)1 << 52;
    const int exponent = (int)(bits_of(x) >> 52 & 0x7ff) - 1023 - 52;
    const int skipped = exponent - 2;
    // Modulo 2^192, which is four quarters.
    const uint128_t low = (uint128_t)mantissa * bits_behind(skipped + 128);
    const uint128_t middle = (uint128_t)mantissa * bits_behind(skipped + 64) + (low >> 64);
    const uint64_t high = mantissa * bits_behind(skipped) + (uint64_t)(middle >> 64);
    const uint128_t product = (uint128_t)high << 64 | (uint64_t)middle;
    uint128_t fraction = product << 2 | (uint64_t)low >> 62;
    unsigned whole = (unsigned)(high >> 62);
    // To the nearest quarter.
    const bool up = fraction >> 127 != 0;
    whole += up;
    struct dd rest = quarter_turns(up ? -fraction : fraction);
    rest = up != (x < 0) ? dd_negate(rest) : rest;
    *quarters = (x < 0 ? -whole : whole) & 3;
    return rest;
}

#include "binary.h"

const struct binary_format binary16 = {5, 10}, binary32 = {8, 23}, binary64 = {11, 52}, binary128 = {15, 112};

enum binary_rounding binary_rounding(void) {
    uint64_t fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    return (enum binary_rounding)(fpcr >> 22 & 3);
}

void binary_raise(unsigned flags) {
    uint64_t fpsr;
    if (flags != 0) {
        __asm__ volatile("mrs %0, fpsr" : "=r"(fpsr));
        __asm__ volatile("msr fpsr, %0" ::"r"(fpsr | flags));
    }
}

unsigned binary_leading_zeros(uint128_t value) {
    const uint64_t high = (uint64_t)(value >> 64);
    return high != 0 ? (unsigned)__builtin_clzl(high) : 64u + (unsigned)__builtin_clzl((uint64_t)value);
}

uint128_t binary_shift_right(uint128_t value, unsigned count) {
    if (count == 0) {
        return value;
    }
    return count > 127 ? value != 0 : value >> count | (value << (128 - count) != 0);
}

// The exponent of the smallest normal number, as a power of two.
static int exponent_min(const struct binary_format* format) { return 2 - (1 << (format->exponent_bits - 1)); }

static unsigned exponent_max_bits(const struct binary_format* format) { return (1u << format->exponent_bits) - 1; }

struct binary binary_unpack(const struct binary_format* format, uint128_t bits) {
    const uint128_t fraction = bits & (((uint128_t)1 << format->fraction_bits) - 1);
    const unsigned exponent = (unsigned)(bits >> format->fraction_bits) & exponent_max_bits(format);
    struct binary out = {.negative = (bits >> (format->fraction_bits + format->exponent_bits) & 1) != 0};
    if (exponent == exponent_max_bits(format)) {
        out.mantissa = fraction << (128 - format->fraction_bits);
        out.kind = fraction == 0 ? BINARY_INFINITE : out.mantissa >> 127 ? BINARY_QUIET_NAN : BINARY_SIGNALING_NAN;
        return out;
    }
    // A subnormal number has the least exponent, and no bit in front of its fraction.
    const bool normal = exponent != 0;
    out.mantissa = fraction | (uint128_t)normal << format->fraction_bits;
    out.kind = out.mantissa == 0 ? BINARY_ZERO : BINARY_FINITE;
    out.exponent = (normal ? (int)exponent - 1 : 0) + exponent_min(format) - (int)format->fraction_bits;
    return out;
}

bool binary_rounds_up(enum binary_rounding rounding, bool negative, int half, bool odd) {
    switch (rounding) {
        case ROUND_NEAREST: return half > 0 || (half == 0 && odd);
        case ROUND_UP: return !negative;
        case ROUND_DOWN: return negative;
        default: return false;
    }
}

// Infinity, or the largest finite number where rounding does not lead away from 0.
static uint128_t overflow(const struct binary_format* format, bool negative, unsigned* flags) {
    const uint128_t infinity = (uint128_t)exponent_max_bits(format) << format->fraction_bits;
    *flags |= BINARY_OVERFLOW | BINARY_INEXACT;
    return binary_rounds_up(binary_rounding(), negative, 1, false) ? infinity : infinity - 1;
}

static uint128_t pack_finite(const struct binary_format* format, const struct binary* number, unsigned* flags) {
    const unsigned cut = 127 - format->fraction_bits;
    const unsigned zeros = binary_leading_zeros(number->mantissa);
    uint128_t mantissa = number->mantissa << zeros;
    int exponent = number->exponent + 127 - (int)zeros; // of the leading bit
    const bool tiny = exponent < exponent_min(format);
    if (tiny) {
        const int distance = exponent_min(format) - exponent;
        mantissa = binary_shift_right(mantissa, distance > 128 ? 128 : (unsigned)distance);
        exponent = exponent_min(format);
    }
    const uint128_t rest = mantissa & (((uint128_t)1 << cut) - 1), middle = (uint128_t)1 << (cut - 1);
    mantissa >>= cut;
    if (rest != 0) {
        const int half = rest < middle ? -1 : rest > middle;
        mantissa += binary_rounds_up(binary_rounding(), number->negative, half, mantissa & 1);
        *flags |= BINARY_INEXACT | (tiny ? BINARY_UNDERFLOW : 0);
    }
    // The leading bit of a normal number adds one to the exponent in front of it; so does a carry.
    const unsigned biased = (unsigned)(exponent - exponent_min(format));
    if (biased + (unsigned)(mantissa >> format->fraction_bits) >= exponent_max_bits(format)) {
        return overflow(format, number->negative, flags);
    }
    return mantissa + ((uint128_t)biased << format->fraction_bits);
}

uint128_t binary_pack(const struct binary_format* format, const struct binary* number, unsigned* flags) {
    const uint128_t sign = (uint128_t)number->negative << (format->exponent_bits + format->fraction_bits);
    const uint128_t infinity = (uint128_t)exponent_max_bits(format) << format->fraction_bits;
    const uint128_t quiet = (uint128_t)1 << (format->fraction_bits - 1);
    switch (number->kind) {
        case BINARY_ZERO: return sign;
        case BINARY_FINITE: return sign | pack_finite(format, number, flags);
        case BINARY_INFINITE: return sign | infinity;
        case BINARY_SIGNALING_NAN: *flags |= BINARY_INVALID; __attribute__((__fallthrough__));
        default: return sign | infinity | quiet | number->mantissa >> (128 - format->fraction_bits);
    }
}

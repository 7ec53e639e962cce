// Conversions between binary128, the other formats and integers. IEEE 754, 5.4.1 and 5.4.2.
#include <limits.h>

#include "quad.h"

// One function that widens to binary128 and one that narrows from it, for each format.
#define FORMAT(widen, narrow, type, bits_type, format)                   \
    __EXPORT quad_t widen(type value) {                                  \
        bits_type bits;                                                  \
        __builtin_memcpy(&bits, &value, sizeof(bits));                   \
        const struct binary number = binary_unpack(&format, bits);       \
        return quad_result(&number, 0);                                  \
    }                                                                    \
    __EXPORT type narrow(quad_t value) {                                 \
        type out;                                                        \
        unsigned flags = 0;                                              \
        const struct binary number = quad_unpack(value);                 \
        const bits_type bits = (bits_type)binary_pack(&format, &number, &flags); \
        binary_raise(flags);                                             \
        __builtin_memcpy(&out, &bits, sizeof(out));                      \
        return out;                                                      \
    }

FORMAT(__extendhftf2, __trunctfhf2, _Float16, uint16_t, binary16)
FORMAT(__extendsftf2, __trunctfsf2, float, uint32_t, binary32)
FORMAT(__extenddftf2, __trunctfdf2, double, uint64_t, binary64)

static quad_t from_magnitude(uint128_t magnitude, bool negative) {
    const struct binary number = {
        .kind = magnitude == 0 ? BINARY_ZERO : BINARY_FINITE,
        .negative = negative,
        .mantissa = magnitude,
    };
    return quad_result(&number, 0);
}

static quad_t from_signed(int128_t value) {
    return from_magnitude(value < 0 ? -(uint128_t)value : (uint128_t)value, value < 0);
}

__EXPORT quad_t __floatsitf(int value) { return from_signed(value); }
__EXPORT quad_t __floatditf(int64_t value) { return from_signed(value); }
__EXPORT quad_t __floattitf(int128_t value) { return from_signed(value); }
__EXPORT quad_t __floatunsitf(unsigned value) { return from_magnitude(value, false); }
__EXPORT quad_t __floatunditf(uint64_t value) { return from_magnitude(value, false); }
__EXPORT quad_t __floatuntitf(uint128_t value) { return from_magnitude(value, false); }

// Towards 0. What does not fit becomes the nearest that does, a NaN 0, as arm64's own instructions have it.
static uint128_t to_integer(quad_t value, uint128_t most_negative, uint128_t most_positive) {
    const struct binary number = quad_unpack(value);
    const uint128_t most = number.negative ? most_negative : most_positive;
    if (number.kind >= BINARY_QUIET_NAN) {
        binary_raise(BINARY_INVALID);
        return 0;
    }
    const bool whole = number.exponent >= 0;
    const unsigned distance = (unsigned)(whole ? number.exponent : -number.exponent);
    const bool fits = number.kind == BINARY_ZERO ||
                      (number.kind == BINARY_FINITE && (!whole || distance <= binary_leading_zeros(number.mantissa)));
    uint128_t magnitude = most;
    if (fits) {
        magnitude = distance > 127 ? 0 : whole ? number.mantissa << distance : number.mantissa >> distance;
    }
    if (!fits || magnitude > most) {
        magnitude = most;
        binary_raise(BINARY_INVALID);
    } else if (!whole && (distance > 127 || magnitude << distance != number.mantissa)) {
        binary_raise(number.kind == BINARY_FINITE ? BINARY_INEXACT : 0);
    }
    return number.negative ? -magnitude : magnitude;
}

#define UINT128_MAX (~(uint128_t)0)
#define INT128_MAX (UINT128_MAX >> 1)

__EXPORT int __fixtfsi(quad_t value) { return (int)to_integer(value, (uint128_t)INT_MAX + 1, INT_MAX); }
__EXPORT int64_t __fixtfdi(quad_t value) { return (int64_t)to_integer(value, (uint128_t)INT64_MAX + 1, INT64_MAX); }
__EXPORT int128_t __fixtfti(quad_t value) { return (int128_t)to_integer(value, INT128_MAX + 1, INT128_MAX); }
__EXPORT unsigned __fixunstfsi(quad_t value) { return (unsigned)to_integer(value, 0, UINT_MAX); }
__EXPORT uint64_t __fixunstfdi(quad_t value) { return (uint64_t)to_integer(value, 0, UINT64_MAX); }
__EXPORT uint128_t __fixunstfti(quad_t value) { return to_integer(value, 0, UINT128_MAX); }

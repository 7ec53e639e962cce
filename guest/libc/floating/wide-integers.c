// Integers of 128 bits as far as compilers call functions for them: division, conversions to and from double and float,
// and shifts where code is to be small. Their names are those of libgcc and compiler-rt.
#include <string.h>
#include <zircon/compiler.h>

#include "binary.h"

union halves {
    uint128_t whole;
    struct {
        uint64_t low, high;
    };
};

// Each in steps that compilers do not make calls of these functions of.
__EXPORT uint128_t __ashlti3(uint128_t value, int count) {
    union halves in = {.whole = value}, out;
    if (count >= 64) {
        out.low = 0;
        out.high = in.low << (count - 64);
    } else {
        out.low = in.low << count;
        out.high = in.high << count | in.low >> 1 >> (63 - count);
    }
    return out.whole;
}

static uint128_t shift_right(union halves in, int count, uint64_t sign) {
    union halves out;
    if (count >= 64) {
        out.low = in.high >> (count - 64) | sign << 1 << (127 - count);
        out.high = sign;
    } else {
        out.low = in.low >> count | in.high << 1 << (63 - count);
        out.high = in.high >> count | sign << 1 << (63 - count);
    }
    return out.whole;
}

__EXPORT uint128_t __lshrti3(uint128_t value, int count) {
    return shift_right((union halves){.whole = value}, count, 0);
}

__EXPORT int128_t __ashrti3(int128_t value, int count) {
    const union halves in = {.whole = (uint128_t)value};
    return (int128_t)shift_right(in, count, in.high >> 63 == 0 ? 0 : UINT64_MAX);
}

__EXPORT uint128_t __udivmodti4(uint128_t dividend, uint128_t divisor, uint128_t* rest) {
    if (dividend >> 64 == 0 && divisor >> 64 == 0) {
        *rest = (uint64_t)dividend % (uint64_t)divisor;
        return (uint64_t)dividend / (uint64_t)divisor;
    }
    uint128_t quotient = 0;
    if (dividend >= divisor && divisor != 0) {
        for (int bit = (int)(binary_leading_zeros(divisor) - binary_leading_zeros(dividend)); bit >= 0; --bit) {
            if (dividend >= divisor << bit) {
                dividend -= divisor << bit;
                quotient |= (uint128_t)1 << bit;
            }
        }
    }
    *rest = dividend;
    return quotient;
}

static uint128_t magnitude_of(int128_t value) { return value < 0 ? -(uint128_t)value : (uint128_t)value; }

__EXPORT int128_t __divmodti4(int128_t dividend, int128_t divisor, int128_t* rest) {
    uint128_t left;
    const uint128_t quotient = __udivmodti4(magnitude_of(dividend), magnitude_of(divisor), &left);
    *rest = (int128_t)(dividend < 0 ? -left : left);
    return (int128_t)((dividend < 0) != (divisor < 0) ? -quotient : quotient);
}

__EXPORT uint128_t __udivti3(uint128_t dividend, uint128_t divisor) {
    uint128_t rest;
    return __udivmodti4(dividend, divisor, &rest);
}

__EXPORT uint128_t __umodti3(uint128_t dividend, uint128_t divisor) {
    uint128_t rest;
    __udivmodti4(dividend, divisor, &rest);
    return rest;
}

__EXPORT int128_t __divti3(int128_t dividend, int128_t divisor) {
    int128_t rest;
    return __divmodti4(dividend, divisor, &rest);
}

__EXPORT int128_t __modti3(int128_t dividend, int128_t divisor) {
    int128_t rest;
    __divmodti4(dividend, divisor, &rest);
    return rest;
}

// A product whose overflow is looked at.
__EXPORT int128_t __muloti4(int128_t left, int128_t right, int* overflow) {
    const uint128_t product = (uint128_t)left * (uint128_t)right, least = (uint128_t)1 << 127;
    const uint128_t a = magnitude_of(left), b = magnitude_of(right);
    const uint128_t most = least - ((left < 0) == (right < 0));
    *overflow = a != 0 && b > __udivti3(most, a);
    return (int128_t)product;
}

static uint64_t pack_integer(const struct binary_format* format, uint128_t magnitude, bool negative) {
    unsigned flags = 0;
    const struct binary number = {
        .kind = magnitude == 0 ? BINARY_ZERO : BINARY_FINITE,
        .negative = negative,
        .mantissa = magnitude,
    };
    const uint64_t bits = (uint64_t)binary_pack(format, &number, &flags);
    binary_raise(flags);
    return bits;
}

static double to_double(uint128_t magnitude, bool negative) {
    const uint64_t bits = pack_integer(&binary64, magnitude, negative);
    double out;
    memcpy(&out, &bits, sizeof(out));
    return out;
}

static float to_float(uint128_t magnitude, bool negative) {
    const uint32_t bits = (uint32_t)pack_integer(&binary32, magnitude, negative);
    float out;
    memcpy(&out, &bits, sizeof(out));
    return out;
}

__EXPORT double __floattidf(int128_t value) { return to_double(magnitude_of(value), value < 0); }
__EXPORT double __floatuntidf(uint128_t value) { return to_double(value, false); }
__EXPORT float __floattisf(int128_t value) { return to_float(magnitude_of(value), value < 0); }
__EXPORT float __floatuntisf(uint128_t value) { return to_float(value, false); }

// By way of binary128, which holds every double.
int128_t __fixtfti(long double value);
uint128_t __fixunstfti(long double value);

__EXPORT int128_t __fixdfti(double value) { return __fixtfti(value); }
__EXPORT int128_t __fixsfti(float value) { return __fixtfti(value); }
__EXPORT uint128_t __fixunsdfti(double value) { return __fixunstfti(value); }
__EXPORT uint128_t __fixunssfti(float value) { return __fixunstfti(value); }

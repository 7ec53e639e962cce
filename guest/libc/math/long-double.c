// Functions of long double, which is a binary128: those that are exact. C11, 7.12. sqrtl is with the arithmetic.
#include <limits.h>
#include <math.h>

#include "../floating/quad.h"

#define FRACTION_BITS 112
#define SIGN ((uint128_t)1 << 127)

long double fabsl(long double x) { return quad_from_bits(quad_bits(x) & ~SIGN); }

long double copysignl(long double x, long double y) {
    return quad_from_bits((quad_bits(x) & ~SIGN) | (quad_bits(y) & SIGN));
}


// The nearest integer in a direction; halves go away from 0 with `half_away`, else to the even one.
static long double to_integer(long double x, enum binary_rounding rounding, bool half_away) {
    struct binary number = quad_unpack(x);
    if (number.kind != BINARY_FINITE || number.exponent >= 0) {
        return quad_result(&number, 0);
    }
    const unsigned cut = number.exponent < -120 ? 120 : (unsigned)-number.exponent;
    const uint128_t rest = number.mantissa & (((uint128_t)1 << cut) - 1), middle = (uint128_t)1 << (cut - 1);
    uint128_t whole = number.mantissa >> cut;
    if (rest != 0) {
        const int half = rest < middle ? -1 : rest > middle;
        whole += binary_rounds_up(rounding, number.negative, half, half_away || whole & 1);
    }
    number.mantissa = whole;
    number.exponent = 0;
    number.kind = whole == 0 ? BINARY_ZERO : BINARY_FINITE;
    return quad_result(&number, 0);
}

long double floorl(long double x) { return to_integer(x, ROUND_DOWN, false); }
long double ceill(long double x) { return to_integer(x, ROUND_UP, false); }
long double truncl(long double x) { return to_integer(x, ROUND_TO_ZERO, false); }
long double roundl(long double x) { return to_integer(x, ROUND_NEAREST, true); }
long double nearbyintl(long double x) { return to_integer(x, binary_rounding(), false); }

long double rintl(long double x) {
    const long double whole = nearbyintl(x);
    binary_raise(whole != x && !isnan(x) ? BINARY_INEXACT : 0);
    return whole;
}

long lroundl(long double x) { return (long)roundl(x); }
long lrintl(long double x) { return (long)rintl(x); }
long long llroundl(long double x) { return lroundl(x); }
long long llrintl(long double x) { return lrintl(x); }

// A quiet NaN is as if it were not there, a signaling one is not. IEEE 754-2008, 5.3.1.
static bool is_one_nan(long double x, long double y, long double* result) {
    const enum binary_kind a = quad_unpack(x).kind, b = quad_unpack(y).kind;
    if (a < BINARY_QUIET_NAN && b < BINARY_QUIET_NAN) {
        return false;
    }
    const bool sum = a >= BINARY_QUIET_NAN && b >= BINARY_QUIET_NAN;
    *result = sum || a == BINARY_SIGNALING_NAN || b == BINARY_SIGNALING_NAN ? x + y : a >= BINARY_QUIET_NAN ? y : x;
    return true;
}

long double fminl(long double x, long double y) {
    long double result;
    return is_one_nan(x, y, &result) ? result : x < y || (x == y && signbit(x)) ? x : y;
}

long double fmaxl(long double x, long double y) {
    long double result;
    return is_one_nan(x, y, &result) ? result : x > y || (x == y && !signbit(x)) ? x : y;
}

long double fdiml(long double x, long double y) { return isnan(x) || isnan(y) ? x + y : x > y ? x - y : 0; }

long double scalbnl(long double x, int exponent) {
    struct binary number = quad_unpack(x);
    // Farther than from the smallest to the largest number.
    number.exponent += exponent > 40000 ? 40000 : exponent < -40000 ? -40000 : exponent;
    return quad_result(&number, 0);
}

long double scalblnl(long double x, long exponent) {
    return scalbnl(x, exponent > 40000 ? 40000 : exponent < -40000 ? -40000 : (int)exponent);
}

long double ldexpl(long double x, int exponent) { return scalbnl(x, exponent); }

// The exponent of the leading bit of a finite number.
static int leading(const struct binary* number) {
    return number->exponent + 127 - (int)binary_leading_zeros(number->mantissa);
}

long double frexpl(long double x, int* exponent) {
    struct binary number = quad_unpack(x);
    *exponent = number.kind == BINARY_FINITE ? leading(&number) + 1 : 0;
    number.exponent -= *exponent;
    return quad_result(&number, 0);
}

int ilogbl(long double x) {
    const struct binary number = quad_unpack(x);
    switch (number.kind) {
        case BINARY_ZERO: return FP_ILOGB0;
        case BINARY_FINITE: return leading(&number);
        case BINARY_INFINITE: return INT_MAX;
        default: return FP_ILOGBNAN;
    }
}

long double logbl(long double x) {
    const int exponent = ilogbl(x);
    return x == 0 ? -1 / fabsl(x) : isfinite(x) ? exponent : x * x;
}

long double modfl(long double x, long double* whole) {
    *whole = truncl(x);
    return copysignl(isinf(x) ? 0 : x - *whole, x);
}

long double nextafterl(long double x, long double y) {
    if (isnan(x) || isnan(y)) {
        return x + y;
    }
    if (x == y) {
        return y;
    }
    if (x == 0) {
        return quad_from_bits(1 | (quad_bits(y) & SIGN));
    }
    return quad_from_bits((x < y) == (x > 0) ? quad_bits(x) + 1 : quad_bits(x) - 1);
}

// Division of integers, fifteen bits of the quotient at a time.
long double fmodl(long double x, long double y) {
    struct binary a = quad_unpack(x), b = quad_unpack(y);
    if (a.kind >= BINARY_INFINITE || b.kind >= BINARY_QUIET_NAN || b.kind == BINARY_ZERO) {
        return (x * y) / (x * y);
    }
    if (fabsl(x) < fabsl(y)) {
        return x;
    }
    for (int left = a.exponent - b.exponent; left > 0;) {
        const int bits = left < 15 ? left : 15;
        a.mantissa = (a.mantissa % b.mantissa) << bits;
        left -= bits;
    }
    if (a.exponent < b.exponent) {
        b.mantissa <<= b.exponent - a.exponent; // it is not larger for that than the dividend
        b.exponent = a.exponent;
    }
    a.mantissa %= b.mantissa;
    a.exponent = b.exponent;
    a.kind = a.mantissa == 0 ? BINARY_ZERO : BINARY_FINITE;
    return quad_result(&a, 0);
}

long double nanl(const char* text) { return (void)text, NAN; }

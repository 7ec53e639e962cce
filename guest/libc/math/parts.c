// Numbers taken apart, C11, 7.12.6 and 7.12.10: IEEE 754 binary64.
#include <limits.h>

#include "double-double.h"

#define EXPONENT_BITS 0x7ff
#define EXPONENT_SHIFT 52
#define EXPONENT_BIAS 1023

static int exponent_of(double x) { return (int)(bits_of(x) >> EXPONENT_SHIFT & EXPONENT_BITS); }
static double power_of_two(int exponent) { return from_bits((uint64_t)(exponent + EXPONENT_BIAS) << EXPONENT_SHIFT); }

// In steps that do not leave the range of normal numbers; the last one rounds, once.
double scalbn(double x, int exponent) {
    for (int i = 0; i < 2 && exponent > 1023; ++i) {
        x *= 0x1p1023;
        exponent -= 1023;
    }
    for (int i = 0; i < 2 && exponent < -1022; ++i) {
        // Keeps 53 bits above the smallest normal number, so that only the last step rounds.
        x *= 0x1p-1022 * 0x1p53;
        exponent += 1022 - 53;
    }
    return x * power_of_two(exponent > 1023 ? 1023 : exponent < -1022 ? -1022 : exponent);
}

double ldexp(double x, int exponent) { return scalbn(x, exponent); }

double frexp(double x, int* exponent) {
    *exponent = 0;
    if (x == 0 || !isfinite(x)) {
        return x;
    }
    int scaled = 0;
    if (exponent_of(x) == 0) {
        x *= 0x1p54;
        scaled = -54;
    }
    *exponent = exponent_of(x) - (EXPONENT_BIAS - 1) + scaled;
    const uint64_t rest = bits_of(x) & ~((uint64_t)EXPONENT_BITS << EXPONENT_SHIFT);
    return from_bits(rest | (uint64_t)(EXPONENT_BIAS - 1) << EXPONENT_SHIFT);
}

double modf(double x, double* whole) {
    *whole = trunc(x);
    return copysign(isinf(x) ? 0 : x - *whole, x);
}

double scalbln(double x, long exponent) {
    return scalbn(x, exponent > 5000 ? 5000 : exponent < -5000 ? -5000 : (int)exponent);
}

int ilogb(double x) {
    int exponent;
    if (x == 0 || !isfinite(x)) {
        return x == 0 ? FP_ILOGB0 : isinf(x) ? INT_MAX : FP_ILOGBNAN;
    }
    frexp(x, &exponent);
    return exponent - 1;
}

double logb(double x) {
    if (x == 0 || !isfinite(x)) {
        return x == 0 ? -1 / fabs(x) : isinf(x) ? HUGE_VAL : x;
    }
    return ilogb(x);
}

// The numbers of a sign are in the order of their bits.
double nextafter(double x, double y) {
    if (isnan(x) || isnan(y)) {
        return x + y;
    }
    if (x == y) {
        return y;
    }
    if (x == 0) {
        return copysign(0x1p-1074, y);
    }
    const uint64_t bits = bits_of(x);
    return from_bits((x < y) == (x > 0) ? bits + 1 : bits - 1);
}

float nextafterf(float x, float y) {
    uint32_t bits;
    if (isnan(x) || isnan(y)) {
        return x + y;
    }
    if (x == y) {
        return y;
    }
    if (x == 0) {
        return copysignf(0x1p-149f, y);
    }
    memcpy(&bits, &x, sizeof(bits));
    bits = (x < y) == (x > 0) ? bits + 1 : bits - 1;
    memcpy(&x, &bits, sizeof(x));
    return x;
}

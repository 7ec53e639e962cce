// Numbers taken apart, C11, 7.12.6 and 7.12.10: IEEE 754 binary64.
#include <math.h>
#include <stdint.h>
#include <string.h>

#define EXPONENT_BITS 0x7ff
#define EXPONENT_SHIFT 52
#define EXPONENT_BIAS 1023

static uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

static double from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof(x));
    return x;
}

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

// Long division of the mantissas, which is exact.
double fmod(double x, double y) {
    if (isnan(x) || isnan(y) || isinf(x) || y == 0) {
        return (x * y) / (x * y);
    }
    const double divisor = fabs(y);
    double rest = fabs(x);
    if (isinf(divisor) || rest < divisor) {
        return x;
    }
    int rest_exponent, divisor_exponent;
    frexp(rest, &rest_exponent);
    frexp(divisor, &divisor_exponent);
    for (int shift = rest_exponent - divisor_exponent; shift >= 0; --shift) {
        const double part = scalbn(divisor, shift);
        if (rest >= part) {
            rest -= part;
        }
    }
    return copysign(rest, x);
}

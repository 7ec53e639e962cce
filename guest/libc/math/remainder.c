// Remainders of division, which are exact. C11, 7.12.10.
#include <limits.h>

#include "double-double.h"

struct parts {
    uint64_t mantissa;
    int exponent;
};

// A finite number that is not 0, without its sign: an integer of 53 bits and a power of two.
static struct parts parts_of(double x) {
    int exponent;
    const double mantissa = frexp(fabs(x), &exponent);
    return (struct parts){(uint64_t)(mantissa * 0x1p53), exponent - 53};
}

// Division of integers, eleven bits of the quotient at a time; the lowest of them go to *quotient.
static double divide(double x, double y, unsigned* quotient) {
    const struct parts a = parts_of(x), b = parts_of(y);
    uint64_t rest = a.mantissa % b.mantissa;
    *quotient = (unsigned)(a.mantissa / b.mantissa);
    for (int left = a.exponent - b.exponent; left > 0;) {
        const int bits = left < 11 ? left : 11;
        rest <<= bits;
        *quotient = *quotient << bits | (unsigned)(rest / b.mantissa);
        rest %= b.mantissa;
        left -= bits;
    }
    return copysign(scalbn((double)rest, b.exponent), x);
}

static bool is_special(double x, double y) { return isnan(x) || isnan(y) || isinf(x) || y == 0; }

double fmod(double x, double y) {
    unsigned quotient;
    if (is_special(x, y)) {
        return (x * y) / (x * y);
    }
    return fabs(x) < fabs(y) ? x : divide(x, y, &quotient);
}

double remquo(double x, double y, int* out) {
    unsigned quotient = 0;
    *out = 0;
    if (is_special(x, y)) {
        return (x * y) / (x * y);
    }
    if (isinf(y) || x == 0) {
        return x;
    }
    double rest = fabs(x) < fabs(y) ? fabs(x) : fabs(divide(x, y, &quotient));
    const double divisor = fabs(y);
    // To the nearest, and the even one of two: half of the smallest divisor is no number.
    const bool more = divisor > 0x1p-1000 ? rest > divisor / 2 || (rest == divisor / 2 && quotient & 1)
                                          : 2 * rest > divisor || (2 * rest == divisor && quotient & 1);
    if (more) {
        rest -= divisor;
        ++quotient;
    }
    const int bits = (int)(quotient & INT_MAX);
    *out = signbit(x) != signbit(y) ? -bits : bits;
    return signbit(x) ? -rest : rest;
}

double remainder(double x, double y) {
    int quotient;
    return remquo(x, y, &quotient);
}

// C11, 7.12: one instruction each, or a few. Integers that do not fit become the nearest, as the instructions have it.
#include <math.h>
#include <zircon/compiler.h>

// Functions of double and of float.
#define BOTH_1(name)                                             \
    double name(double x) { return __builtin_##name(x); }        \
    float name##f(float x) { return __builtin_##name##f(x); }
#define BOTH_2(name)                                                            \
    double name(double x, double y) { return __builtin_##name(x, y); }          \
    float name##f(float x, float y) { return __builtin_##name##f(x, y); }

BOTH_1(fabs)
BOTH_1(floor)
BOTH_1(ceil)
BOTH_1(trunc)
BOTH_1(round)
BOTH_1(rint)
BOTH_1(nearbyint)
BOTH_2(fmin)
BOTH_2(fmax)
BOTH_2(copysign)

double fma(double x, double y, double z) { return __builtin_fma(x, y, z); }
float fmaf(float x, float y, float z) { return __builtin_fmaf(x, y, z); }

// Compilers call the library for negative numbers, which is here.
double sqrt(double x) {
    __asm__("fsqrt %d0, %d1" : "=w"(x) : "w"(x));
    return x;
}

float sqrtf(float x) {
    __asm__("fsqrt %s0, %s1" : "=w"(x) : "w"(x));
    return x;
}

double fdim(double x, double y) { return x > y ? x - y : x <= y ? 0 : x + y; }
float fdimf(float x, float y) { return x > y ? x - y : x <= y ? 0 : x + y; }

long lround(double x) { return (long)round(x); }
long lroundf(float x) { return (long)roundf(x); }
long lrint(double x) { return (long)rint(x); }
long lrintf(float x) { return (long)rintf(x); }
long long llround(double x) { return lround(x); }
long long llroundf(float x) { return lroundf(x); }
long long llrint(double x) { return lrint(x); }
long long llrintf(float x) { return lrintf(x); }

// What compilers call for x * x * ... * x: libgcc's names.
__EXPORT double __powidf2(double x, int exponent) {
    double power = 1;
    for (unsigned left = exponent < 0 ? -(unsigned)exponent : (unsigned)exponent; left != 0; left >>= 1, x *= x) {
        power *= left & 1 ? x : 1;
    }
    return exponent < 0 ? 1 / power : power;
}

__EXPORT float __powisf2(float x, int exponent) {
    float power = 1;
    for (unsigned left = exponent < 0 ? -(unsigned)exponent : (unsigned)exponent; left != 0; left >>= 1, x *= x) {
        power *= left & 1 ? x : 1;
    }
    return exponent < 0 ? 1 / power : power;
}

double nan(const char* text) { return (void)text, NAN; }
float nanf(const char* text) { return (void)text, NAN; }

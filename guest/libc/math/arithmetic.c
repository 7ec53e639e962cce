// C11, 7.12: one instruction each.
#include <math.h>

double fabs(double x) { return __builtin_fabs(x); }
double floor(double x) { return __builtin_floor(x); }
double ceil(double x) { return __builtin_ceil(x); }
double trunc(double x) { return __builtin_trunc(x); }
double round(double x) { return __builtin_round(x); }
double rint(double x) { return __builtin_rint(x); }
double nearbyint(double x) { return __builtin_nearbyint(x); }
double fma(double x, double y, double z) { return __builtin_fma(x, y, z); }
double fmin(double x, double y) { return __builtin_fmin(x, y); }
double fmax(double x, double y) { return __builtin_fmax(x, y); }
double copysign(double x, double y) { return __builtin_copysign(x, y); }

float fabsf(float x) { return __builtin_fabsf(x); }
float floorf(float x) { return __builtin_floorf(x); }
float ceilf(float x) { return __builtin_ceilf(x); }
float truncf(float x) { return __builtin_truncf(x); }
float roundf(float x) { return __builtin_roundf(x); }
float rintf(float x) { return __builtin_rintf(x); }
float fmaf(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
float fminf(float x, float y) { return __builtin_fminf(x, y); }
float fmaxf(float x, float y) { return __builtin_fmaxf(x, y); }
float copysignf(float x, float y) { return __builtin_copysignf(x, y); }

// Compilers call the library for negative numbers, which is here.
double sqrt(double x) {
    __asm__("fsqrt %d0, %d1" : "=w"(x) : "w"(x));
    return x;
}

float sqrtf(float x) {
    __asm__("fsqrt %s0, %s1" : "=w"(x) : "w"(x));
    return x;
}

long lround(double x) { return (long)round(x); }
long lrint(double x) { return (long)rint(x); }

// Functions of float: those of double, rounded once more. C11, 7.12.
#include <math.h>

#define FLOAT_1(name) \
    float name##f(float x) { return (float)name(x); }
#define FLOAT_2(name) \
    float name##f(float x, float y) { return (float)name(x, y); }

FLOAT_1(acos)
FLOAT_1(acosh)
FLOAT_1(asin)
FLOAT_1(asinh)
FLOAT_1(atan)
FLOAT_1(atanh)
FLOAT_1(cbrt)
FLOAT_1(cos)
FLOAT_1(cosh)
FLOAT_1(exp)
FLOAT_1(exp2)
FLOAT_1(expm1)
FLOAT_1(log)
FLOAT_1(log10)
FLOAT_1(log1p)
FLOAT_1(log2)
FLOAT_1(logb)
FLOAT_1(sin)
FLOAT_1(sinh)
FLOAT_1(tan)
FLOAT_1(tanh)
FLOAT_2(atan2)
FLOAT_2(fmod)
FLOAT_2(hypot)
FLOAT_2(pow)
FLOAT_2(remainder)

float ldexpf(float x, int exponent) { return (float)ldexp(x, exponent); }
float scalbnf(float x, int exponent) { return (float)scalbn(x, exponent); }
float scalblnf(float x, long exponent) { return (float)scalbln(x, exponent); }
float frexpf(float x, int* exponent) { return (float)frexp(x, exponent); }
float remquof(float x, float y, int* quotient) { return (float)remquo(x, y, quotient); }
int ilogbf(float x) { return ilogb(x); }

void sincosf(float x, float* sine_of, float* cosine_of) {
    double sine, cosine;
    sincos(x, &sine, &cosine);
    *sine_of = (float)sine;
    *cosine_of = (float)cosine;
}

float modff(float x, float* whole) {
    double double_whole;
    const float fraction = (float)modf(x, &double_whole);
    *whole = (float)double_whole;
    return fraction;
}

// e^x, 2^x, powers and hyperbolic functions. C11, 7.12.5 to 7.12.7.
#include "double-double.h"

// ln 2 / 16, in three parts.
#define STEP_HIGH 0x1.62e42fefa39efp-5
#define STEP_MIDDLE 0x1.abc9e3b39803fp-60
#define STEPS_PER_ONE 0x1.71547652b82fep+4 // 16 / ln 2
// Beyond these, results are infinite or nearest to 0.
#define EXP_MAX 710.0
#define EXP_MIN (-746.0)

static const struct dd ln2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

// 2^(i/16)
static const struct dd powers[16] = {
    {0x1.0000000000000p+0, 0x0.0p+0},
    {0x1.0b5586cf9890fp+0, 0x1.8a62e4adc610bp-54},
    {0x1.172b83c7d517bp+0, -0x1.19041b9d78a76p-55},
    {0x1.2387a6e756238p+0, 0x1.9b07eb6c70573p-54},
    {0x1.306fe0a31b715p+0, 0x1.6f46ad23182e4p-55},
    {0x1.3dea64c123422p+0, 0x1.ada0911f09ebcp-55},
    {0x1.4bfdad5362a27p+0, 0x1.d4397afec42e2p-56},
    {0x1.5ab07dd485429p+0, 0x1.6324c054647adp-54},
    {0x1.6a09e667f3bcdp+0, -0x1.bdd3413b26456p-54},
    {0x1.7a11473eb0187p+0, -0x1.41577ee04992fp-55},
    {0x1.8ace5422aa0dbp+0, 0x1.6e9f156864b27p-54},
    {0x1.9c49182a3f090p+0, 0x1.c7c46b071f2bep-56},
    {0x1.ae89f995ad3adp+0, 0x1.7a1cd345dcc81p-54},
    {0x1.c199bdd85529cp+0, 0x1.11065895048ddp-55},
    {0x1.d5818dcfba487p+0, 0x1.2ed02d75b3707p-55},
    {0x1.ea4afa2a490dap+0, -0x1.e9c23179c2893p-54},
};

// x = step * ln 2 / 16 + rest, |rest| < 0.022: e^rest by its series, of which all but the first terms are small.
struct dd dd_exp(struct dd x, int* exponent) {
    const double steps = __builtin_rint(x.high * STEPS_PER_ONE);
    const struct dd product = dd_product(steps, STEP_HIGH);
    struct dd rest = dd_sum(x.high - product.high, -product.low);
    rest = dd_fast_sum(rest.high, rest.low + (x.low - steps * STEP_MIDDLE));
    const double r = rest.high;
    const double tail = r * r * (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720 + r / 5040)))));
    const struct dd series = dd_add(dd_sum(r, tail), (struct dd){rest.low + rest.low * r, 0});
    const long step = (long)steps;
    const struct dd power = powers[step & 15];
    *exponent = (int)(step >> 4);
    return dd_add(power, dd_multiply(power, series));
}

struct dd dd_expm1(struct dd x) {
    const double r = x.high;
    if (fabs(r) > 0.1) {
        int exponent;
        const struct dd power = dd_exp(x, &exponent);
        return dd_add(dd_scale(power, scalbn(1, exponent)), (struct dd){-1, 0});
    }
    double series = 0;
    for (int n = 11; n >= 2; --n) {
        series = (1 + series) * r / n; // r/2 + r^2/6 + ...
    }
    const struct dd tail = dd_product(r, series);
    return dd_add(x, (struct dd){tail.high, tail.low + x.low * r});
}

static double scaled(struct dd value, int exponent) { return scalbn(dd_round(value), exponent); }

double exp(double x) {
    int exponent;
    if (isnan(x)) {
        return x;
    }
    if (x > EXP_MAX) {
        return isinf(x) ? x : 0x1p1023 * 2;
    }
    if (x < EXP_MIN) {
        return isinf(x) ? 0 : 0x1p-1022 * 0x1p-1022;
    }
    const struct dd power = dd_exp((struct dd){x, 0}, &exponent);
    return scaled(power, exponent);
}

double exp2(double x) {
    int exponent;
    if (isnan(x) || isinf(x)) {
        return x < 0 ? 0 : x;
    }
    const double whole = __builtin_rint(fmax(fmin(x, 2000), -2000));
    const double fraction = fabs(x) < 2000 ? x - whole : 0;
    const struct dd power = dd_exp(dd_multiply((struct dd){fraction, 0}, ln2), &exponent);
    return scaled(power, exponent + (int)whole);
}

double expm1(double x) {
    if (isnan(x) || x > 700) {
        return exp(x);
    }
    if (fabs(x) < 0x1p-54) {
        return x;
    }
    return x < -40 ? -1 + 0x1p-60 : dd_round(dd_expm1((struct dd){x, 0}));
}

// e^|x| / 2, where e^|x| may be too large.
static double half_power(double x) {
    int exponent;
    const struct dd power = dd_exp((struct dd){fmin(fabs(x), 2000), 0}, &exponent);
    return scaled(power, exponent - 1);
}

// e^|x| and its inverse, each half.
static void half_powers(double x, struct dd* large, struct dd* small) {
    int exponent;
    const struct dd power = dd_exp((struct dd){fabs(x), 0}, &exponent);
    *large = dd_scale(power, scalbn(1, exponent - 1));
    *small = dd_divide((struct dd){0.25, 0}, *large);
}

double sinh(double x) {
    struct dd large, small;
    if (isnan(x) || isinf(x) || fabs(x) < 0x1p-28) {
        return x;
    }
    if (fabs(x) > 40) {
        return copysign(half_power(x), x);
    }
    if (fabs(x) < 0.25) {
        const double square = x * x;
        double series = 0;
        for (int n = 14; n >= 2; n -= 2) {
            series = (1 + series) * square / (n * (n + 1));
        }
        return x + x * series;
    }
    half_powers(x, &large, &small);
    return copysign(dd_round(dd_add(large, dd_negate(small))), x);
}

double cosh(double x) {
    struct dd large, small;
    if (isnan(x) || isinf(x)) {
        return fabs(x);
    }
    if (fabs(x) > 40) {
        return half_power(x);
    }
    half_powers(x, &large, &small);
    return dd_round(dd_add(large, small));
}

double tanh(double x) {
    if (isnan(x) || fabs(x) < 0x1p-28) {
        return x;
    }
    if (fabs(x) > 20) {
        return copysign(1 - 0x1p-60, x);
    }
    const struct dd power = dd_expm1((struct dd){2 * fabs(x), 0});
    return copysign(dd_round(dd_divide(power, dd_add(power, (struct dd){2, 0}))), x);
}

// Whether a number is an odd integer; 2 for an even one, 0 for none.
static int integer_kind(double y) {
    if (fabs(y) >= 0x1p53) {
        return 2;
    }
    return trunc(y) != y ? 0 : (int64_t)y % 2 != 0 ? 1 : 2;
}

// Powers of which one of the numbers is 0, infinite or no number. C11, F.10.4.4.
static double special_power(double x, double y) {
    const bool odd = isfinite(y) && integer_kind(y) == 1;
    if (x == 1 || y == 0) {
        return 1;
    }
    if (isnan(x) || isnan(y)) {
        return x + y;
    }
    if (isinf(y)) {
        const double magnitude = fabs(x);
        return magnitude == 1 ? 1 : (magnitude > 1) == (y > 0) ? HUGE_VAL : 0;
    }
    const double magnitude = (x == 0) == (y > 0) ? 0 : x == 0 ? 1 / fabs(x) : HUGE_VAL;
    return odd ? copysign(magnitude, x) : magnitude;
}

double pow(double x, double y) {
    int exponent;
    if (x == 1 || x == 0 || y == 0 || !isfinite(x) || !isfinite(y)) {
        return special_power(x, y);
    }
    const int kind = x < 0 ? integer_kind(y) : 2;
    if (kind == 0) {
        return (x - x) / (x - x);
    }
    const double sign = kind == 1 ? -1 : 1;
    if (x == -1) {
        return sign;
    }
    int scale;
    double mantissa = frexp(fabs(x), &scale);
    if (mantissa < M_SQRT1_2) {
        mantissa *= 2;
        --scale;
    }
    const struct dd logarithm = dd_log((struct dd){mantissa - 1, 0}, scale);
    if (fabs(logarithm.high) * fabs(y) > 2000 || fabs(y) > 0x1p70) {
        const bool grows = (logarithm.high > 0) == (y > 0);
        return sign * (grows ? 0x1p1023 * 2 : 0x1p-1022 * 0x1p-1022);
    }
    const struct dd power = dd_exp(dd_multiply(logarithm, (struct dd){y, 0}), &exponent);
    return sign * scaled(power, exponent);
}

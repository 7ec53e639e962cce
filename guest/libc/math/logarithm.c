// Logarithms and inverse hyperbolic functions. C11, 7.12.5 and 7.12.6.
#include "double-double.h"

static const struct dd ln2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
static const struct dd one_third = {0x1.5555555555555p-2, 0x1.5555555555555p-56};
static const struct dd one_fifth = {0x1.999999999999ap-3, -0x1.999999999999ap-57};

// log((1 + s) / (1 - s)) = 2 (s + s^3 / 3 + s^5 / 5 + ...), with s = x / (2 + x), which is below 0.2.
struct dd dd_log(struct dd x, int exponent) {
    const struct dd s = dd_divide(x, dd_add((struct dd){2, 0}, x));
    const struct dd square = dd_multiply(s, s);
    double tail = 0;
    for (int n = 33; n >= 7; n -= 2) {
        tail = tail * square.high + 1.0 / n;
    }
    struct dd series = dd_add(one_fifth, dd_product(square.high, tail));
    series = dd_add(one_third, dd_multiply(square, series));
    series = dd_multiply(dd_multiply(s, square), series);
    const struct dd fraction = dd_scale(dd_add(s, series), 2);
    return exponent == 0 ? fraction : dd_add(dd_multiply(ln2, (struct dd){exponent, 0}), fraction);
}

struct dd dd_log1p(struct dd x) {
    const struct dd whole = dd_add((struct dd){1, 0}, x);
    if (whole.high > 0.7 && whole.high < 1.42) {
        return dd_log(x, 0);
    }
    int exponent;
    double mantissa = frexp(whole.high, &exponent);
    if (mantissa < M_SQRT1_2) {
        mantissa *= 2;
        --exponent;
    }
    const struct dd low = {scalbn(whole.low, -exponent), 0};
    return dd_log(dd_add((struct dd){mantissa - 1, 0}, low), exponent);
}

// What has no logarithm, or an infinite one.
static bool is_special(double x, double* result) {
    if (isnan(x) || (isinf(x) && x > 0)) {
        *result = x;
    } else if (x == 0) {
        *result = -1 / fabs(x);
    } else if (x < 0) {
        *result = (x - x) / 0.0;
    } else {
        return false;
    }
    return true;
}

static struct dd logarithm(double x) {
    int exponent;
    double mantissa = frexp(x, &exponent);
    if (mantissa < M_SQRT1_2) {
        mantissa *= 2;
        --exponent;
    }
    return dd_log((struct dd){mantissa - 1, 0}, exponent);
}

double log(double x) {
    double special;
    return is_special(x, &special) ? special : dd_round(logarithm(x));
}

double log2(double x) {
    static const struct dd per_ln2 = {0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56};
    double special;
    if (is_special(x, &special)) {
        return special;
    }
    int exponent;
    if (frexp(x, &exponent) == 0.5) {
        return exponent - 1;
    }
    return dd_round(dd_multiply(logarithm(x), per_ln2));
}

double log10(double x) {
    static const struct dd per_ln10 = {0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57};
    double special;
    return is_special(x, &special) ? special : dd_round(dd_multiply(logarithm(x), per_ln10));
}

double log1p(double x) {
    double special;
    if (fabs(x) < 0x1p-54) {
        return x;
    }
    return is_special(1 + x, &special) ? special : dd_round(dd_log1p((struct dd){x, 0}));
}

// log(x + sqrt(x^2 + 1)) = log1p(x + x^2 / (1 + sqrt(x^2 + 1)))
double asinh(double x) {
    const double magnitude = fabs(x);
    if (!isfinite(x) || magnitude < 0x1p-28) {
        return x;
    }
    if (magnitude > 0x1p28) {
        return copysign(dd_round(dd_add(logarithm(magnitude), ln2)), x);
    }
    const struct dd one = {1, 0}, square = dd_product(magnitude, magnitude);
    const struct dd root = dd_root(dd_add(one, square));
    const struct dd sum = dd_add((struct dd){magnitude, 0}, dd_divide(square, dd_add(one, root)));
    return copysign(dd_round(dd_log1p(sum)), x);
}

// log(x + sqrt(x^2 - 1)), with t = x - 1 instead of x.
double acosh(double x) {
    if (isnan(x) || x < 1) {
        return x < 1 ? (x - x) / 0.0 : x;
    }
    if (x > 0x1p28) {
        return isinf(x) ? x : dd_round(dd_add(logarithm(x), ln2));
    }
    if (x == 1) {
        return 0;
    }
    const struct dd t = {x - 1, 0};
    const struct dd root = dd_root(dd_add(dd_scale(t, 2), dd_multiply(t, t)));
    return dd_round(dd_log1p(dd_add(t, root)));
}

double atanh(double x) {
    const double magnitude = fabs(x);
    if (isnan(x) || magnitude > 1) {
        return isnan(x) ? x : (x - x) / 0.0;
    }
    if (magnitude == 1) {
        return x / 0.0;
    }
    if (magnitude < 0x1p-28) {
        return x;
    }
    const struct dd rest = dd_add((struct dd){1, 0}, (struct dd){-magnitude, 0});
    const struct dd quotient = dd_divide((struct dd){2 * magnitude, 0}, rest);
    return copysign(dd_round(dd_scale(dd_log1p(quotient), 0.5)), x);
}

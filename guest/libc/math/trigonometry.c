// Sine, cosine, tangent. C11, 7.12.4.
#include "reduce.h"

// Of an angle up to pi / 4: its series, of which what follows the first terms is small enough for a double.
static struct dd sine(struct dd x) {
    const double square = x.high * x.high;
    double series = 0;
    for (int n = 18; n >= 4; n -= 2) {
        series = (1 - series) * square / (n * (n + 1));
    }
    // x - x^3 / 6 (1 - series), and the low part's share, whose slope is the cosine.
    const double tail = -x.high * square * ((1 - series) / 6);
    return dd_fast_sum(x.high, tail + x.low * (1 - square / 2));
}

static struct dd cosine(struct dd x) {
    const struct dd square = dd_product(x.high, x.high);
    double series = 0;
    for (int n = 19; n >= 5; n -= 2) {
        series = (1 - series) * square.high / (n * (n + 1));
    }
    // 1 - x^2 / 2 + x^4 / 24 (1 - series)
    const struct dd start = dd_fast_sum(1, -square.high / 2);
    const double tail = square.high * square.high * ((1 - series) / 24);
    return dd_fast_sum(start.high, start.low + (tail - (square.low / 2 + x.high * x.low)));
}

// The sine of an angle that is `more` quarters further on.
static double turned(double x, unsigned more) {
    unsigned quarters;
    const struct dd rest = reduce_angle(x, &quarters);
    quarters += more;
    const struct dd value = quarters & 1 ? cosine(rest) : sine(rest);
    return quarters & 2 ? -dd_round(value) : dd_round(value);
}

double sin(double x) {
    if (!isfinite(x)) {
        return x - x;
    }
    return fabs(x) < 0x1p-27 ? x : turned(x, 0);
}

double cos(double x) { return isfinite(x) ? turned(x, 1) : x - x; }

double tan(double x) {
    unsigned quarters;
    if (!isfinite(x)) {
        return x - x;
    }
    if (fabs(x) < 0x1p-27) {
        return x;
    }
    const struct dd rest = reduce_angle(x, &quarters);
    const struct dd a = sine(rest), b = cosine(rest);
    return dd_round(quarters & 1 ? dd_negate(dd_divide(b, a)) : dd_divide(a, b));
}

void sincos(double x, double* sine_of, double* cosine_of) {
    *sine_of = sin(x);
    *cosine_of = cos(x);
}

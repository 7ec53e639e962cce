// Angles from their tangents, sines and cosines. C11, 7.12.4.
#include "double-double.h"

static const struct dd pi = {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};

// atan(i / 8)
static const struct dd eighths[9] = {
    {0x0.0p+0, 0x0.0p+0},
    {0x1.fd5ba9aac2f6ep-4, -0x1.cd37686760c17p-59},
    {0x1.f5b75f92c80ddp-3, 0x1.8ab6e3cf7afbdp-57},
    {0x1.6f61941e4def1p-2, -0x1.c63aae6f6e918p-56},
    {0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56},
    {0x1.1e00babdefeb4p-1, -0x1.928df287a668fp-58},
    {0x1.4978fa3269ee1p-1, 0x1.2419a87f2a458p-56},
    {0x1.700a7c5784634p-1, -0x1.8c34d25aadef6p-56},
    {0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55},
};

// The angle of y / x, 0 <= y <= x: atan(i / 8) + atan(t), with t = (y - x i/8) / (x + y i/8), which is at most 1/16.
static struct dd octant(struct dd y, struct dd x) {
    const double nearest = __builtin_rint(y.high / x.high * 8);
    const struct dd eighth = {nearest / 8, 0};
    const struct dd t = dd_divide(dd_add(y, dd_negate(dd_multiply(x, eighth))), dd_add(x, dd_multiply(y, eighth)));
    const double square = t.high * t.high;
    double series = 0;
    for (int n = 15; n >= 3; n -= 2) {
        series = square * (1.0 / n - series);
    }
    const struct dd tail = dd_sum(t.high, -t.high * series);
    return dd_add(eighths[(int)nearest], dd_add(tail, (struct dd){t.low, 0}));
}

// The angle of the point (x, y), both finite and not both 0; the signs are those of the high parts.
static struct dd angle(struct dd y, struct dd x) {
    const struct dd up = y.high < 0 ? dd_negate(y) : y, right = x.high < 0 ? dd_negate(x) : x;
    struct dd value;
    if (up.high <= right.high) {
        value = octant(up, right);
    } else {
        value = dd_add(dd_scale(pi, 0.5), dd_negate(octant(right, up)));
    }
    return x.high < 0 ? dd_add(pi, dd_negate(value)) : value;
}

double atan(double x) {
    if (isnan(x) || fabs(x) < 0x1p-27) {
        return x;
    }
    if (fabs(x) > 0x1p60) {
        return copysign(pi.high / 2, x);
    }
    return copysign(dd_round(angle((struct dd){fabs(x), 0}, (struct dd){1, 0})), x);
}

double atan2(double y, double x) {
    if (isnan(x) || isnan(y)) {
        return x + y;
    }
    const double up = fabs(y), right = fabs(x);
    if (isinf(up) || isinf(right) || up == 0 || right == 0) {
        const double tilt = up == 0 || (isinf(right) && !isinf(up)) ? 0 : isinf(right) ? 0.25 : 0.5;
        return copysign(pi.high * (signbit(x) ? 1 - tilt : tilt), y);
    }
    int up_exponent, right_exponent;
    frexp(up, &up_exponent);
    frexp(right, &right_exponent);
    const int difference = up_exponent - right_exponent;
    if (difference > 60) {
        return copysign(pi.high / 2, y);
    }
    if (difference < -60) {
        return copysign(signbit(x) ? pi.high : up / right, y);
    }
    // Both near 1, so that nothing is lost at the ends of the range.
    const struct dd a = {scalbn(up, -right_exponent), 0}, b = {copysign(scalbn(right, -right_exponent), x), 0};
    return copysign(dd_round(angle(a, b)), y);
}

// sqrt(1 - x^2) = sqrt((1 - x) (1 + x))
static struct dd complement(double x) {
    return dd_root(dd_multiply(dd_sum(1, -x), dd_sum(1, x)));
}

double asin(double x) {
    if (isnan(x) || fabs(x) < 0x1p-27) {
        return x;
    }
    if (fabs(x) >= 1) {
        return fabs(x) > 1 ? (x - x) / 0.0 : x * (pi.high / 2);
    }
    return copysign(dd_round(angle((struct dd){fabs(x), 0}, complement(x))), x);
}

double acos(double x) {
    if (isnan(x) || fabs(x) > 1) {
        return isnan(x) ? x : (x - x) / 0.0;
    }
    if (fabs(x) == 1) {
        return x > 0 ? 0 : pi.high;
    }
    return dd_round(angle(complement(x), (struct dd){x, 0}));
}

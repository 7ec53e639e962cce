// Cube roots, and lengths. C11, 7.12.7.
#include "double-double.h"

// Newton's method, then one step with all digits of what is wrong.
double cbrt(double x) {
    if (x == 0 || !isfinite(x)) {
        return x;
    }
    int exponent;
    double mantissa = frexp(fabs(x), &exponent);
    // The exponent of the root is whole.
    const int third = exponent >= 0 ? (exponent + 2) / 3 : exponent / 3;
    mantissa = scalbn(mantissa, exponent - 3 * third);
    double root = 0.5 + mantissa / 2;
    for (int i = 0; i < 6; ++i) {
        root -= (root - mantissa / (root * root)) / 3;
    }
    const struct dd square = dd_product(root, root);
    const struct dd cube = dd_multiply(square, (struct dd){root, 0});
    const double wrong = (cube.high - mantissa) + cube.low;
    return copysign(scalbn(dd_round(dd_fast_sum(root, -wrong / (3 * square.high))), third), x);
}

double hypot(double x, double y) {
    double a = fmax(fabs(x), fabs(y)), b = fmin(fabs(x), fabs(y));
    if (isinf(x) || isinf(y)) {
        return HUGE_VAL;
    }
    if (isnan(x) || isnan(y)) {
        return x + y;
    }
    if (b == 0 || a / b > 0x1p60) {
        return a + b;
    }
    int exponent;
    frexp(a, &exponent);
    a = scalbn(a, -exponent);
    b = scalbn(b, -exponent);
    return scalbn(dd_round(dd_root(dd_add(dd_product(a, a), dd_product(b, b)))), exponent);
}

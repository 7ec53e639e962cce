// Numbers as unevaluated sums of two doubles, which hold about 106 bits: intermediate results of functions that are to
// be right to the last place of one. T. J. Dekker, "A floating-point technique for extending the available precision".
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// Sums and products must be rounded where they are written.
#pragma STDC FP_CONTRACT OFF

struct dd {
    double high, low;
};

static inline uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

static inline double from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof(x));
    return x;
}

// The exact sum, where |a| >= |b| or a is 0.
static inline struct dd dd_fast_sum(double a, double b) {
    const double sum = a + b;
    return (struct dd){sum, b - (sum - a)};
}

// The exact sum.
static inline struct dd dd_sum(double a, double b) {
    const double sum = a + b, other = sum - a;
    return (struct dd){sum, (a - (sum - other)) + (b - other)};
}

// The exact product.
static inline struct dd dd_product(double a, double b) {
    const double product = a * b;
    return (struct dd){product, __builtin_fma(a, b, -product)};
}

static inline struct dd dd_add(struct dd a, struct dd b) {
    const struct dd high = dd_sum(a.high, b.high);
    return dd_fast_sum(high.high, high.low + (a.low + b.low));
}

static inline struct dd dd_negate(struct dd a) { return (struct dd){-a.high, -a.low}; }

static inline struct dd dd_multiply(struct dd a, struct dd b) {
    const struct dd high = dd_product(a.high, b.high);
    return dd_fast_sum(high.high, high.low + (a.high * b.low + a.low * b.high));
}

static inline struct dd dd_scale(struct dd a, double power_of_two) {
    return (struct dd){a.high * power_of_two, a.low * power_of_two};
}

static inline struct dd dd_divide(struct dd a, struct dd b) {
    const double quotient = a.high / b.high;
    const struct dd product = dd_product(quotient, b.high);
    const double rest = ((a.high - product.high) - product.low) + (a.low - quotient * b.low);
    return dd_fast_sum(quotient, rest / b.high);
}

// The square root of a positive number.
static inline struct dd dd_root(struct dd a) {
    const double root = __builtin_sqrt(a.high);
    const struct dd square = dd_product(root, root);
    return dd_fast_sum(root, (((a.high - square.high) - square.low) + a.low) / (2 * root));
}

static inline double dd_round(struct dd a) { return a.high + a.low; }

// exponential.c: e^x = result * 2^*exponent, for |x| below 2000; and e^x - 1, for |x| below 700.
struct dd dd_exp(struct dd x, int* exponent);
struct dd dd_expm1(struct dd x);
// logarithm.c: the natural logarithm of 2^exponent * (1 + x), for x between -0.3 and 0.5; and of 1 + x, for x > -1.
struct dd dd_log(struct dd x, int exponent);
struct dd dd_log1p(struct dd x);

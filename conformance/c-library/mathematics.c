// Writes tests/data/c/mathematics.h: arguments of the mathematical functions, and their values from GCC's libquadmath,
// which computes them with 113 bits, rounded to double.
#include <quadmath.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 88172645463325252u;

static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static double between(double low, double high) { return low + (double)(next() >> 11) * 0x1p-53 * (high - low); }

static double any_double(void) {
    const uint64_t bits = next() & 0xbfffffffffffffff; // below 2^512
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

// Of all kinds; `index` says which.
static double argument(int index) {
    switch (index % 6) {
        case 0: return any_double();
        case 1: return between(-1, 1);
        case 2: return between(-40, 40);
        case 3: return between(-720, 720);
        case 4: return 1 + between(-0x1p-20, 0x1p-20);
        default: return between(-0x1p-10, 0x1p-10);
    }
}

static const struct {
    const char* name;
    __float128 (*function)(__float128);
    int positive; // only for arguments above 0; 2: above 1; 3: below 1
} functions[] = {
    {"acos", acosq, 3}, {"acosh", acoshq, 2}, {"asin", asinq, 3}, {"asinh", asinhq, 0}, {"atan", atanq, 0},
    {"atanh", atanhq, 3}, {"cbrt", cbrtq, 0}, {"cos", cosq, 0}, {"cosh", coshq, 0}, {"exp", expq, 0},
    {"exp2", exp2q, 0}, {"expm1", expm1q, 0}, {"log", logq, 1}, {"log10", log10q, 1}, {"log1p", log1pq, 1},
    {"log2", log2q, 1}, {"sin", sinq, 0}, {"sinh", sinhq, 0}, {"tan", tanq, 0}, {"tanh", tanhq, 0},
};

static void show(const char* separator, double value) {
    if (value - value == 0) {
        printf("%s%a", separator, value);
    } else {
        printf("%s%sHUGE_VAL", separator, value < 0 ? "-" : "");
    }
}

static void two(const char* name, __float128 (*function)(__float128, __float128), double x, double y) {
    printf("TWO(%s", name);
    show(", ", x), show(", ", y), show(", ", (double)function(x, y));
    printf(")\n");
}

static double within(double x, int domain) {
    x = domain == 0 ? x : x < 0 ? -x : x;
    return domain == 2 && x < 1 ? 1 / x : domain == 3 && x > 1 ? 1 / x : x;
}

int main(void) {
    printf("// Written by conformance/c-library/mathematics.c; do not edit.\n");
    for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); ++i) {
        for (int j = 0; j < 16; ++j) {
            const double x = within(argument(j), functions[i].positive);
            printf("ONE(%s", functions[i].name);
            show(", ", x), show(", ", (double)functions[i].function(x));
            printf(")\n");
        }
    }
    for (int j = 0; j < 24; ++j) {
        const double x = argument(j), y = argument(next() % 6), base = x < 0 ? -x : x;
        two("atan2", atan2q, x, y);
        two("hypot", hypotq, x, y);
        two("pow", powq, base, y);
    }
    return 0;
}

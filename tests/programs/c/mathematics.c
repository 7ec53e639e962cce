// math.h: values within the last place of those in tests/data/c/mathematics.h, and what is special, which every C library
// prints the same.
#include <fenv.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// Places between two numbers, in the order of all doubles.
static int64_t distance(double left, double right) {
    int64_t a, b;
    memcpy(&a, &left, sizeof(a));
    memcpy(&b, &right, sizeof(b));
    a = a < 0 ? INT64_MIN - a : a;
    b = b < 0 ? INT64_MIN - b : b;
    return a > b ? a - b : b - a;
}

// How far a value may be off; other libraries promise less.
#ifndef PLACES
#define PLACES 1
#endif

static int compared, wrong;

static void compare(const char* name, double x, double y, double value, double expected) {
    ++compared;
    if (distance(value, expected) > PLACES) {
        ++wrong;
        printf("%s(%a, %a) is %a, expected %a\n", name, x, y, value, expected);
    }
}

#define ONE(name, x, expected) compare(#name, x, 0, name(x), expected);
#define TWO(name, x, y, expected) compare(#name, x, y, name(x, y), expected);

static void values(void) {
#include "../../data/c/mathematics.h"
    printf("%d compared, %d wrong\n", compared, wrong);
}

static void show(double value) {
    if (isnan(value)) {
        printf(" nan");
    } else {
        printf(" %a", value);
    }
}

// Without the last digits, of which no library promises anything.
static void show_most(double value) {
    if (isnan(value)) {
        printf(" nan");
    } else {
        printf(" %.13g", value);
    }
}

static const double special[] = {0.0, -0.0, 1.0, -1.0, INFINITY, -INFINITY, NAN, 0x1p-1074, -0x1p-1030, 0x1.fffffffffffffp1023};

static void specials(void) {
    static const struct {
        const char* name;
        double (*function)(double);
    } functions[] = {
        {"acos", acos},   {"acosh", acosh}, {"asin", asin},   {"asinh", asinh}, {"atan", atan}, {"atanh", atanh}, {"cbrt", cbrt},
        {"cos", cos},     {"cosh", cosh},   {"exp", exp},     {"exp2", exp2},   {"expm1", expm1}, {"log", log},   {"log10", log10},
        {"log1p", log1p}, {"log2", log2},   {"logb", logb},   {"sin", sin},     {"sinh", sinh}, {"sqrt", sqrt},   {"tan", tan},
        {"tanh", tanh},   {"ceil", ceil},   {"floor", floor}, {"round", round}, {"trunc", trunc}};
    const size_t count = sizeof(special) / sizeof(*special);
    for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); ++i) {
        printf("%s:", functions[i].name);
        for (size_t j = 0; j < count; ++j) {
            show_most(functions[i].function(special[j]));
        }
        putchar('\n');
    }
    for (size_t i = 0; i < count; ++i) {
        for (size_t j = 0; j < count; ++j) {
            const double x = special[i], y = special[j], others[] = {2, -3, 0.5, -0.5};
            show_most(pow(x, y)), show_most(pow(x, others[j % 4])), show_most(pow(others[j % 4], x));
            show_most(atan2(x, y)), show_most(hypot(x, y)), show(fmod(x, y)), show(remainder(x, y)), show(nextafter(x, y));
            show(fdim(x, y)), show(isnan(x) || isnan(y) || x == y ? 0 : fmax(x, y));
            putchar('\n');
        }
        int exponent = 0;
        double whole;
        if (isfinite(special[i])) {
            show(frexp(special[i], &exponent));
        }
        show(modf(special[i], &whole)), show(whole);
        printf(" %d %d\n", exponent, isnan(special[i]) || special[i] == 0 ? 0 : ilogb(special[i]));
    }
}

static uint64_t state = 88172645463325252u;

static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

// Remainders are exact.
static void remainders(void) {
    for (int i = 0; i < 300; ++i) {
        const uint64_t bits[2] = {next() & 0xbfffffffffffffff, next() & 0xbfffffffffffffff};
        double x, y;
        int quotient;
        memcpy(&x, &bits[0], sizeof(x));
        memcpy(&y, &bits[1], sizeof(y));
        y = i % 2 ? x / (double)(1 + i * 7 % 1000) : y;
        show(fmod(x, y)), show(remainder(x, y)), show(remquo(x, y, &quotient));
        printf(" %d", quotient & 7);
        show((double)fmodf((float)x, (float)y)), show((double)nextafterf((float)x, (float)y)), show(scalbn(x, (int)(next() % 3000) - 1500));
        printf(" %ld %ld %lld\n", fabs(x / y) < 1e18 ? lround(x / y) : 0, lrint(fmod(x, 1e15) / 1e7), llrintf((float)fmod(x, 1e6)));
    }
}

// Functions of float, without their last digit.
static void floats(void) {
    for (int i = 0; i < 50; ++i) {
        const float x = (float)(next() % 2000) / 100 + 0.01f;
        printf("%.5g %.5g %.5g %.5g %.5g %.5g %.5g %.5g\n", sinf(x), cosf(x), expf(x), logf(x), powf(x, 1.5f), sqrtf(x), atanf(x), log2f(x));
    }
}

static void environment(void) {
    fenv_t kept;
    feclearexcept(FE_ALL_EXCEPT);
    volatile double one = 1, zero = 0, three = 3;
    volatile double quotient = one / zero;
    printf("%d", fetestexcept(FE_ALL_EXCEPT) == FE_DIVBYZERO);
    quotient = one / three;
    printf(" %d", fetestexcept(FE_INEXACT) == FE_INEXACT);
    feholdexcept(&kept);
    printf(" %d", fetestexcept(FE_ALL_EXCEPT) == 0);
    fesetround(FE_UPWARD);
    quotient = one / three;
    printf(" %a %d", quotient, fegetround() == FE_UPWARD);
    feupdateenv(&kept);
    printf(" %d %d\n", fegetround() == FE_TONEAREST, (fetestexcept(FE_DIVBYZERO) & FE_DIVBYZERO) != 0);
}

int main(void) {
    values();
    specials();
    remainders();
    floats();
    environment();
    return 0;
}

// long double as a binary128, and integers of 128 bits: arithmetic, conversions, text. What it prints has been compared
// with glibc and libgcc on arm64: tests/data/c/quad.txt (npm run conformance -- c-library).
#include <errno.h>
#include <fenv.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 bits_t;

static uint64_t state = 88172645463325252u;

static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static bits_t next_bits(void) {
    const bits_t high = next();
    return high << 64 | next();
}

static bits_t bits_of(long double value) {
    bits_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static long double from_bits(bits_t bits) {
    long double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

// Numbers of all sizes, and those where something happens: special ones, subnormal ones, near 1, near the ends.
static long double any_quad(void) {
    const bits_t bits = next_bits(), chance = next_bits(), exponents = (bits_t)0x7fff << 112, rest = bits & ~exponents;
    switch (next() % 8) {
        case 0: return from_bits(rest | exponents * (chance % 2));
        case 1: return from_bits(exponents | (bits & (bits_t)1 << 127));
        case 2:
        case 3: return from_bits(rest | (16383 - 120 + chance % 240) << 112);
        case 4: return from_bits((rest | (16383 - 3 + chance % 6) << 112) & ~(bits_t)0 << (chance >> 64) % 113);
        case 5: return from_bits(rest | (chance % 2 ? chance % 130 : 32766 - chance % 130) << 112);
        default: return from_bits(bits);
    }
}

// All that has been noted, as one number.
static uint64_t sum;

static void note(bits_t bits) {
    sum = (sum ^ (uint64_t)bits) * 0x100000001b3;
    sum = (sum ^ (uint64_t)(bits >> 64)) * 0x100000001b3;
}

// Which NaN an operation gives is the library's affair.
static void note_quad(long double value) { note(isnan(value) ? 1 : bits_of(value)); }
static void note_flags(void) {
    note((bits_t)fetestexcept(FE_ALL_EXCEPT));
    feclearexcept(FE_ALL_EXCEPT);
}

static void arithmetic(long double x, long double y) {
    volatile long double a = x, b = y;
    const long double results[] = {a + b, a - b, a * b, a / b, sqrtl(a), -a};
    for (size_t i = 0; i < sizeof(results) / sizeof(*results); ++i) {
        note_quad(results[i]);
    }
    note_flags();
    note((bits_t)(a == b) | (bits_t)(a != b) << 1 | (bits_t)(a < b) << 2 | (bits_t)(a <= b) << 3 | (bits_t)(a > b) << 4 |
         (bits_t)(a >= b) << 5 | (bits_t)isunordered(a, b) << 6);
    note_flags();
}

static void conversions(long double x) {
    volatile long double a = x;
    volatile double number = (double)a;
    volatile float narrow = (float)a;
    note_flags();
    note_quad(number);
    note_quad(narrow);
    if (fabsl(a) < 2e9L) {
        note((bits_t)(int)a);
    }
    if (fabsl(a) < 9e18L) {
        note((bits_t)(int64_t)a);
    }
    if (fabsl(a) < 1e38L) {
        note((bits_t)(__int128)a);
    }
    if (a > -1 && a < 1e19L) {
        note((uint64_t)a);
    }
    note_flags();
    const bits_t chance = next_bits(), wide = next_bits() >> chance % 128;
    const uint64_t bits = (uint64_t)wide;
    const volatile int small = (int)bits;
    note_quad(small), note_quad((unsigned)small), note_quad((int64_t)bits), note_quad(bits);
    note_quad(wide), note_quad((__int128)wide), note_quad((double)wide), note_quad((float)(__int128)wide);
    note_flags();
}

static void integers(void) {
    const bits_t chance = next_bits(), left = next_bits(), right = next_bits();
    const volatile bits_t a = left >> chance % 128, b = right >> (chance >> 64) % 128 | 1;
    const volatile __int128 c = (__int128)(chance & 256 ? a : -a), d = (__int128)(chance & 512 ? b : -b);
    note(a / b), note(a % b), note((bits_t)(c / d)), note((bits_t)(c % d));
    __int128 product;
    note(__builtin_mul_overflow(c, d, &product));
    note((bits_t)product);
}

static void functions(long double x, long double y) {
    int exponent = 0;
    long double whole = 0;
    note_quad(floorl(x)), note_quad(ceill(x)), note_quad(truncl(x)), note_quad(roundl(x)), note_quad(rintl(x));
    note_quad(fabsl(x)), note_quad(copysignl(x, y)), note_quad(fmodl(x, y)), note_quad(fminl(x, y)), note_quad(fmaxl(x, y));
    note_quad(nextafterl(x, y)), note_quad(scalbnl(x, (int)(next() % 40000) - 20000)), note_quad(modfl(x, &whole)), note_quad(whole);
    if (isfinite(x)) {
        note_quad(frexpl(x, &exponent)), note((bits_t)exponent), note((bits_t)ilogbl(x));
    }
    note((bits_t)((isnan(x) != 0) | (isinf(x) != 0) << 1 | (isnormal(x) != 0) << 2 | (signbit(x) != 0) << 3));
    note((bits_t)(fpclassify(x) == FP_SUBNORMAL | (fpclassify(x) == FP_ZERO) << 1 | (fpclassify(x) == FP_NAN) << 2));
    feclearexcept(FE_ALL_EXCEPT);
}

static void computation(void) {
    static const int directions[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    for (int i = 0; i < 10; ++i) {
        sum = 0xcbf29ce484222325;
        for (int j = 0; j < 80; ++j) {
            const long double x = any_quad(), other = any_quad(), near = from_bits(bits_of(x) ^ next() % 4);
            const long double y = next() % 8 ? other : near;
            fesetround(directions[j % 4]);
            arithmetic(x, y);
            conversions(x);
            fesetround(FE_TONEAREST);
            functions(x, y);
            integers();
        }
        printf("%016" PRIx64 "\n", sum);
    }
}

static void text(void) {
    static const long double values[] = {0.0L, -0.0L, 1.0L, 0.1L, 1.0L / 3, 123456.789L, 1e4932L, 1e-4932L, 6.4751751194380251109e-4966L,
                                         1.1897314953572317650857593266280070162e+4932L, 0.5L, 2.5L, -1e21L, 99999.95L};
    static const char* const formats[] = {"%Lf", "%Le", "%Lg", "%La", "%.0Lf", "%.40Le", "%#.3Lg", "%-30.20Lg|", "%030.5Le", "%+LA",
                                          "%.5La", "% .36Lg"};
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); ++i) {
        for (size_t j = 0; j < sizeof(formats) / sizeof(*formats); ++j) {
            char made[6000];
            const int size = snprintf(made, sizeof(made), formats[j], values[i]);
            if (size > 100) {
                sum = 0xcbf29ce484222325;
                for (int k = 0; k < size; ++k) {
                    note((bits_t)made[k]);
                }
                printf("%d:%016" PRIx64 " ", size, sum);
            } else {
                printf("%s ", made);
            }
        }
        putchar('\n');
    }
    sum = 0xcbf29ce484222325;
    for (int i = 0; i < 60; ++i) {
        char made[64];
        const int size = snprintf(made, sizeof(made), i % 2 ? "%.30Lg" : "%.15Le", any_quad());
        for (int j = 0; j < size; ++j) {
            note((bits_t)(strstr(made, "nan") ? 'n' : made[j]));
        }
    }
    printf("%016" PRIx64 "\n", sum);
}

static void reading(void) {
    static const char* const texts[] = {"0.1", "-1e4932", "1e4933", "1e-4940", "1e-4966", "3e-4966", "1e-5000", "inf", "nan",
                                        "0x1.23456789abcdef0123456789abcdp-16382", "0x1p-16494", "0x1p-16495", "0x1.8p-16495",
                                        "1.18973149535723176508575932662800701620e4932", "1.18973149535723176508575932662800702e4932",
                                        "9007199254740993.00000000000000000000000000000000000001", "1.000000000000000000000000000000000096296497219361792652798897129246365",
                                        "3.1415926535897932384626433832795028841971693993751", "x"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); ++i) {
        char* end;
        errno = 0;
        const long double value = strtold(texts[i], &end);
        printf("%s: %La rest '%s' %d\n", texts[i], value, end, errno == ERANGE);
    }
    int wrong = 0;
    sum = 0xcbf29ce484222325;
    for (int i = 0; i < 60; ++i) {
        char made[80];
        long double value = any_quad(), scanned = 0;
        value = isfinite(value) ? value : 1;
        snprintf(made, sizeof(made), i % 3 == 0 ? "%La" : i % 3 == 1 ? "%.36Lg" : "%.40Le", value);
        const long double read = strtold(made, NULL);
        sscanf(made, "%Lf", &scanned);
        wrong += bits_of(read) != bits_of(value) || bits_of(scanned) != bits_of(value);
        const bits_t digits = next_bits();
        snprintf(made, sizeof(made), "%" PRIu64 ".%" PRIu64 "e%d", (uint64_t)digits, (uint64_t)(digits >> 64),
                 (int)(next() % 10000) - 5000);
        note_quad(strtold(made, NULL));
    }
    printf("%d wrong\n%016" PRIx64 "\n", wrong, sum);
}

int main(void) {
    computation();
    text();
    reading();
    return 0;
}

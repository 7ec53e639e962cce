// printf and its kin: integers, text, floating point, arguments by number. Printed the same by every C library.
#define _GNU_SOURCE
#include <errno.h>
#include <float.h>
#include <fenv.h>
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#pragma clang diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat"

static uint64_t state = 88172645463325252u;

static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static double any_double(void) {
    const uint64_t bits = next() % 4 == 0 ? next() & 0x800fffffffffffff : next();
    double value;
    memcpy(&value, &bits, sizeof(value));
    return isnan(value) ? 0.5 : value;
}

static double power_of_ten(int exponent) {
    double power = 1;
    for (; exponent > 0; --exponent) {
        power *= 10;
    }
    for (; exponent < 0; ++exponent) {
        power /= 10;
    }
    return power;
}

// A conversion with flags, width and precision chosen by chance.
static void choose(char out[32], const char* length, char kind) {
    const uint64_t chance = next();
    size_t size = 0;
    out[size++] = '%';
    for (int i = 0; i < 5; ++i) {
        if (chance >> i & 1 && chance >> (8 + i) & 1) {
            out[size++] = "-+ #0"[i];
        }
    }
    if (chance >> 16 & 1) {
        size += (size_t)sprintf(out + size, "%u", (unsigned)(chance >> 20) % 40);
    }
    if (chance >> 17 & 1) {
        size += (size_t)sprintf(out + size, ".%u", (unsigned)(chance >> 28) % 30);
    }
    sprintf(out + size, "%s%c", length, kind);
}

static void integers(void) {
    static const char* const lengths[] = {"hh", "h", "", "l", "ll", "j", "z", "t"};
    char format[32];
    for (int i = 0; i < 1000; ++i) {
        const char* length = lengths[next() % 8];
        const char kind = "diuoxX"[next() % 6];
        uint64_t value = next();
        value = next() % 8 == 0 ? value % 3 : value >> next() % 64;
        choose(format, length, kind);
        printf("%s: [", format);
        if (strlen(length) == 0 || *length == 'h') {
            printf(format, (int)value);
        } else {
            printf(format, value);
        }
        printf("]\n");
    }
}

static void text(void) {
    char small[6] = "?????", format[32];
    int whole = -7;
    long wide = -7;
    signed char narrow = -7;
    printf("[%s|%10s|%-10s|%.3s|%10.3s|%.0s|%c|%5c|%-5c|%%|%5%%]\n", "text", "right", "left", "truncated", "truncated",
           "nothing", 'x', 'y', 'z');
    printf("[%*s|%-*s|%.*s|%.*s|%*d]\n", 6, "ab", 6, "cd", 1, "ef", -1, "gh", -6, 42);
    printf("%d%n%s%ln%x%hhn\n", 1234, &whole, "abc", &wide, 0xfff, &narrow);
    printf("%d %ld %d\n", whole, wide, narrow);
    printf("[%2$s %1$s %2$s|%1$*3$s|%1$.*4$s|%6$5.*7$f|%5$ld]\n", "one", "two", 5, 2, LONG_MIN, 2.5, 3);
    printf("%3$s-%2$Lg-%1$g-%4$c-%5$p\n", 1.5, 2.5L, "quad", 'c', (void*)0x1234);
    printf("%d %s\n", snprintf(small, sizeof(small), "%d", 123456789), small);
    printf("%d\n", snprintf(NULL, 0, "%s%1000d", "abc", 5));
    printf("%d %s\n", snprintf(small, 1, "abc"), small);
    errno = ENOENT;
    printf("%d\n", snprintf(NULL, 0, "%m") > 0);
    char* made = NULL;
    const int size = asprintf(&made, "%s %d", "made", 12);
    printf("%d %s\n", size, made);
    free(made);
    for (int i = 0; i < 100; ++i) {
        choose(format, "", next() % 2 ? 's' : 'c');
        char plain[32] = "%";
        strcat(plain, format + strspn(format, "%-+ #0")); // other flags are undefined here
        if (strchr(plain, 'c') && strchr(plain, '.')) {
            continue;
        }
        printf("%s: [", plain);
        if (strchr(plain, 's')) {
            printf(plain, "some text of a length");
        } else {
            printf(plain, 'q');
        }
        printf("]\n");
    }
}

static void wide(void) {
    static const wchar_t unicode[] = {0x41, 0xe9, 0x20ac, 0x1f600, 0x42, 0};
    static const wchar_t wrong[] = {0x41, 0xd800, 0};
    setlocale(LC_ALL, "C.UTF-8");
    printf("[%ls|%S|%.4ls|%.3ls|%12ls|%-12ls|%lc|%C]\n", unicode, unicode, unicode, unicode, unicode, unicode, (wint_t)0x20ac,
           (wint_t)0x7a);
    errno = 0;
    const int size = snprintf(NULL, 0, "%ls", wrong);
    printf("%d %d\n", size, errno == EILSEQ);
}

static void floating(void) {
    char format[32];
    for (int i = 0; i < 2500; ++i) {
        double value = any_double();
        switch (next() % 8) {
            case 0: value = (double)(int64_t)next() / (double)(1 << next() % 30); break;
            case 1: value = (double)(next() % 2000) / 16; break; // ties
            case 2: value = power_of_ten((int)(next() % 40) - 20); break;
            case 3: value = (double)(next() % 100) / 4 * power_of_ten((int)(next() % 20) - 10); break;
            case 4: value = 1 - power_of_ten(-(int)(next() % 18)); break;
        }
        value = next() % 3 == 0 ? -value : value;
        choose(format, "", "aAeEfFgG"[next() % 8]);
        printf("%s: [", format);
        printf(format, value);
        printf("]\n");
    }
    printf("%.1080f\n%.770e\n%.400a\n", 4.9e-324, DBL_MAX, 1.0);
    printf("%f %F %e %g %G %a %A|%10f|%-10f|%010f|%+f|% f\n", INFINITY, -INFINITY, NAN, INFINITY, INFINITY, INFINITY,
           -INFINITY, INFINITY, INFINITY, INFINITY, INFINITY, INFINITY);
}

static void rounding(void) {
    static const int directions[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    static const double values[] = {0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.1, -0.1, 1e-9, -1e-9, 0x1.8p0, 0x1.88p0, 999999.5};
    for (int i = 0; i < 4; ++i) {
        fesetround(directions[i]);
        for (size_t j = 0; j < sizeof(values) / sizeof(*values); ++j) {
            printf("%.0f %.1f %.3e %g %.1a %.0a|", values[j], values[j], values[j], values[j], values[j], values[j]);
        }
        putchar('\n');
    }
    fesetround(FE_TONEAREST);
}

int main(void) {
    integers();
    text();
    wide();
    floating();
    rounding();
    return 0;
}

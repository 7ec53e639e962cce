// scanf and its kin, strtod and its kin, and what printf writes read again. Printed the same by every C library.
#define _GNU_SOURCE
#include <errno.h>
#include <float.h>
#include <fenv.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
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
    return isfinite(value) ? value : 0.5;
}

static void integers(void) {
    static const char* const texts[] = {"42",  "-17 rest", "+5x",  "0x1f",  "077",  "0",   "08",       "",   "   ",
                                        "abc", "-",        "0xg",  "2147483648", "-9223372036854775808", "12,34", "\n\t 7",
                                        "18446744073709551615", "99999999999999999999", "-0x10", "00x1", "ff"};
    static const char* const formats[] = {"%d%n", "%i%n", "%x%n", "%o%n", "%u%n", "%3d%n", "%2i%n"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); ++i) {
        for (size_t j = 0; j < sizeof(formats) / sizeof(*formats); ++j) {
            int value = -1, at = -1;
            // glibc takes a 0x without digits for 0, against the standard; too large a number is undefined.
            if (strncmp(texts[i], "0xg", 3) == 0 || (j == 6 && strncmp(texts[i], "0x", 2) == 0) || strlen(texts[i]) > 10) {
                continue;
            }
            const int assigned = sscanf(texts[i], formats[j], &value, &at);
            printf("%s of '%s': %d %d %d\n", formats[j], texts[i], assigned, value, at);
        }
        int64_t wide = -1;
        char* end;
        errno = 0;
        if (strncmp(texts[i], "0xg", 3) != 0) {
            printf("%d ", sscanf(texts[i], "%" SCNi64, &wide));
            printf("%" PRId64 "; ", wide);
        }
        for (int base = 0; base <= 36; base += base == 0 ? 2 : 7) {
            printf("%ld,%d,%lu,%d ", strtol(texts[i], &end, base), (int)(end - texts[i]), strtoul(texts[i], NULL, base), errno);
        }
        putchar('\n');
    }
    signed char narrow;
    short half;
    long whole;
    long long large;
    size_t size;
    ptrdiff_t difference;
    intmax_t most;
    void* pointer;
    int count = sscanf("-300 70000 1 2 3 4 5 0x1234", "%hhd %hd %ld %lld %zu %td %jd %p", &narrow, &half, &whole, &large, &size,
                       &difference, &most, &pointer);
    printf("%d %d %d %ld %lld %zu %td %jd %p\n", count, narrow, half, whole, large, size, difference, most, pointer);
}

static void text(void) {
    char a[40] = "", b[40] = "", c[40] = "";
    int n = -1, count;
    count = sscanf("  hello world", "%s %s%n", a, b, &n);
    printf("%d [%s] [%s] %d\n", count, a, b, n);
    count = sscanf("abcdef", "%3c%2s%c", a, b, c);
    printf("%d [%.3s] [%s] [%.1s]\n", count, a, b, c);
    count = sscanf("key=value; rest", "%[a-z]=%[^;];%s", a, b, c);
    printf("%d [%s] [%s] [%s]\n", count, a, b, c);
    count = sscanf("]-x^]", "%[]-]%[^]]%[]]", a, b, c);
    printf("%d [%s] [%s] [%s]\n", count, a, b, c);
    count = sscanf("skip 12 34", "%*s %*d %d", &n);
    printf("%d %d\n", count, n);
    count = sscanf("100% sure", "%d%% %s", &n, a);
    printf("%d %d [%s]\n", count, n, a);
    count = sscanf("1:2:3", "%1$d:%3$d:%2$d", &n, (int*)b, (int*)c);
    printf("%d %d %d %d\n", count, n, *(int*)b, *(int*)c);
    printf("%d %d %d %d\n", sscanf("", "%d", &n), sscanf("x", "%d", &n), sscanf("  ", " x"), sscanf("12", "12%d", &n));
    printf("%d %d\n", sscanf("ab", "%*[a]%n%*d", &n), n);
    char *made = NULL, *set = NULL, *letters = NULL;
    count = sscanf("allocated=text here", "%m[a-z]=%ms %4mc", &set, &made, &letters);
    printf("%d [%s] [%s] [%.4s]\n", count, set, made, letters);
    free(made), free(set), free(letters);
    wchar_t wide[10], one;
    count = sscanf("wide w", "%9ls %lc", wide, &one);
    printf("%d %ls %lc\n", count, wide, (wint_t)one);
    count = sscanf("  5   6", "%d%1[ ]%n", &n, a, (int*)b);
    printf("%d %d [%s] %d\n", count, n, a, *(int*)b);
}

static void show(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    printf("%016" PRIx64, bits);
}

static void numbers(void) {
    static const char* const texts[] = {
        "1", "-1.5e3x", "  +.5", "1e400", "-1e400", "1e-400", "-1e-400", "4.9e-324", "2.4703282292062328e-324",
        "2.4703282292062327e-324", "inf", "-Infinity", "infinit", "nan", "NAN(12_ab)", "nan(", "abc", "1e", "1e+", "0.1",
        "9007199254740993", "9007199254740992.99999999999999999999999", "1.7976931348623158e308", "1.7976931348623159e308",
        "2.2250738585072011e-308", "0.000000000000000000000000000000000000000000000000001e51", ".", "0x", "0x.8p1", "0x1.8",
        "0x1p-1074", "0x1p-1075", "0x1.8p-1075", "0x1.fffffffffffff8p1023", "0x1.fffffffffffff7p1023", "0xap", "0x1p+", "-0x0p5",
        "1.e5", "00012.50", "1e0000000000000000000010", "0e999999999999", "1e-99999999999999999999", "0x1.00000000000008p0",
        "0x1.000000000000080000000000000000000000000000000001p0", "16777217", "16777219", "1.1754942e-38", "7e-46", "3.4028236e38"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); ++i) {
        char *end, *float_end;
        errno = 0;
        const double value = strtod(texts[i], &end);
        const int error = errno;
        errno = 0;
        const float narrow = strtof(texts[i], &float_end);
        printf("%s: ", texts[i]);
        if (isnan(value)) {
            printf("nan");
        } else {
            show(value);
        }
        printf(" '%s' %d, %a '%s' %d\n", end, error == ERANGE, narrow, float_end, errno == ERANGE);
    }
    for (int i = 0; i < 1200; ++i) {
        char made[64];
        const uint64_t a = next(), b = next();
        const int size = (int)(next() % 2300);
        switch (i % 4) {
            case 0: snprintf(made, sizeof(made), "%" PRIu64 "e%d", a, size % 680 - 350); break;
            case 1: snprintf(made, sizeof(made), "%" PRIu64 ".%019" PRIu64 "e%d", a, b >> 1, size % 40 - 20); break;
            case 2: snprintf(made, sizeof(made), "0x%" PRIx64 ".%" PRIx64 "p%d", a, b, size - 1200); break;
            default: snprintf(made, sizeof(made), "%.*e", size % 25, any_double()); break;
        }
        const float narrow = strtof(made, NULL);
        uint32_t bits;
        memcpy(&bits, &narrow, sizeof(bits));
        printf("%s ", made);
        show(strtod(made, NULL));
        printf(" %08x\n", bits);
    }
}

// Numbers in the middle between two others, exactly and with a digit more: decided by the last of hundreds of digits.
static void middles(void) {
    char made[1200];
    for (int i = 0; i < 60; ++i) {
        const double low = fabs(any_double());
        uint64_t bits;
        memcpy(&bits, &low, sizeof(bits));
        ++bits;
        double high;
        memcpy(&high, &bits, sizeof(high));
        if (!isfinite(high)) {
            continue;
        }
        // The middle, as a sum in decimal digits: the numbers have at most 1074 of them behind the point.
        snprintf(made, sizeof(made), "%.*f", low < 1 ? 1075 : 60, low / 2);
        if (low / 2 + high / 2 != high && low >= DBL_MIN * 4) {
            snprintf(made, sizeof(made), "%.*f", low < 1 ? 1075 : 60, low + (high - low) / 2);
        }
        show(strtod(made, NULL));
        strcat(made, "1");
        putchar(' ');
        show(strtod(made, NULL));
        putchar('\n');
    }
    static const char* const exact[] = {
        "2.47032822920623272088284396434110686182529901307162382212792841250337753635104375932649918180817996189898282347722858"
        "865463328355177969898199387398005390939063150356595155702263922908583924491051844359318028499365361525003193704576782"
        "492193656236698636584807570015857692699037063119282795585513329278343384093519780155312465972635795746227664652728272"
        "200563740064854999770965994704540208281662262378573934507363390079677305775067501763246736009689513405355374585166611"
        "342237666786041621596804619144672918403005300575308490487653917113865916462395249126236538818796362393732804238910186"
        "723484976682350898633885879256283027559956575244555072551893136908362547791869486679949683240497058210285131854513962"
        "138377228261454376934125320985913276672363281250e-324",
        "9007199254740993.0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001",
        "0.500000000000000166533453693773481063544750213623046875",
        "3.518437208883201171875e13", "62.5364939768271845828", "8.10109172351e-10", "1.50000000000000011102230246251565"};
    for (size_t i = 0; i < sizeof(exact) / sizeof(*exact); ++i) {
        show(strtod(exact[i], NULL));
        putchar('\n');
    }
}

// What printf writes with enough digits is read as the same number, in every direction of rounding.
static void round_trips(void) {
    static const char* const formats[] = {"%.17g", "%.16e", "%a", "%.25g", "%A"};
    static const int directions[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    int wrong = 0;
    for (int i = 0; i < 1200; ++i) {
        char made[64];
        const double value = any_double();
        double read = 0, scanned = 0;
        snprintf(made, sizeof(made), formats[i % 5], value);
        read = strtod(made, NULL);
        sscanf(made, "%lf", &scanned);
        wrong += memcmp(&read, &value, sizeof(value)) != 0 || memcmp(&scanned, &value, sizeof(value)) != 0;
        uint64_t bits = next();
        bits >>= next() % 64;
        int64_t integer = 0;
        snprintf(made, sizeof(made), i % 2 ? "%" PRId64 : "0x%" PRIx64, (int64_t)bits);
        sscanf(made, "%" SCNi64, &integer);
        wrong += (i % 2 || bits >> 63 == 0) && integer != (int64_t)bits;
    }
    printf("%d wrong\n", wrong);
    for (int i = 0; i < 4; ++i) {
        static const char* const texts[] = {"0.1", "-0.1", "1e400", "-1e400", "1e-400", "-1e-400", "1.0000000000000001", "4e-324"};
        fesetround(directions[i]);
        for (size_t j = 0; j < sizeof(texts) / sizeof(*texts); ++j) {
            show(strtod(texts[j], NULL));
            putchar(' ');
        }
        putchar('\n');
    }
    fesetround(FE_TONEAREST);
}

// C11, 7.21.6.2: what might have become a number is taken and is none; there glibc differs (1e, 1e+).
static void floats(void) {
    static const char* const texts[] = {"1.5 rest", "-.25e2,", "1e5", "0x1.8p3", "inf", "infi", "infinity!", "nan",
                                        "12345", ".", "-", "+.5.5", "1e400"};
    static const char* const formats[] = {"%lf%n", "%lg%n", "%le%n", "%la%n", "%3lf%n"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); ++i) {
        for (size_t j = 0; j < sizeof(formats) / sizeof(*formats); ++j) {
            double value = -1;
            int at = -1;
            const int assigned = sscanf(texts[i], formats[j], &value, &at);
            printf("%s of '%s': %d %g %d\n", formats[j], texts[i], assigned, value, at);
        }
    }
    float narrow = 0;
    const int count = sscanf("16777217", "%f", &narrow);
    printf("%d %a\n", count, narrow);
}

int main(void) {
    integers();
    text();
    numbers();
    middles();
    round_trips();
    floats();
    return 0;
}

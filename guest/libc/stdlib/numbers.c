// Numbers from text. C11, 7.22.1.
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

static unsigned digit_of(char character) {
    if (isdigit(character)) {
        return (unsigned)(character - '0');
    }
    return isalpha(character) ? (unsigned)(tolower(character) - 'a') + 10 : UINT_MAX;
}

struct magnitude {
    unsigned long value;
    bool negative, overflow;
};

static struct magnitude parse(const char* text, char** end, int base) {
    const char* at = text;
    while (isspace(*at)) {
        ++at;
    }
    struct magnitude out = {.negative = *at == '-'};
    if (*at == '-' || *at == '+') {
        ++at;
    }
    const bool hexadecimal = at[0] == '0' && (at[1] | 32) == 'x' && digit_of(at[2]) < 16;
    if ((base == 0 || base == 16) && hexadecimal) {
        at += 2;
        base = 16;
    } else if (base == 0) {
        base = *at == '0' ? 8 : 10;
    }
    bool any = false;
    for (unsigned digit; (digit = digit_of(*at)) < (unsigned)base; ++at) {
        any = true;
        out.overflow |= __builtin_mul_overflow(out.value, (unsigned long)base, &out.value);
        out.overflow |= __builtin_add_overflow(out.value, digit, &out.value);
    }
    if (end != NULL) {
        *end = (char*)(any ? at : text);
    }
    return out;
}

unsigned long strtoul(const char* restrict text, char** restrict end, int base) {
    const struct magnitude parsed = parse(text, end, base);
    if (parsed.overflow) {
        errno = ERANGE;
        return ULONG_MAX;
    }
    return parsed.negative ? -parsed.value : parsed.value;
}

long strtol(const char* restrict text, char** restrict end, int base) {
    const struct magnitude parsed = parse(text, end, base);
    if (parsed.overflow || parsed.value > (unsigned long)LONG_MAX + parsed.negative) {
        errno = ERANGE;
        return parsed.negative ? LONG_MIN : LONG_MAX;
    }
    return (long)(parsed.negative ? -parsed.value : parsed.value);
}

long long strtoll(const char* restrict text, char** restrict end, int base) { return strtol(text, end, base); }

unsigned long long strtoull(const char* restrict text, char** restrict end, int base) {
    return strtoul(text, end, base);
}

int atoi(const char* text) { return (int)strtol(text, NULL, 10); }
long atol(const char* text) { return strtol(text, NULL, 10); }
long long atoll(const char* text) { return strtol(text, NULL, 10); }

int abs(int value) { return value < 0 ? -value : value; }
long labs(long value) { return value < 0 ? -value : value; }
long long llabs(long long value) { return value < 0 ? -value : value; }

div_t div(int numerator, int denominator) {
    return (div_t){numerator / denominator, numerator % denominator};
}

ldiv_t ldiv(long numerator, long denominator) {
    return (ldiv_t){numerator / denominator, numerator % denominator};
}

lldiv_t lldiv(long long numerator, long long denominator) {
    return (lldiv_t){numerator / denominator, numerator % denominator};
}

// Marsaglia's xorshift64*.
static uint64_t random_state = 0x9e3779b97f4a7c15;

void srand(unsigned seed) { random_state = seed + 0x9e3779b97f4a7c15; }

int rand(void) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (int)((random_state * 0x2545f4914f6cdd1d) >> 33);
}

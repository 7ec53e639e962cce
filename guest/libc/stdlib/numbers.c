// Numbers from text. C11, 7.22.1.
#include <ctype.h>
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

// The magnitude that `text` begins with; at most `most`.
static unsigned long parse(const char* text, char** end, int base, bool* negative, unsigned long most) {
    const char* at = text;
    while (isspace(*at)) {
        ++at;
    }
    *negative = *at == '-';
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
    unsigned long value = 0;
    bool any = false, overflow = false;
    for (unsigned digit; (digit = digit_of(*at)) < (unsigned)base; ++at) {
        any = true;
        overflow |= __builtin_mul_overflow(value, (unsigned long)base, &value);
        overflow |= __builtin_add_overflow(value, digit, &value);
    }
    if (end != NULL) {
        *end = (char*)(any ? at : text);
    }
    return overflow || value > most ? most : value;
}

unsigned long strtoul(const char* restrict text, char** restrict end, int base) {
    bool negative;
    const unsigned long value = parse(text, end, base, &negative, ULONG_MAX);
    return negative ? -value : value;
}

long strtol(const char* restrict text, char** restrict end, int base) {
    bool negative;
    const unsigned long value = parse(text, end, base, &negative, (unsigned long)LONG_MAX + 1);
    if (negative) {
        return (long)-value;
    }
    return value > LONG_MAX ? LONG_MAX : (long)value;
}

long long strtoll(const char* restrict text, char** restrict end, int base) { return strtol(text, end, base); }

unsigned long long strtoull(const char* restrict text, char** restrict end, int base) {
    return strtoul(text, end, base);
}

int atoi(const char* text) { return (int)strtol(text, NULL, 10); }

// Marsaglia's xorshift64*.
static uint64_t random_state = 0x9e3779b97f4a7c15;

void srand(unsigned seed) { random_state = seed + 0x9e3779b97f4a7c15; }

int rand(void) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (int)((random_state * 0x2545f4914f6cdd1d) >> 33);
}

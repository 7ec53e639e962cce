// Numbers from text. C11, 7.22.1.
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"

// Puts the end of the number where the caller wants it.
static void set_end(const char* text, char** end, size_t space, size_t valid) {
    if (end != NULL) {
        *end = (char*)text + (valid == 0 ? 0 : space + valid);
    }
}

static struct integer parse(const char* text, char** end, int base) {
    struct reader reader = reader_of_string(text);
    struct integer out = {0};
    size_t valid = 0;
    reader_skip_space(&reader);
    const size_t space = reader.taken;
    if (base == 0 || (base >= 2 && base <= 36)) {
        valid = read_integer(&reader, (unsigned)base, &out);
    } else {
        errno = EINVAL;
    }
    set_end(text, end, space, valid);
    return out;
}

unsigned long strtoul(const char* restrict text, char** restrict end, int base) {
    const struct integer parsed = parse(text, end, base);
    return integer_unsigned(&parsed);
}

long strtol(const char* restrict text, char** restrict end, int base) {
    const struct integer parsed = parse(text, end, base);
    return integer_signed(&parsed);
}

long long strtoll(const char* restrict text, char** restrict end, int base) { return strtol(text, end, base); }
intmax_t strtoimax(const char* restrict text, char** restrict end, int base) { return strtol(text, end, base); }

unsigned long long strtoull(const char* restrict text, char** restrict end, int base) {
    return strtoul(text, end, base);
}

uintmax_t strtoumax(const char* restrict text, char** restrict end, int base) { return strtoul(text, end, base); }

#define FROM_TEXT(name, type, bits_type, read)                   \
    type name(const char* restrict text, char** restrict end) {  \
        struct reader reader = reader_of_string(text);           \
        bits_type bits;                                          \
        type value;                                              \
        reader_skip_space(&reader);                              \
        const size_t space = reader.taken;                       \
        set_end(text, end, space, read);                         \
        memcpy(&value, &bits, sizeof(value));                    \
        return value;                                            \
    }

FROM_TEXT(strtof, float, uint64_t, read_binary64(&reader, &binary32, &bits))
FROM_TEXT(strtod, double, uint64_t, read_binary64(&reader, &binary64, &bits))
FROM_TEXT(strtold, long double, uint128_t, read_binary128(&reader, &bits))

double atof(const char* text) { return strtod(text, NULL); }
int atoi(const char* text) { return (int)strtol(text, NULL, 10); }
long atol(const char* text) { return strtol(text, NULL, 10); }
long long atoll(const char* text) { return strtol(text, NULL, 10); }

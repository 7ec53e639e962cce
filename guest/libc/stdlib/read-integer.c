#include <ctype.h>
#include <errno.h>
#include <limits.h>

#include "numbers.h"

static unsigned digit_of(int character) {
    if (isdigit(character)) {
        return (unsigned)(character - '0');
    }
    return isalpha(character) ? (unsigned)(tolower(character) - 'a') + 10 : UINT_MAX;
}

size_t read_integer(struct reader* reader, unsigned base, struct integer* out) {
    const size_t start = reader->taken;
    size_t valid = 0;
    *out = (struct integer){.negative = reader_look(reader) == '-'};
    if (reader_look(reader) == '-' || reader_look(reader) == '+') {
        reader_take(reader);
    }
    if ((base == 0 || base == 16) && reader_accept(reader, '0')) {
        valid = reader->taken - start;
        if (reader_accept(reader, 'x')) {
            base = 16;
        }
        base = base == 0 ? 8 : base;
    }
    base = base == 0 ? 10 : base;
    for (unsigned digit; (digit = digit_of(reader_look(reader))) < base;) {
        reader_take(reader);
        valid = reader->taken - start;
        out->overflow |= __builtin_mul_overflow(out->magnitude, (uint64_t)base, &out->magnitude);
        out->overflow |= __builtin_add_overflow(out->magnitude, digit, &out->magnitude);
    }
    return valid;
}

int64_t integer_signed(const struct integer* integer) {
    if (integer->overflow || integer->magnitude > (uint64_t)INT64_MAX + integer->negative) {
        errno = ERANGE;
        return integer->negative ? INT64_MIN : INT64_MAX;
    }
    return (int64_t)(integer->negative ? -integer->magnitude : integer->magnitude);
}

uint64_t integer_unsigned(const struct integer* integer) {
    if (integer->overflow) {
        errno = ERANGE;
        return UINT64_MAX;
    }
    return integer->negative ? -integer->magnitude : integer->magnitude;
}

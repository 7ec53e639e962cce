// Floating-point numbers from text, to the nearest. C11, 7.22.1.3: decimal and hexadecimal numbers, inf and nan.
#include <ctype.h>
#include <errno.h>

#include "../floating/decimal.h"
#include "numbers.h"

// Beyond this every number is too large or too small for any format, and sums of it and a text's length do not overflow.
#define EXPONENT_MAX ((long)1 << 50)
// Numbers from 10^DECIMAL_MAX on are infinite, those below 10^DECIMAL_MIN nearest to 0, in binary64 and binary128.
#define DECIMAL_MAX_64 310
#define DECIMAL_MIN_64 (-330)
#define DECIMAL_MAX_128 4934
#define DECIMAL_MIN_128 (-4970)

// What is read: the characters that are a number for sure, from `start` on.
struct scan {
    struct reader* reader;
    size_t start, valid;
};

static void confirm(struct scan* scan) { scan->valid = scan->reader->taken - scan->start; }

// e or p and a number, added to *exponent; without digits it is no part of the number.
static void read_exponent(struct scan* scan, char mark, long* exponent) {
    struct reader* reader = scan->reader;
    long value = 0;
    if (scan->valid == 0 || !reader_accept(reader, mark)) {
        return;
    }
    const bool negative = reader_look(reader) == '-';
    if (negative || reader_look(reader) == '+') {
        reader_take(reader);
    }
    for (int next; isdigit(next = reader_look(reader)); confirm(scan)) {
        reader_take(reader);
        value = value < EXPONENT_MAX ? value * 10 + (next - '0') : value;
    }
    *exponent += negative ? -value : value;
}

// Digits with a point among them, and an exponent: 0.DIGITS * 10^*exponent.
static void read_decimal(struct scan* scan, struct decimal* decimal, long* exponent) {
    struct reader* reader = scan->reader;
    bool point = false;
    *exponent = 0;
    for (int next; isdigit(next = reader_look(reader)) || (next == '.' && !point);) {
        reader_take(reader);
        if (next == '.') {
            point = true;
            if (scan->valid > 0) {
                confirm(scan);
            }
            continue;
        }
        confirm(scan);
        if (decimal->digits > 0 || next != '0') {
            decimal_append(decimal, (unsigned)(next - '0'));
            *exponent += !point;
        } else {
            *exponent -= point; // a zero in front
        }
    }
    read_exponent(scan, 'e', exponent);
}

static unsigned hexadecimal_digit(int character) {
    return isdigit(character) ? (unsigned)(character - '0') : (unsigned)(tolower(character) - 'a') + 10;
}

// 0x; a 0 alone is a number.
static bool read_prefix(struct scan* scan) {
    if (!reader_accept(scan->reader, '0')) {
        return false;
    }
    confirm(scan);
    return reader_accept(scan->reader, 'x');
}

// What follows 0x: a mantissa whose lowest bit stands for those that it has no room for.
static void read_hexadecimal(struct scan* scan, struct binary* out) {
    struct reader* reader = scan->reader;
    bool point = false, any = false;
    long exponent = 0;
    for (int next; isxdigit(next = reader_look(reader)) || (next == '.' && !point);) {
        reader_take(reader);
        if (next == '.') {
            point = true;
            if (any) {
                confirm(scan);
            }
            continue;
        }
        any = true;
        confirm(scan);
        if (out->mantissa >> 120 == 0) {
            out->mantissa = out->mantissa << 4 | hexadecimal_digit(next);
            exponent -= point ? 4 : 0;
        } else {
            out->mantissa |= next != '0';
            exponent += point ? 0 : 4;
        }
    }
    if (any) {
        read_exponent(scan, 'p', &exponent);
    }
    out->kind = out->mantissa == 0 ? BINARY_ZERO : BINARY_FINITE;
    out->exponent = (int)(exponent < -(1 << 20) ? -(1 << 20) : exponent > 1 << 20 ? 1 << 20 : exponent);
}

// The characters that are the beginning of `word`.
static size_t read_word(struct reader* reader, const char* word) {
    size_t size = 0;
    while (word[size] != '\0' && reader_accept(reader, word[size])) {
        ++size;
    }
    return size;
}

static void read_infinity(struct scan* scan, struct binary* out) {
    const size_t before = scan->reader->taken - scan->start, size = read_word(scan->reader, "infinity");
    out->kind = BINARY_INFINITE;
    scan->valid = size == 8 ? before + 8 : size >= 3 ? before + 3 : 0;
}

// nan, or nan(CHARACTERS), which do not matter.
static void read_nan(struct scan* scan, struct binary* out) {
    struct reader* reader = scan->reader;
    out->kind = BINARY_QUIET_NAN;
    if (read_word(reader, "nan") < 3) {
        return;
    }
    confirm(scan);
    if (!reader_accept(reader, '(')) {
        return;
    }
    while (isalnum(reader_look(reader)) || reader_look(reader) == '_') {
        reader_take(reader);
    }
    if (reader_accept(reader, ')')) {
        confirm(scan);
    }
}

static void decimal_result(struct decimal* decimal, long exponent, long least, long most, struct binary* out) {
    if (decimal->digits == 0) {
        return;
    }
    if (exponent < least || exponent > most) {
        *out = (struct binary){BINARY_FINITE, out->negative, exponent < least ? -(1 << 20) : 1 << 20, 1};
        return;
    }
    decimal_place(decimal, exponent);
    decimal_to_binary(decimal, out);
}

// Reads a number into *out; `decimal` is room for its digits, `least` and `most` are the exponents that make sense.
static size_t read_number(struct reader* reader, struct decimal* decimal, long least, long most, struct binary* out) {
    struct scan scan = {reader, reader->taken, 0};
    *out = (struct binary){.negative = reader_look(reader) == '-'};
    if (out->negative || reader_look(reader) == '+') {
        reader_take(reader);
    }
    if (tolower(reader_look(reader)) == 'i') {
        read_infinity(&scan, out);
    } else if (tolower(reader_look(reader)) == 'n') {
        read_nan(&scan, out);
    } else if (read_prefix(&scan)) {
        read_hexadecimal(&scan, out);
    } else {
        long exponent;
        read_decimal(&scan, decimal, &exponent);
        decimal_result(decimal, exponent, least, most, out);
    }
    if (scan.valid == 0) {
        *out = (struct binary){0};
    }
    return scan.valid;
}

static uint128_t pack(const struct binary_format* format, const struct binary* number) {
    unsigned flags = 0;
    const uint128_t bits = binary_pack(format, number, &flags);
    binary_raise(flags);
    if (flags & (BINARY_OVERFLOW | BINARY_UNDERFLOW)) {
        errno = ERANGE;
    }
    return bits;
}

size_t read_binary64(struct reader* reader, const struct binary_format* format, uint64_t* bits) {
    DECIMAL(decimal, DECIMAL_WHOLE_64, DECIMAL_FRACTION_64);
    struct binary number;
    const size_t valid = read_number(reader, &decimal, DECIMAL_MIN_64, DECIMAL_MAX_64, &number);
    *bits = (uint64_t)pack(format, &number);
    return valid;
}

size_t read_binary128(struct reader* reader, uint128_t* bits) {
    DECIMAL(decimal, DECIMAL_WHOLE_128, DECIMAL_FRACTION_128);
    struct binary number;
    const size_t valid = read_number(reader, &decimal, DECIMAL_MIN_128, DECIMAL_MAX_128, &number);
    *bits = pack(&binary128, &number);
    return valid;
}

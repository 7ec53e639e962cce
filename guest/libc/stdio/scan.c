// The conversions of scanf. C11, 7.21.6.2.
#include "scan.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "../stdlib/numbers.h"

// A set of characters up to its ]: one that comes first is part of it.
static const char* parse_set(const char* format, struct scan_conversion* out) {
    out->inverted = *format == '^';
    out->set = format + out->inverted;
    const char* end = *out->set == '\0' ? NULL : strchr(out->set + 1, ']');
    out->set_size = end == NULL ? 0 : (size_t)(end - out->set);
    return end == NULL ? NULL : end + 1;
}

// Reads a conversion from behind its %; returns what follows it, null if it does not end.
static const char* parse_conversion(const char* format, struct scan_conversion* out) {
    *out = (struct scan_conversion){.argument = parse_argument_number(&format), .width = SIZE_MAX};
    if (*format == '*') {
        out->suppress = true;
        ++format;
    }
    if (isdigit((unsigned char)*format)) {
        out->width = (size_t)parse_number(&format);
        out->width = out->width == 0 ? SIZE_MAX : out->width;
    }
    if (*format == 'm') {
        out->allocate = true;
        ++format;
    }
    out->length = parse_length(&format);
    out->kind = *format;
    if (out->kind == 'C' || out->kind == 'S') { // POSIX's names for lc and ls
        out->kind |= 0x20;
        out->length = LENGTH_LONG;
    }
    if (out->kind == '\0') {
        return NULL;
    }
    return out->kind == '[' ? parse_set(format + 1, out) : format + 1;
}

static void store_integer(const struct scan_conversion* how, uint64_t value) {
    switch (how->length) {
        case LENGTH_CHAR: *(char*)how->to = (char)value; return;
        case LENGTH_SHORT: *(short*)how->to = (short)value; return;
        case LENGTH_NONE: *(int*)how->to = (int)value; return;
        default: *(uint64_t*)how->to = value;
    }
}

static unsigned base_of(char kind) {
    switch (kind) {
        case 'i': return 0;
        case 'o': return 8;
        case 'x':
        case 'X':
        case 'p': return 16;
        default: return 10;
    }
}

static enum scan_result scan_integer(struct reader* reader, const struct scan_conversion* how) {
    struct integer integer;
    const size_t start = reader->taken;
    const size_t valid = read_integer(reader, base_of(how->kind), &integer);
    if (valid == 0 || valid != reader->taken - start) {
        return SCAN_MISMATCH;
    }
    if (how->suppress) {
        return SCAN_DONE;
    }
    const bool is_signed = how->kind == 'd' || how->kind == 'i';
    const uint64_t value = is_signed ? (uint64_t)integer_signed(&integer) : integer_unsigned(&integer);
    if (how->kind == 'p') {
        *(void**)how->to = (void*)value;
    } else {
        store_integer(how, value);
    }
    return SCAN_DONE;
}

static enum scan_result scan_number(struct reader* reader, const struct scan_conversion* how) {
    uint128_t bits = 0;
    uint64_t short_bits = 0;
    size_t valid, size;
    const size_t start = reader->taken;
    if (how->length == LENGTH_QUAD) {
        valid = read_binary128(reader, &bits);
        size = sizeof(long double);
    } else {
        const bool is_double = how->length == LENGTH_LONG;
        valid = read_binary64(reader, is_double ? &binary64 : &binary32, &short_bits);
        bits = short_bits;
        size = is_double ? sizeof(double) : sizeof(float);
    }
    if (valid == 0 || valid != reader->taken - start) {
        return SCAN_MISMATCH;
    }
    if (!how->suppress) {
        memcpy(how->to, &bits, size);
    }
    return SCAN_DONE;
}

// Does a conversion other than n.
static enum scan_result convert(struct reader* reader, const struct scan_conversion* how) {
    reader->left = SIZE_MAX;
    if (how->kind != 'c' && how->kind != '[') {
        reader_skip_space(reader);
    }
    if (reader_look(reader) == READER_END) {
        return SCAN_INPUT_END;
    }
    reader->left = how->width;
    switch (how->kind) {
        case '%': return reader_accept(reader, '%') ? SCAN_DONE : SCAN_MISMATCH;
        case 'd':
        case 'i':
        case 'o':
        case 'u':
        case 'x':
        case 'X':
        case 'p': return scan_integer(reader, how);
        case 'a':
        case 'A':
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G': return scan_number(reader, how);
        case 'c':
        case 's':
        case '[': return scan_text(reader, how);
        default: return SCAN_MISMATCH;
    }
}

// White space stands for any amount of it, another character for itself.
static enum scan_result match(struct reader* reader, char character) {
    reader->left = SIZE_MAX;
    if (isspace((unsigned char)character)) {
        reader_skip_space(reader);
        return SCAN_DONE;
    }
    if (reader_look(reader) != (unsigned char)character) {
        return reader_look(reader) == READER_END ? SCAN_INPUT_END : SCAN_MISMATCH;
    }
    reader_take(reader);
    return SCAN_DONE;
}

static void* next_pointer(va_list* rest, va_list all, int number) {
    if (number < 0) {
        return va_arg(*rest, void*);
    }
    va_list list;
    void* pointer = NULL;
    va_copy(list, all);
    for (int i = 0; i < number; ++i) {
        pointer = va_arg(list, void*);
    }
    va_end(list);
    return pointer;
}

int scan_from(struct reader* reader, const char* format, va_list arguments) {
    va_list rest;
    int assigned = 0;
    enum scan_result result = SCAN_DONE;
    bool any = false; // conversions so far
    va_copy(rest, arguments);
    while (result == SCAN_DONE && *format != '\0') {
        if (*format != '%') {
            result = match(reader, *format++);
            continue;
        }
        struct scan_conversion how;
        format = parse_conversion(format + 1, &how);
        if (format == NULL) {
            break;
        }
        const bool assigns = !how.suppress && how.kind != '%';
        how.to = assigns ? next_pointer(&rest, arguments, how.argument) : NULL;
        if (how.kind == 'n') {
            if (assigns) {
                store_integer(&how, reader->taken);
            }
            continue;
        }
        result = convert(reader, &how);
        any |= result == SCAN_DONE;
        assigned += result == SCAN_DONE && assigns;
    }
    va_end(rest);
    return (result == SCAN_INPUT_END || result == SCAN_NO_MEMORY) && !any ? EOF : assigned;
}

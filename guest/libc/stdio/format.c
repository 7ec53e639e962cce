// The conversions of printf. C11, 7.21.6.1.
#include "format.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

void put(struct sink* sink, const char* text, size_t size) {
    if (size > 0) {
        sink->write(sink, text, size);
        sink->total += size;
    }
}

static void pad(struct sink* sink, char character, int count) {
    while (count-- > 0) {
        put(sink, &character, 1);
    }
}

// A field: prefix and digits or text, padded to the width; zeros go between prefix and digits.
void put_field(struct sink* sink, const struct conversion* how, const char* prefix, int zeros, const char* text,
                      size_t size) {
    const int used = (int)(strlen(prefix) + size) + zeros;
    const int padding = how->width > used ? how->width - used : 0;
    const bool fill = how->zero && !how->left;
    if (!how->left && !fill) {
        pad(sink, ' ', padding);
    }
    put(sink, prefix, strlen(prefix));
    pad(sink, '0', fill ? padding + zeros : zeros);
    put(sink, text, size);
    if (how->left) {
        pad(sink, ' ', padding);
    }
}

static void put_number(struct sink* sink, const struct conversion* how, uint64_t value, unsigned base, bool capitals,
                       const char* prefix) {
    const char* digits = capitals ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[24];
    size_t at = sizeof(text);
    for (; value != 0; value /= base) {
        text[--at] = digits[value % base];
    }
    const int size = (int)(sizeof(text) - at);
    const int wanted = how->precision < 0 ? 1 : how->precision;
    int zeros = wanted > size ? wanted - size : 0;
    if (base == 8 && how->alternate && zeros == 0) {
        zeros = 1;
    }
    struct conversion field = *how;
    field.zero = how->zero && how->precision < 0;
    put_field(sink, &field, prefix, zeros, text + at, (size_t)size);
}

static int64_t signed_argument(const struct conversion* how, va_list* arguments) {
    switch (how->length) {
        case -2: return (signed char)va_arg(*arguments, int);
        case -1: return (short)va_arg(*arguments, int);
        case 0: return va_arg(*arguments, int);
        default: return va_arg(*arguments, int64_t);
    }
}

static uint64_t unsigned_argument(const struct conversion* how, va_list* arguments) {
    switch (how->length) {
        case -2: return (unsigned char)va_arg(*arguments, unsigned);
        case -1: return (unsigned short)va_arg(*arguments, unsigned);
        case 0: return va_arg(*arguments, unsigned);
        default: return va_arg(*arguments, uint64_t);
    }
}

// A long double is a binary128 on arm64: cut to a double here.
static double double_argument(const struct conversion* how, va_list* arguments) {
    if (!how->quad) {
        return va_arg(*arguments, double);
    }
    const long double value = va_arg(*arguments, long double);
    return double_from_quad(&value);
}

static int number_or_star(const char** format, va_list* arguments) {
    if (**format == '*') {
        ++*format;
        return va_arg(*arguments, int);
    }
    int number = 0;
    while (isdigit(**format) && number < 100000) {
        number = number * 10 + (*(*format)++ - '0');
    }
    return number;
}

static struct conversion parse(const char** format, va_list* arguments) {
    struct conversion how = {.precision = -1};
    for (;; ++*format) {
        switch (**format) {
            case '-': how.left = true; continue;
            case '0': how.zero = true; continue;
            case '+': how.plus = true; continue;
            case ' ': how.blank = true; continue;
            case '#': how.alternate = true; continue;
        }
        break;
    }
    how.width = number_or_star(format, arguments);
    if (how.width < 0) {
        how.left = true;
        how.width = -how.width;
    }
    if (**format == '.') {
        ++*format;
        how.precision = number_or_star(format, arguments);
    }
    for (;; ++*format) {
        switch (**format) {
            case 'h': --how.length; continue;
            case 'L': how.quad = true; continue;
            case 'l':
            case 'z':
            case 't':
            case 'j': how.length = 1; continue;
        }
        return how;
    }
}

static void put_text(struct sink* sink, const struct conversion* how, const char* text) {
    if (text == NULL) {
        text = "(null)";
    }
    const size_t size = how->precision < 0 ? strlen(text) : strnlen(text, (size_t)how->precision);
    const struct conversion plain = {.left = how->left, .width = how->width, .precision = -1};
    put_field(sink, &plain, "", 0, text, size);
}

static void put_signed(struct sink* sink, const struct conversion* how, int64_t value) {
    const char* sign = value < 0 ? "-" : how->plus ? "+" : how->blank ? " " : "";
    put_number(sink, how, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, false, sign);
}

// Converts one argument; false for a conversion that is none.
static bool convert(struct sink* sink, const struct conversion* how, char kind, va_list* arguments) {
    uint64_t value;
    char character;
    switch (kind) {
        case 'd':
        case 'i': put_signed(sink, how, signed_argument(how, arguments)); return true;
        case 'u': put_number(sink, how, unsigned_argument(how, arguments), 10, false, ""); return true;
        case 'o': put_number(sink, how, unsigned_argument(how, arguments), 8, false, ""); return true;
        case 'x':
        case 'X':
            value = unsigned_argument(how, arguments);
            put_number(sink, how, value, 16, kind == 'X', !how->alternate || value == 0 ? "" : kind == 'x' ? "0x" : "0X");
            return true;
        case 'p': put_number(sink, how, (uintptr_t)va_arg(*arguments, void*), 16, false, "0x"); return true;
        case 's': put_text(sink, how, va_arg(*arguments, const char*)); return true;
        case 'c':
            character = (char)va_arg(*arguments, int);
            put_field(sink, how, "", 0, &character, 1);
            return true;
        case 'f':
        case 'F':
        case 'e':
        case 'E':
        case 'g':
        case 'G': put_double(sink, how, kind, double_argument(how, arguments)); return true;
        case '%': put(sink, "%", 1); return true;
        default: return false;
    }
}

void format_to(struct sink* sink, const char* format, va_list arguments) {
    va_list rest;
    va_copy(rest, arguments);
    while (*format != '\0') {
        const size_t plain = strcspn(format, "%");
        put(sink, format, plain);
        format += plain;
        if (*format == '\0') {
            break;
        }
        const char* start = format++;
        const struct conversion how = parse(&format, &rest);
        if (*format == '\0' || !convert(sink, &how, *format, &rest)) {
            put(sink, start, (size_t)(format - start)); // not a conversion: as it stands
            continue;
        }
        ++format;
    }
    va_end(rest);
}

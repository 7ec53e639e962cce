// The conversions of printf. C11, 7.21.6.1.
#include "format.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

void put(struct sink* sink, const char* text, size_t size) {
    if (size > 0) {
        sink->write(sink, text, size);
        sink->total += size;
    }
}

void pad(struct sink* sink, char character, long count) {
    char part[32];
    memset(part, character, sizeof(part));
    for (; count > 0; count -= (long)sizeof(part)) {
        put(sink, part, count < (long)sizeof(part) ? (size_t)count : sizeof(part));
    }
}

void put_field(struct sink* sink, const struct conversion* how, const char* prefix, long zeros, const char* text,
               size_t size) {
    const long padding = how->width - (long)(strlen(prefix) + size) - zeros;
    const bool fill = how->zero && !how->left;
    if (!how->left && !fill) {
        pad(sink, ' ', padding);
    }
    put(sink, prefix, strlen(prefix));
    pad(sink, '0', fill && padding > 0 ? padding + zeros : zeros);
    put(sink, text, size);
    if (how->left) {
        pad(sink, ' ', padding);
    }
}

static void put_number(struct sink* sink, const struct conversion* how, uint64_t value, unsigned base,
                       const char* prefix) {
    const char* digits = how->kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[24];
    size_t at = sizeof(text);
    for (; value != 0; value /= base) {
        text[--at] = digits[value % base];
    }
    const long size = (long)(sizeof(text) - at);
    const long wanted = how->precision < 0 ? 1 : how->precision;
    long zeros = wanted > size ? wanted - size : 0;
    if (base == 8 && how->alternate && zeros == 0) {
        zeros = 1;
    }
    struct conversion field = *how;
    field.zero = how->zero && how->precision < 0;
    put_field(sink, &field, prefix, zeros, text + at, (size_t)size);
}

static void put_signed(struct sink* sink, const struct conversion* how, union argument argument) {
    int64_t value = argument.wide;
    switch (how->length) {
        case LENGTH_CHAR: value = (signed char)argument.integer; break;
        case LENGTH_SHORT: value = (short)argument.integer; break;
        case LENGTH_NONE: value = argument.integer; break;
        default: break;
    }
    const char* sign = value < 0 ? "-" : how->plus ? "+" : how->blank ? " " : "";
    put_number(sink, how, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, sign);
}

static void put_unsigned(struct sink* sink, const struct conversion* how, union argument argument, unsigned base) {
    uint64_t value = (uint64_t)argument.wide;
    switch (how->length) {
        case LENGTH_CHAR: value = (unsigned char)argument.integer; break;
        case LENGTH_SHORT: value = (unsigned short)argument.integer; break;
        case LENGTH_NONE: value = (unsigned)argument.integer; break;
        default: break;
    }
    const char* prefix = base != 16 || !how->alternate || value == 0 ? "" : how->kind == 'x' ? "0x" : "0X";
    put_number(sink, how, value, base, prefix);
}

static void put_text(struct sink* sink, const struct conversion* how, const char* text, size_t size) {
    const struct conversion plain = {.left = how->left, .width = how->width, .precision = -1};
    put_field(sink, &plain, "", 0, text, size);
}

static void put_string(struct sink* sink, const struct conversion* how, const char* text) {
    if (text == NULL) {
        text = "(null)";
    }
    put_text(sink, how, text, how->precision < 0 ? strlen(text) : strnlen(text, (size_t)how->precision));
}

static void store_count(const struct sink* sink, const struct conversion* how, void* to) {
    switch (how->length) {
        case LENGTH_CHAR: *(signed char*)to = (signed char)sink->total; return;
        case LENGTH_SHORT: *(short*)to = (short)sink->total; return;
        case LENGTH_NONE: *(int*)to = (int)sink->total; return;
        default: *(int64_t*)to = (int64_t)sink->total;
    }
}

// Converts one argument; false, with errno, for text that cannot be converted.
static bool convert(struct sink* sink, const struct conversion* how, union argument argument) {
    const char character = (char)argument.integer;
    switch (how->kind) {
        case 'd':
        case 'i': put_signed(sink, how, argument); return true;
        case 'u': put_unsigned(sink, how, argument, 10); return true;
        case 'o': put_unsigned(sink, how, argument, 8); return true;
        case 'x':
        case 'X': put_unsigned(sink, how, argument, 16); return true;
        case 'p': put_number(sink, how, (uintptr_t)argument.pointer, 16, "0x"); return true;
        case 'c':
            if (how->length == LENGTH_LONG) {
                return put_wide_character(sink, how, argument.integer);
            }
            put_text(sink, how, &character, 1);
            return true;
        case 's':
            if (how->length == LENGTH_LONG && argument.pointer != NULL) {
                return put_wide_text(sink, how, argument.pointer);
            }
            put_string(sink, how, argument.pointer);
            return true;
        case 'm': put_string(sink, how, strerror(errno)); return true;
        case 'n': store_count(sink, how, argument.pointer); return true;
        case '%': put(sink, "%", 1); return true;
        default:
            if (how->length == LENGTH_QUAD) {
                put_quad(sink, how, argument.quad);
            } else {
                put_double(sink, how, argument.number);
            }
            return true;
    }
}

static bool is_conversion(char kind) { return strchr("diouxXcspaAeEfFgGmn%", kind) != NULL; }

// Widths and precisions that are arguments.
static void take_sizes(struct conversion* how, struct arguments* arguments) {
    if (how->width_given) {
        how->width = next_argument(arguments, ARGUMENT_INT, how->width_argument).integer;
        how->left |= how->width < 0;
        how->width = how->width == INT_MIN ? INT_MAX : how->width < 0 ? -how->width : how->width;
    }
    if (how->precision_given) {
        how->precision = next_argument(arguments, ARGUMENT_INT, how->precision_argument).integer;
    }
}

static bool format_all(struct sink* sink, const char* format, struct arguments* arguments) {
    const int error = errno; // for %m
    while (format != NULL && *format != '\0') {
        const size_t plain = strcspn(format, "%");
        put(sink, format, plain);
        format += plain;
        if (*format == '\0') {
            break;
        }
        struct conversion how;
        const char* end = parse_conversion(format + 1, &how);
        if (end == NULL || !is_conversion(how.kind)) {
            put(sink, format, end == NULL ? strlen(format) : (size_t)(end - format)); // not a conversion: as it stands
        } else {
            take_sizes(&how, arguments);
            union argument argument = {0};
            if (argument_type(&how) != ARGUMENT_NONE) {
                argument = next_argument(arguments, argument_type(&how), how.argument);
            }
            if (sink->total > INT_MAX - (size_t)how.width) {
                errno = EOVERFLOW;
                return false;
            }
            errno = error;
            if (!convert(sink, &how, argument)) {
                return false;
            }
        }
        format = end;
    }
    return true;
}

static bool format_numbered(struct sink* sink, const char* format, struct arguments* arguments) {
    union argument taken[NUMBERED_ARGUMENTS_MAX];
    arguments->numbered = true;
    arguments->taken = taken;
    if (!take_numbered_arguments(format, arguments)) {
        errno = EINVAL;
        return false;
    }
    return format_all(sink, format, arguments);
}

int format_to(struct sink* sink, const char* format, va_list list) {
    struct arguments arguments = {.numbered = false};
    va_copy(arguments.list, list);
    const bool done = has_numbered_arguments(format) ? format_numbered(sink, format, &arguments)
                                                     : format_all(sink, format, &arguments);
    va_end(arguments.list);
    if (done && sink->total > INT_MAX) {
        errno = EOVERFLOW;
        return -1;
    }
    return done ? (int)sink->total : -1;
}

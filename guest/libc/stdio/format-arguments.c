// What conversions say, and the arguments that they take.
#include <string.h>

#include "format.h"

// A width or precision: a number, or * and perhaps N$.
static int parse_size(const char** format, bool* given, int* argument) {
    *given = **format == '*';
    if (!*given) {
        return parse_number(format);
    }
    ++*format;
    *argument = parse_argument_number(format);
    return 0;
}

const char* parse_conversion(const char* format, struct conversion* out) {
    *out = (struct conversion){.argument = parse_argument_number(&format), .precision = -1};
    for (;; ++format) {
        switch (*format) {
            case '-': out->left = true; continue;
            case '0': out->zero = true; continue;
            case '+': out->plus = true; continue;
            case ' ': out->blank = true; continue;
            case '#': out->alternate = true; continue;
            case '\'': continue; // there is one locale, and it does not group digits
        }
        break;
    }
    out->width = parse_size(&format, &out->width_given, &out->width_argument);
    if (*format == '.') {
        ++format;
        out->precision = parse_size(&format, &out->precision_given, &out->precision_argument);
    }
    out->length = parse_length(&format);
    out->kind = *format;
    if (out->kind == 'C' || out->kind == 'S') { // POSIX's names for lc and ls
        out->kind |= 0x20;
        out->length = LENGTH_LONG;
    }
    return *format == '\0' ? NULL : format + 1;
}

enum argument_type argument_type(const struct conversion* how) {
    switch (how->kind) {
        case 'd':
        case 'i':
        case 'o':
        case 'u':
        case 'x':
        case 'X': return how->length >= LENGTH_LONG ? ARGUMENT_LONG : ARGUMENT_INT;
        case 'c': return ARGUMENT_INT;
        case 'a':
        case 'A':
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G': return how->length == LENGTH_QUAD ? ARGUMENT_QUAD : ARGUMENT_DOUBLE;
        case 's':
        case 'p':
        case 'n': return ARGUMENT_POINTER;
        default: return ARGUMENT_NONE;
    }
}

static union argument take(va_list* list, enum argument_type type) {
    switch (type) {
        case ARGUMENT_LONG: return (union argument){.wide = va_arg(*list, int64_t)};
        case ARGUMENT_DOUBLE: return (union argument){.number = va_arg(*list, double)};
        case ARGUMENT_QUAD: return (union argument){.quad = va_arg(*list, long double)};
        case ARGUMENT_POINTER: return (union argument){.pointer = va_arg(*list, void*)};
        default: return (union argument){.integer = va_arg(*list, int)};
    }
}

union argument next_argument(struct arguments* arguments, enum argument_type type, int number) {
    return arguments->numbered ? arguments->taken[number - 1] : take(&arguments->list, type);
}

bool has_numbered_arguments(const char* format) {
    for (; (format = strchr(format, '%')) != NULL; ++format) {
        ++format;
        if (*format != '%') {
            return parse_argument_number(&format) >= 0;
        }
    }
    return false;
}

static bool note(enum argument_type* types, int* count, int number, enum argument_type type) {
    if (number < 1 || number > NUMBERED_ARGUMENTS_MAX) {
        return false;
    }
    types[number - 1] = type;
    *count = number > *count ? number : *count;
    return true;
}

bool take_numbered_arguments(const char* format, struct arguments* arguments) {
    // Where a number is left out, the argument is taken for an int.
    enum argument_type types[NUMBERED_ARGUMENTS_MAX] = {ARGUMENT_NONE};
    int count = 0;
    while (format != NULL && (format = strchr(format, '%')) != NULL) {
        struct conversion how;
        format = parse_conversion(format + 1, &how);
        const enum argument_type type = argument_type(&how);
        if ((type != ARGUMENT_NONE && !note(types, &count, how.argument, type)) ||
            (how.width_given && !note(types, &count, how.width_argument, ARGUMENT_INT)) ||
            (how.precision_given && !note(types, &count, how.precision_argument, ARGUMENT_INT))) {
            return false;
        }
    }
    for (int i = 0; i < count; ++i) {
        arguments->taken[i] = take(&arguments->list, types[i]);
    }
    return true;
}

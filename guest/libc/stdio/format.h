// What printf and its kin have in common. C11, 7.21.6.1; arguments by number as in POSIX.
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "directive.h"

// Where formatted text goes.
struct sink {
    void (*write)(struct sink* sink, const char* text, size_t size);
    size_t total; // bytes so far
};

// Writes formatted text; returns its size, or -1 with errno if there is no telling how.
int format_to(struct sink* sink, const char* format, va_list arguments);

void put(struct sink* sink, const char* text, size_t size);
void pad(struct sink* sink, char character, long count);

// What stands between % and the next text. A number of -1 is none: the argument is the next one.
struct conversion {
    bool left, zero, plus, blank, alternate;
    bool width_given, precision_given; // by an argument
    int argument, width_argument, precision_argument; // from 1
    int width;
    int precision; // -1: none given
    enum length length;
    char kind;
};

// Reads a conversion from behind its %; returns what follows it, null at the end of the format.
const char* parse_conversion(const char* format, struct conversion* out);

enum argument_type { ARGUMENT_NONE, ARGUMENT_INT, ARGUMENT_LONG, ARGUMENT_DOUBLE, ARGUMENT_QUAD, ARGUMENT_POINTER };

union argument {
    int integer;
    int64_t wide;
    double number;
    long double quad;
    void* pointer;
};

// Arguments in order or by number: then all are taken before the first is used.
#define NUMBERED_ARGUMENTS_MAX 64
struct arguments {
    va_list list;
    bool numbered;
    union argument* taken;
};

enum argument_type argument_type(const struct conversion* how);
union argument next_argument(struct arguments* arguments, enum argument_type type, int number);
bool has_numbered_arguments(const char* format);
// Takes all arguments that a format numbers; false if that is not possible.
bool take_numbered_arguments(const char* format, struct arguments* arguments);

// A field: prefix and digits or text, padded to the width; zeros go between prefix and digits.
void put_field(struct sink* sink, const struct conversion* how, const char* prefix, long zeros, const char* text,
               size_t size);

// Conversions a e f g A E F G.
void put_double(struct sink* sink, const struct conversion* how, double value);
void put_quad(struct sink* sink, const struct conversion* how, long double value);

// Conversions c and s of wide characters, in UTF-8; false, with errno, for one that is none.
bool put_wide_character(struct sink* sink, const struct conversion* how, int character);
bool put_wide_text(struct sink* sink, const struct conversion* how, const void* text);

// What printf and its kin have in common.
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

// Where formatted text goes.
struct sink {
    void (*write)(struct sink* sink, const char* text, size_t size);
    size_t total; // characters so far
};

void format_to(struct sink* sink, const char* format, va_list arguments);

struct conversion {
    bool left, zero, plus, blank, alternate;
    bool quad;     // L
    int width;
    int precision; // -1: none given
    int length;    // -2 hh, -1 h, 0 none, 1 l and all that are as long
};

void put(struct sink* sink, const char* text, size_t size);

// A field: prefix and digits or text, padded to the width; zeros go between prefix and digits.
void put_field(struct sink* sink, const struct conversion* how, const char* prefix, int zeros, const char* text,
               size_t size);

// Conversions f F e E g G.
void put_double(struct sink* sink, const struct conversion* how, char kind, double value);

// What is nearest to 0 of the doubles around a binary128.
double double_from_quad(const long double* value);

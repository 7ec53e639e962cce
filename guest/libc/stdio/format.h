// What printf and its kin have in common.
#pragma once

#include <stdarg.h>
#include <stddef.h>

// Where formatted text goes.
struct sink {
    void (*write)(struct sink* sink, const char* text, size_t size);
    size_t total; // characters so far
};

void format_to(struct sink* sink, const char* format, va_list arguments);

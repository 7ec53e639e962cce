// What scanf and its kin have in common. C11, 7.21.6.2; arguments by number and `m` as in POSIX.
#pragma once

#include <stdarg.h>

#include "directive.h"
#include "reader.h"

// Reads what the format says; returns how many arguments were assigned, or EOF.
int scan_from(struct reader* reader, const char* format, va_list arguments);

// One conversion: where its result goes, and how long that is.
struct scan_conversion {
    bool suppress, allocate;
    int argument;  // from 1; -1: the next one
    size_t width;  // SIZE_MAX: none given
    enum length length;
    char kind;
    const char* set; // of [: the first character behind a ^
    size_t set_size;
    bool inverted;
    void* to;
};

// What a conversion came to.
enum scan_result { SCAN_DONE, SCAN_MISMATCH, SCAN_INPUT_END, SCAN_NO_MEMORY };

// Conversions c, s and [.
enum scan_result scan_text(struct reader* reader, const struct scan_conversion* how);

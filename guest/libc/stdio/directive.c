#include "directive.h"

#include <ctype.h>
#include <limits.h>

int parse_number(const char** format) {
    int number = 0;
    for (; isdigit((unsigned char)**format); ++*format) {
        if (__builtin_mul_overflow(number, 10, &number) || __builtin_add_overflow(number, **format - '0', &number)) {
            number = INT_MAX;
        }
    }
    return number;
}

int parse_argument_number(const char** format) {
    const char* at = *format;
    const int number = parse_number(&at);
    if (at == *format || *at != '$') {
        return -1;
    }
    *format = at + 1;
    return number;
}

enum length parse_length(const char** format) {
    enum length length = LENGTH_NONE;
    for (;; ++*format) {
        switch (**format) {
            case 'h': length = length == LENGTH_SHORT ? LENGTH_CHAR : LENGTH_SHORT; continue;
            case 'L': length = LENGTH_QUAD; continue;
            case 'l':
            case 'q':
            case 'j':
            case 'z':
            case 't': length = LENGTH_LONG; continue;
            default: return length;
        }
    }
}

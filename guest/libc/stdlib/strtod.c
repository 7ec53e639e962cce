// Floating point from text. C11, 7.22.1.3, for decimal numbers, inf and nan.
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../stdio/decimal.h"

// Beyond these every number is infinite, or 0.
#define POINT_MAX 310
#define POINT_MIN (-330)
// The smallest double is 2^-1074.
#define EXPONENT_MAX 1074

// Digits with a point among them; null if there is no digit.
static const char* parse_digits(const char* at, struct decimal* out) {
    bool point = false, any = false;
    for (;; ++at) {
        if (*at == '.' && !point) {
            point = true;
            continue;
        }
        if (!isdigit((unsigned char)*at)) {
            return any ? at : NULL;
        }
        any = true;
        const unsigned char digit = (unsigned char)(*at - '0');
        if (out->count == 0 && digit == 0) {
            out->point -= point; // a zero in front
            continue;
        }
        if (out->count < DECIMAL_DIGITS_MAX) {
            out->digits[out->count++] = digit;
        } else {
            out->truncated |= digit != 0;
        }
        out->point += !point;
    }
}

static const char* parse_exponent(const char* at, struct decimal* out) {
    char* end;
    if ((*at | 32) != 'e' || !(isdigit((unsigned char)at[1]) || ((at[1] == '-' || at[1] == '+') && isdigit((unsigned char)at[2])))) {
        return at;
    }
    const int error = errno;
    const long exponent = strtol(at + 1, &end, 10);
    errno = error;
    out->point += (int)(exponent > 100000 ? 100000 : exponent < -100000 ? -100000 : exponent);
    return end;
}

// By powers of two until it lies in [2^52, 2^53), or lower where doubles are subnormal; then it is rounded once.
static double nearest(struct decimal* decimal) {
    if (decimal->count == 0) {
        return 0;
    }
    if (decimal->point < POINT_MIN || decimal->point > POINT_MAX) {
        errno = ERANGE;
        return decimal->point > 0 ? HUGE_VAL : 0;
    }
    // log2(10) is about 3.3219.
    int exponent = 53 - (int)((long)decimal->point * 33219 / 10000);
    if (exponent > EXPONENT_MAX) {
        exponent = EXPONENT_MAX;
    }
    decimal_shift(decimal, exponent);
    while (decimal->point > 16 || decimal_whole(decimal) >> 53 != 0) {
        decimal_shift(decimal, -1);
        --exponent;
    }
    while (exponent < EXPONENT_MAX && decimal_whole(decimal) >> 52 == 0) {
        decimal_shift(decimal, 1);
        ++exponent;
    }
    const bool inexact = decimal->count > decimal->point || decimal->truncated;
    const double value = scalbn((double)decimal_to_integer(decimal), -exponent);
    if (isinf(value) || (inexact && value < DBL_MIN)) {
        errno = ERANGE;
    }
    return value;
}

static const char* parse_name(const char* at, double* out) {
    if (strncasecmp(at, "inf", 3) == 0) {
        *out = INFINITY;
        return at + (strncasecmp(at, "infinity", 8) == 0 ? 8 : 3);
    }
    if (strncasecmp(at, "nan", 3) == 0) {
        *out = NAN;
        return at + 3;
    }
    return NULL;
}

double strtod(const char* restrict text, char** restrict end) {
    struct decimal decimal = {0};
    const char* at = text;
    while (isspace((unsigned char)*at)) {
        ++at;
    }
    const bool negative = *at == '-';
    if (*at == '-' || *at == '+') {
        ++at;
    }
    double value = 0;
    const char* behind = parse_name(at, &value);
    if (behind == NULL && (behind = parse_digits(at, &decimal)) != NULL) {
        behind = parse_exponent(behind, &decimal);
        value = nearest(&decimal);
    }
    if (end != NULL) {
        *end = (char*)(behind == NULL ? text : behind);
    }
    return negative ? -value : value;
}

float strtof(const char* restrict text, char** restrict end) { return (float)strtod(text, end); }
double atof(const char* text) { return strtod(text, NULL); }

// Numbers in decimal digits, exactly: between doubles and text.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// Every double has at most 767 significant digits; more digits in a text cannot change what it rounds to, but for
// whether there are any.
#define DECIMAL_DIGITS_MAX 800

// 0.DIGITS * 10^point; no zeros at either end. No digits: 0.
struct decimal {
    int count;
    int point;
    bool truncated; // digits other than 0 follow
    unsigned char digits[DECIMAL_DIGITS_MAX];
};

// The exact value of a finite number, without its sign.
void decimal_from_double(struct decimal* out, double value);

// Rounds to `count` digits (which may be 0 or less), ties to even.
void decimal_round(struct decimal* decimal, int count);

// Multiplies by 2^exponent.
void decimal_shift(struct decimal* decimal, int exponent);

// The integer below and the nearest one, ties to even; the value has to be below 2^64.
uint64_t decimal_whole(const struct decimal* decimal);
uint64_t decimal_to_integer(const struct decimal* decimal);

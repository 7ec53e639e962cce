// Numbers in decimal, exactly: between binary floating point and text. Digits are kept in groups of nine, at fixed
// places around the point, so that every finite number of a format fits: the room is the caller's.
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "binary.h"

#define DECIMAL_GROUP 9

// Groups in front of the point and behind it: the largest double is below 10^309, the smallest one and the middle below
// it end at the 1075th digit; of binary128 it is 10^4933 and the 16495th. What is shifted by 29 bits takes one group more.
#define DECIMAL_WHOLE_64 (309 / DECIMAL_GROUP + 3)
#define DECIMAL_FRACTION_64 (1075 / DECIMAL_GROUP + 3)
#define DECIMAL_WHOLE_128 (4933 / DECIMAL_GROUP + 3)
#define DECIMAL_FRACTION_128 (16495 / DECIMAL_GROUP + 3)

struct decimal {
    uint32_t* groups;
    size_t room;
    size_t point;       // the first group behind the point
    size_t first, last; // groups [first, last) are in use, and neither at the ends is 0
    bool truncated;     // digits other than 0 follow
    size_t digits;      // appended so far
};

// Declares a decimal that is 0, and its room.
#define DECIMAL(name, whole, fraction)              \
    uint32_t name##_groups[(whole) + (fraction)];   \
    struct decimal name = {name##_groups, (whole) + (fraction), (whole), (whole), (whole), false, 0}

static inline bool decimal_is_zero(const struct decimal* decimal) { return decimal->first == decimal->last; }

// A number from text: its digits one after the other, without zeros in front, then where the point is. Of digits that
// the room does not have only `truncated` is kept.
void decimal_append(struct decimal* decimal, unsigned digit);
// The digits so far are those of 0.DIGITS * 10^exponent.
void decimal_place(struct decimal* decimal, long exponent);

// The digit that counts 10^place.
unsigned decimal_digit(const struct decimal* decimal, long place);

// The places of the first and last digits that are not 0; of 0 they are 0.
long decimal_first_place(const struct decimal* decimal);
long decimal_last_place(const struct decimal* decimal);

// The exact value of mantissa * 2^exponent.
void decimal_from_binary(struct decimal* decimal, uint128_t mantissa, int exponent);

// Rounds so that the last digit counts 10^place.
void decimal_round(struct decimal* decimal, long place, enum binary_rounding rounding, bool negative);

// A mantissa and exponent for binary_pack(), of a number that is not 0 and within the range that the room is for.
void decimal_to_binary(struct decimal* decimal, struct binary* out);

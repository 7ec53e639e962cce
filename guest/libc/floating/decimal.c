#include "decimal.h"

#include <string.h>

// Ten to the ninth: a group is below it.
#define BASE 1000000000u
// So that a group, shifted, and what is carried into it fit into 64 bits; or a remainder, times BASE.
#define LEFT_MAX 29
#define RIGHT_MAX 32

static const uint32_t powers[DECIMAL_GROUP] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

static void trim(struct decimal* decimal) {
    while (decimal->first < decimal->last && decimal->groups[decimal->first] == 0) {
        ++decimal->first;
    }
    while (decimal->last > decimal->first && decimal->groups[decimal->last - 1] == 0) {
        --decimal->last;
    }
    if (decimal->first == decimal->last) {
        decimal->first = decimal->last = decimal->point;
    }
}

static long floor_divide(long value, long by) { return value / by - (value % by < 0); }

// The group that has the digit for 10^place, and which of its digits that is, from the right.
static long group_of(const struct decimal* decimal, long place, unsigned* digit) {
    const long group = floor_divide(place, DECIMAL_GROUP);
    *digit = (unsigned)(place - group * DECIMAL_GROUP);
    return (long)decimal->point - 1 - group;
}

// Makes groups up to this one part of the number.
static void extend(struct decimal* decimal, size_t group) {
    if (decimal_is_zero(decimal)) {
        decimal->first = decimal->last = group;
    }
    while (decimal->first > group) {
        decimal->groups[--decimal->first] = 0;
    }
    while (decimal->last <= group) {
        decimal->groups[decimal->last++] = 0;
    }
}

void decimal_append(struct decimal* decimal, unsigned digit) {
    const size_t group = decimal->digits / DECIMAL_GROUP, at = decimal->digits % DECIMAL_GROUP;
    if (group == decimal->room) {
        decimal->truncated |= digit != 0;
        return;
    }
    decimal->groups[group] = (at == 0 ? 0 : decimal->groups[group]) + digit * powers[DECIMAL_GROUP - 1 - at];
    ++decimal->digits;
}

void decimal_place(struct decimal* decimal, long exponent) {
    const long whole = floor_divide(exponent, DECIMAL_GROUP);
    const uint32_t factor = powers[exponent - whole * DECIMAL_GROUP];
    const size_t count = (decimal->digits + DECIMAL_GROUP - 1) / DECIMAL_GROUP;
    uint64_t carry = 0;
    for (size_t i = count; i-- > 0;) {
        carry += (uint64_t)decimal->groups[i] * factor;
        decimal->groups[i] = (uint32_t)(carry % BASE);
        carry /= BASE;
    }
    const size_t first = (size_t)((long)decimal->point - whole);
    const size_t kept = count < decimal->room - first ? count : decimal->room - first;
    for (size_t i = kept; i < count; ++i) {
        decimal->truncated |= decimal->groups[i] != 0;
    }
    memmove(decimal->groups + first, decimal->groups, kept * sizeof(uint32_t));
    decimal->groups[first - 1] = (uint32_t)carry;
    decimal->first = first - 1;
    decimal->last = first + kept;
    trim(decimal);
}

unsigned decimal_digit(const struct decimal* decimal, long place) {
    unsigned at;
    const long group = group_of(decimal, place, &at);
    const bool there = group >= (long)decimal->first && group < (long)decimal->last;
    return there ? decimal->groups[group] / powers[at] % 10 : 0;
}

long decimal_first_place(const struct decimal* decimal) {
    if (decimal_is_zero(decimal)) {
        return 0;
    }
    int digits = 1;
    while (digits < DECIMAL_GROUP && decimal->groups[decimal->first] >= powers[digits]) {
        ++digits;
    }
    return ((long)decimal->point - 1 - (long)decimal->first) * DECIMAL_GROUP + digits - 1;
}

long decimal_last_place(const struct decimal* decimal) {
    if (decimal_is_zero(decimal)) {
        return 0;
    }
    int zeros = 0;
    for (uint32_t group = decimal->groups[decimal->last - 1]; group % 10 == 0; group /= 10) {
        ++zeros;
    }
    return ((long)decimal->point - (long)decimal->last) * DECIMAL_GROUP + zeros;
}

// From the last group on; what is carried out of the first one goes in front.
static void shift_left(struct decimal* decimal, unsigned bits) {
    uint64_t carry = 0;
    for (size_t i = decimal->last; i-- > decimal->first;) {
        carry += (uint64_t)decimal->groups[i] << bits;
        decimal->groups[i] = (uint32_t)(carry % BASE);
        carry /= BASE;
    }
    if (carry > 0) {
        decimal->groups[--decimal->first] = (uint32_t)carry;
    }
    trim(decimal);
}

// Long division by a power of two, until nothing remains.
static void shift_right(struct decimal* decimal, unsigned bits) {
    const uint64_t mask = ((uint64_t)1 << bits) - 1;
    uint64_t rest = 0;
    for (size_t i = decimal->first; i < decimal->last; ++i) {
        rest = rest * BASE + decimal->groups[i];
        decimal->groups[i] = (uint32_t)(rest >> bits);
        rest &= mask;
    }
    for (; rest > 0 && decimal->last < decimal->room; rest &= mask) {
        rest *= BASE;
        decimal->groups[decimal->last++] = (uint32_t)(rest >> bits);
    }
    decimal->truncated |= rest > 0;
    trim(decimal);
}

// Multiplies by 2^exponent.
static void scale(struct decimal* decimal, int exponent) {
    while (exponent > 0) {
        const int bits = exponent < LEFT_MAX ? exponent : LEFT_MAX;
        shift_left(decimal, (unsigned)bits);
        exponent -= bits;
    }
    while (exponent < 0) {
        const int bits = -exponent < RIGHT_MAX ? -exponent : RIGHT_MAX;
        shift_right(decimal, (unsigned)bits);
        exponent += bits;
    }
}

void decimal_from_binary(struct decimal* decimal, uint128_t mantissa, int exponent) {
    decimal->first = decimal->last = decimal->point;
    decimal->truncated = false;
    while (mantissa > 0) {
        decimal->groups[--decimal->first] = (uint32_t)(mantissa % BASE);
        mantissa /= BASE;
    }
    trim(decimal);
    scale(decimal, exponent);
}

// How what lies behind the digit at `place` compares with half of one there: < 0, 0 or > 0.
static int compare_rest(const struct decimal* decimal, long place) {
    const unsigned next = decimal_digit(decimal, place - 1);
    if (next != 5) {
        return next < 5 ? -1 : 1;
    }
    return decimal->truncated || decimal_last_place(decimal) < place - 1;
}

// Adds one to the digit at `place`.
static void increment(struct decimal* decimal, long place) {
    unsigned at;
    size_t group = (size_t)group_of(decimal, place, &at);
    uint32_t carry = powers[at];
    do {
        extend(decimal, group);
        decimal->groups[group] += carry;
        carry = decimal->groups[group] >= BASE;
        decimal->groups[group] -= carry ? BASE : 0;
    } while (carry > 0 && group-- > 0);
    trim(decimal);
}

void decimal_round(struct decimal* decimal, long place, enum binary_rounding rounding, bool negative) {
    if (decimal_is_zero(decimal) || (!decimal->truncated && decimal_last_place(decimal) >= place)) {
        return;
    }
    const bool odd = decimal_digit(decimal, place) % 2 == 1;
    const bool up = binary_rounds_up(rounding, negative, compare_rest(decimal, place), odd);
    unsigned at;
    const long group = group_of(decimal, place, &at);
    if (group < (long)decimal->first) {
        decimal->last = decimal->first;
    } else if (group < (long)decimal->last) {
        decimal->groups[group] -= decimal->groups[group] % powers[at];
        decimal->last = (size_t)group + 1;
    }
    decimal->truncated = false;
    trim(decimal);
    if (up) {
        increment(decimal, place);
    }
}

// Scaled so that between 116 and 126 bits are in front of the point: the lowest of them then stands for the rest.
void decimal_to_binary(struct decimal* decimal, struct binary* out) {
    // log2(10) is about 3.3219.
    int exponent = 122 - (int)((decimal_first_place(decimal) + 1) * 33219 / 10000);
    scale(decimal, exponent);
    uint128_t mantissa = 0;
    for (size_t i = decimal->first; i < decimal->point; ++i) {
        mantissa = mantissa * BASE + (i < decimal->last ? decimal->groups[i] : 0);
    }
    const bool more = decimal->truncated || decimal->last > decimal->point;
    out->kind = BINARY_FINITE;
    out->mantissa = mantissa | more;
    out->exponent = -exponent;
}

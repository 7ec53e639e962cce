#include "decimal.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

// So that ten times a remainder, and a digit shifted with a carry, fit into 64 bits.
#define SHIFT_MAX 59

static void trim(struct decimal* decimal) {
    int zeros = 0;
    while (zeros < decimal->count && decimal->digits[zeros] == 0) {
        ++zeros;
    }
    memmove(decimal->digits, decimal->digits + zeros, (size_t)(decimal->count - zeros));
    decimal->count -= zeros;
    decimal->point -= zeros;
    while (decimal->count > 0 && decimal->digits[decimal->count - 1] == 0) {
        --decimal->count;
    }
    if (decimal->count == 0) {
        decimal->point = 0;
    }
}

static void append(struct decimal* decimal, unsigned digit) {
    if (decimal->count < DECIMAL_DIGITS_MAX) {
        decimal->digits[decimal->count++] = (unsigned char)digit;
    } else if (digit != 0) {
        decimal->truncated = true;
    }
}

// From the last digit on; what is carried out of the first one goes in front.
static void shift_left(struct decimal* decimal, unsigned bits) {
    unsigned char front[20];
    int front_count = 0;
    uint64_t carry = 0;
    for (int i = decimal->count; i-- > 0;) {
        carry += (uint64_t)decimal->digits[i] << bits;
        decimal->digits[i] = (unsigned char)(carry % 10);
        carry /= 10;
    }
    for (; carry > 0; carry /= 10) {
        front[front_count++] = (unsigned char)(carry % 10);
    }
    unsigned char kept[DECIMAL_DIGITS_MAX];
    const int count = decimal->count;
    memcpy(kept, decimal->digits, (size_t)count);
    decimal->count = 0;
    decimal->point += front_count;
    while (front_count > 0) {
        append(decimal, front[--front_count]);
    }
    for (int i = 0; i < count; ++i) {
        append(decimal, kept[i]);
    }
}

// Long division, until nothing remains.
static void shift_right(struct decimal* decimal, unsigned bits) {
    unsigned char kept[DECIMAL_DIGITS_MAX];
    const int count = decimal->count;
    const uint64_t mask = ((uint64_t)1 << bits) - 1;
    uint64_t rest = 0;
    memcpy(kept, decimal->digits, (size_t)count);
    decimal->count = 0;
    for (int i = 0; i < count || rest != 0; ++i) {
        rest = rest * 10 + (i < count ? kept[i] : 0);
        const unsigned digit = (unsigned)(rest >> bits);
        rest &= mask;
        if (decimal->count == 0 && digit == 0) {
            --decimal->point; // no zeros in front
        } else {
            append(decimal, digit);
        }
    }
}

void decimal_shift(struct decimal* decimal, int exponent) {
    while (exponent != 0 && decimal->count > 0) {
        const int most = exponent < 0 ? -exponent : exponent;
        const int bits = most < SHIFT_MAX ? most : SHIFT_MAX;
        if (exponent > 0) {
            shift_left(decimal, (unsigned)bits);
            exponent -= bits;
        } else {
            shift_right(decimal, (unsigned)bits);
            exponent += bits;
        }
        trim(decimal);
    }
}

void decimal_from_double(struct decimal* out, double value) {
    int exponent;
    uint64_t mantissa = (uint64_t)(frexp(fabs(value), &exponent) * 0x1p53);
    *out = (struct decimal){0};
    unsigned char reversed[20];
    while (mantissa > 0) {
        reversed[out->count++] = (unsigned char)(mantissa % 10);
        mantissa /= 10;
    }
    for (int i = 0; i < out->count; ++i) {
        out->digits[i] = reversed[out->count - 1 - i];
    }
    out->point = out->count;
    trim(out);
    decimal_shift(out, exponent - 53);
}

// Whether what lies behind the first `count` digits rounds them up.
static bool rounds_up(const struct decimal* decimal, int count) {
    if (count < 0 || count >= decimal->count) {
        return false;
    }
    const bool exactly_half = decimal->digits[count] == 5 && count + 1 == decimal->count && !decimal->truncated;
    if (exactly_half) {
        return count > 0 && decimal->digits[count - 1] % 2 == 1;
    }
    return decimal->digits[count] >= 5;
}

void decimal_round(struct decimal* decimal, int count) {
    if (count >= decimal->count) {
        return;
    }
    const bool up = rounds_up(decimal, count);
    decimal->count = count < 0 ? 0 : count;
    decimal->truncated = false;
    while (up && decimal->count > 0 && decimal->digits[decimal->count - 1] == 9) {
        --decimal->count;
    }
    if (up && decimal->count > 0) {
        ++decimal->digits[decimal->count - 1];
    } else if (up) {
        decimal->digits[decimal->count++] = 1; // all nines, or nothing before a half
        ++decimal->point;
    }
    trim(decimal);
}

uint64_t decimal_whole(const struct decimal* decimal) {
    uint64_t value = 0;
    for (int i = 0; i < decimal->point; ++i) {
        value = value * 10 + (i < decimal->count ? decimal->digits[i] : 0);
    }
    return value;
}

uint64_t decimal_to_integer(const struct decimal* decimal) {
    return decimal_whole(decimal) + (decimal->point >= 0 && rounds_up(decimal, decimal->point));
}

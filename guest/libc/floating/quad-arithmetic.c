// Addition, subtraction, multiplication, division and square root of binary128. IEEE 754, 5.4.1.
#include "quad.h"

quad_t quad_result(const struct binary* number, unsigned flags) {
    const uint128_t bits = binary_pack(&binary128, number, &flags);
    binary_raise(flags);
    return quad_from_bits(bits);
}

quad_t quad_invalid(void) {
    const struct binary nan = {.kind = BINARY_QUIET_NAN};
    return quad_result(&nan, BINARY_INVALID);
}

bool quad_is_nan(const struct binary* left, const struct binary* right, quad_t* result) {
    if (left->kind < BINARY_QUIET_NAN && right->kind < BINARY_QUIET_NAN) {
        return false;
    }
    *result = quad_result(left->kind >= right->kind ? left : right, 0);
    return true;
}

// With the leading bit of a finite mantissa at `bit`.
static void align(struct binary* number, unsigned bit) {
    const unsigned zeros = binary_leading_zeros(number->mantissa);
    number->mantissa = number->mantissa << zeros >> (127 - bit);
    number->exponent += (int)(127 - bit) - (int)zeros;
}

static quad_t add_finite(struct binary left, struct binary right) {
    align(&left, 126);
    align(&right, 126);
    const struct binary* large = left.exponent >= right.exponent ? &left : &right;
    const struct binary* small = large == &left ? &right : &left;
    const int distance = large->exponent - small->exponent;
    const uint128_t shifted = binary_shift_right(small->mantissa, distance > 128 ? 128 : (unsigned)distance);
    struct binary sum = *large;
    if (left.negative == right.negative) {
        sum.mantissa += shifted;
    } else if (shifted > sum.mantissa) {
        sum.mantissa = shifted - sum.mantissa;
        sum.negative = small->negative;
    } else {
        sum.mantissa -= shifted;
    }
    if (sum.mantissa == 0) {
        sum.kind = BINARY_ZERO;
        sum.negative = binary_rounding() == ROUND_DOWN; // IEEE 754, 6.3
    }
    return quad_result(&sum, 0);
}

static quad_t add(struct binary left, struct binary right) {
    quad_t nan;
    if (quad_is_nan(&left, &right, &nan)) {
        return nan;
    }
    if (left.kind == BINARY_INFINITE || right.kind == BINARY_INFINITE) {
        if (left.kind == right.kind && left.negative != right.negative) {
            return quad_invalid();
        }
        return quad_result(left.kind == BINARY_INFINITE ? &left : &right, 0);
    }
    if (left.kind == BINARY_ZERO || right.kind == BINARY_ZERO) {
        if (left.kind == right.kind && left.negative != right.negative) {
            left.negative = binary_rounding() == ROUND_DOWN;
        }
        return quad_result(left.kind == BINARY_ZERO && right.kind != BINARY_ZERO ? &right : &left, 0);
    }
    return add_finite(left, right);
}

__EXPORT quad_t __addtf3(quad_t left, quad_t right) { return add(quad_unpack(left), quad_unpack(right)); }

__EXPORT quad_t __subtf3(quad_t left, quad_t right) {
    struct binary negated = quad_unpack(right);
    if (negated.kind < BINARY_QUIET_NAN) {
        negated.negative = !negated.negative;
    }
    return add(quad_unpack(left), negated);
}

__EXPORT quad_t __negtf2(quad_t value) { return quad_from_bits(quad_bits(value) ^ (uint128_t)1 << 127); }

// The upper 128 bits of a product; the lowest one stands for those below as well.
static uint128_t multiply_high(uint128_t left, uint128_t right) {
    const uint64_t left_low = (uint64_t)left, right_low = (uint64_t)right;
    const uint64_t left_high = (uint64_t)(left >> 64), right_high = (uint64_t)(right >> 64);
    const uint128_t low = (uint128_t)left_low * right_low;
    const uint128_t middle = (uint128_t)left_high * right_low + (low >> 64);
    const uint128_t other = (uint128_t)left_low * right_high + (uint64_t)middle;
    const uint128_t high = (uint128_t)left_high * right_high + (middle >> 64) + (other >> 64);
    return high | ((uint64_t)other != 0 || (uint64_t)low != 0);
}

__EXPORT quad_t __multf3(quad_t left_value, quad_t right_value) {
    struct binary left = quad_unpack(left_value), right = quad_unpack(right_value);
    quad_t nan;
    if (quad_is_nan(&left, &right, &nan)) {
        return nan;
    }
    struct binary product = {.negative = left.negative != right.negative};
    const bool zero = left.kind == BINARY_ZERO || right.kind == BINARY_ZERO;
    if (left.kind == BINARY_INFINITE || right.kind == BINARY_INFINITE) {
        product.kind = BINARY_INFINITE;
        return zero ? quad_invalid() : quad_result(&product, 0);
    }
    if (!zero) {
        align(&left, 127);
        align(&right, 127);
        product.kind = BINARY_FINITE;
        product.mantissa = multiply_high(left.mantissa, right.mantissa);
        product.exponent = left.exponent + right.exponent + 128;
    }
    return quad_result(&product, 0);
}

// The first 126 bits of a quotient between 1/2 and 2, bit for bit; the lowest one stands for the rest as well.
static uint128_t divide_mantissas(uint128_t left, uint128_t right) {
    uint128_t quotient = 0;
    for (unsigned bit = 0; bit < 126; ++bit) {
        quotient <<= 1;
        if (left >= right) {
            left -= right;
            quotient |= 1;
        }
        left <<= 1;
    }
    return quotient | (left != 0);
}

__EXPORT quad_t __divtf3(quad_t left_value, quad_t right_value) {
    struct binary left = quad_unpack(left_value), right = quad_unpack(right_value);
    quad_t nan;
    if (quad_is_nan(&left, &right, &nan)) {
        return nan;
    }
    struct binary quotient = {.negative = left.negative != right.negative};
    if (left.kind == right.kind && left.kind != BINARY_FINITE) {
        return quad_invalid(); // 0 / 0, or infinity by infinity
    }
    if (left.kind == BINARY_INFINITE || right.kind == BINARY_ZERO) {
        quotient.kind = BINARY_INFINITE;
        return quad_result(&quotient, left.kind == BINARY_INFINITE ? 0 : BINARY_DIVIDE_BY_ZERO);
    }
    if (left.kind == BINARY_FINITE && right.kind == BINARY_FINITE) {
        align(&left, 126);
        align(&right, 126);
        quotient.kind = BINARY_FINITE;
        quotient.mantissa = divide_mantissas(left.mantissa, right.mantissa);
        quotient.exponent = left.exponent - right.exponent - 125;
    }
    return quad_result(&quotient, 0);
}

// Bit for bit: `root` grows while its square is at most the mantissa, whose bits come down in pairs.
__EXPORT quad_t sqrtl(quad_t value) {
    struct binary number = quad_unpack(value);
    if (number.kind != BINARY_FINITE || number.negative) {
        const bool invalid = number.negative && (number.kind == BINARY_FINITE || number.kind == BINARY_INFINITE);
        return invalid ? quad_invalid() : quad_result(&number, 0);
    }
    align(&number, 127);
    if (number.exponent % 2 != 0) {
        number.mantissa >>= 1; // at most 113 bits were there
        ++number.exponent;
    }
    uint128_t root = 0, rest = 0;
    for (unsigned bit = 0; bit < 118; ++bit) {
        rest = rest << 2 | (bit < 64 ? number.mantissa >> (126 - 2 * bit) & 3 : 0);
        const uint128_t trial = root << 2 | 1;
        root <<= 1;
        if (rest >= trial) {
            rest -= trial;
            root |= 1;
        }
    }
    number.mantissa = root | (rest != 0);
    number.exponent = (number.exponent + 128) / 2 - 118;
    return quad_result(&number, 0);
}

__EXPORT quad_t __powitf2(quad_t base, int exponent) {
    quad_t power = 1;
    for (unsigned rest = exponent < 0 ? -(unsigned)exponent : (unsigned)exponent; rest != 0; rest >>= 1) {
        if (rest & 1) {
            power *= base;
        }
        if (rest > 1) {
            base *= base;
        }
    }
    return exponent < 0 ? 1 / power : power;
}

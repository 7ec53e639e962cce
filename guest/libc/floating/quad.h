// binary128, which long double is on arm64 (AAPCS64, 5.1.2): no core computes with it, so compilers call functions
// instead. Their names are those of libgcc and compiler-rt.
#pragma once

#include <zircon/compiler.h>

#include "binary.h"

typedef long double quad_t;

static inline uint128_t quad_bits(quad_t value) {
    uint128_t bits;
    __builtin_memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static inline quad_t quad_from_bits(uint128_t bits) {
    quad_t value;
    __builtin_memcpy(&value, &bits, sizeof(value));
    return value;
}

static inline struct binary quad_unpack(quad_t value) { return binary_unpack(&binary128, quad_bits(value)); }

// The result of an operation: rounded, its flags raised with `flags`.
quad_t quad_result(const struct binary* number, unsigned flags);

// What an operation gives that has no result, and raises for it.
quad_t quad_invalid(void);

// If an operand is a NaN, *result is what the operation gives. Arm ARM, "FPProcessNaNs": a signaling one first.
bool quad_is_nan(const struct binary* left, const struct binary* right, quad_t* result);

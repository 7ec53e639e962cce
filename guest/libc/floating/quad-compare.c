// Comparisons of binary128. IEEE 754, 5.11. Each function compares with 0 as its name says: __lttf2 gives a number below
// 0 if left < right, and what makes the comparison false for NaNs.
#include "quad.h"

// As signs and magnitudes, in the order of the numbers.
static int128_t ordinal(quad_t value) {
    const uint128_t bits = quad_bits(value), magnitude = bits << 1 >> 1;
    return bits >> 127 ? -(int128_t)magnitude : (int128_t)magnitude;
}

static int compare(quad_t left, quad_t right, bool quiet, int unordered) {
    const enum binary_kind a = quad_unpack(left).kind, b = quad_unpack(right).kind;
    if (a >= BINARY_QUIET_NAN || b >= BINARY_QUIET_NAN) {
        const bool signaling = a == BINARY_SIGNALING_NAN || b == BINARY_SIGNALING_NAN;
        binary_raise(!quiet || signaling ? BINARY_INVALID : 0);
        return unordered;
    }
    const int128_t x = ordinal(left), y = ordinal(right);
    return x < y ? -1 : x > y;
}

__EXPORT int __eqtf2(quad_t left, quad_t right) { return compare(left, right, true, 1); }
__EXPORT int __netf2(quad_t left, quad_t right) __ALIAS("__eqtf2");
__EXPORT int __letf2(quad_t left, quad_t right) { return compare(left, right, false, 1); }
__EXPORT int __lttf2(quad_t left, quad_t right) __ALIAS("__letf2");
__EXPORT int __cmptf2(quad_t left, quad_t right) __ALIAS("__letf2");
__EXPORT int __getf2(quad_t left, quad_t right) { return compare(left, right, false, -1); }
__EXPORT int __gttf2(quad_t left, quad_t right) __ALIAS("__getf2");

__EXPORT int __unordtf2(quad_t left, quad_t right) { return compare(left, right, true, 2) == 2; }

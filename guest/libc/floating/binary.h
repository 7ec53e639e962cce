// Binary floating-point numbers of any IEEE 754 format, taken apart and put together in integers. 2.3, 3.4 and 4.3.
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef unsigned __int128 uint128_t;
typedef __int128 int128_t;

// Bits of the parts: the sign in front makes it whole.
struct binary_format {
    unsigned exponent_bits;
    unsigned fraction_bits;
};

extern const struct binary_format binary16, binary32, binary64, binary128;

enum binary_kind { BINARY_ZERO, BINARY_FINITE, BINARY_INFINITE, BINARY_QUIET_NAN, BINARY_SIGNALING_NAN };

// A finite number is mantissa * 2^exponent. The mantissa of a NaN is its fraction, left-aligned in 128 bits.
struct binary {
    enum binary_kind kind;
    bool negative;
    int exponent;
    uint128_t mantissa;
};

// Exception flags, as FPSR has them. Arm ARM, D17.2 "FPSR".
#define BINARY_INVALID 1u
#define BINARY_DIVIDE_BY_ZERO 2u
#define BINARY_OVERFLOW 4u
#define BINARY_UNDERFLOW 8u
#define BINARY_INEXACT 16u

// Directions of rounding, as FPCR has them.
enum binary_rounding { ROUND_NEAREST, ROUND_UP, ROUND_DOWN, ROUND_TO_ZERO };

// What FPCR of the running thread says.
enum binary_rounding binary_rounding(void);

// Sets flags in FPSR of the running thread.
void binary_raise(unsigned flags);

struct binary binary_unpack(const struct binary_format* format, uint128_t bits);

// The number of this format for `number`, rounded as FPCR says; adds what flags that raises to *flags. A mantissa of
// more than 116 bits may have its lowest bit stand for any that were lost.
uint128_t binary_pack(const struct binary_format* format, const struct binary* number, unsigned* flags);

// Whether a magnitude gets larger by rounding: `half` compares what is cut off with a half of the last place (< 0, 0,
// > 0; it is not nothing), `odd` says whether the last place is.
bool binary_rounds_up(enum binary_rounding rounding, bool negative, int half, bool odd);

// Leading zeros; the value is not 0.
unsigned binary_leading_zeros(uint128_t value);

// value >> count, with the lowest bit set if any bit was lost.
uint128_t binary_shift_right(uint128_t value, unsigned count);

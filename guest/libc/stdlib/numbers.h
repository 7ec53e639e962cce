// Numbers from text, for strtol, strtod and their kin and for scanf. Space in front of them is skipped already.
#pragma once

#include "../floating/binary.h"
#include "../stdio/reader.h"

struct integer {
    uint64_t magnitude;
    bool negative, overflow;
};

// Reads an integer as far as it goes. Returns how many characters of what was taken are a number, 0 if none: the
// rest ("0x" without digits) only might have become one. C11, 7.22.1.4.
size_t read_integer(struct reader* reader, unsigned base, struct integer* out);

// A signed value, or the nearest one and ERANGE.
int64_t integer_signed(const struct integer* integer);
uint64_t integer_unsigned(const struct integer* integer);

// The same for a floating-point number of the format: its bits, and ERANGE if they say something else. C11, 7.22.1.3.
size_t read_binary64(struct reader* reader, const struct binary_format* format, uint64_t* bits); // or smaller ones
size_t read_binary128(struct reader* reader, uint128_t* bits);

// Floating point in printf, exact to the last digit. C11, 7.21.6.1: conversions f, e, g and a.
#include <string.h>

#include "../floating/binary.h"
#include "../floating/decimal.h"
#include "format.h"

// A number as digits: one for each place from `first` down to `last`, the point behind the place `units`, then an
// exponent.
struct layout {
    long first, units, last;
    char exponent[8];
    size_t exponent_size;
};

static bool has_point(const struct layout* layout, const struct conversion* how) {
    return layout->last < layout->units || how->alternate;
}

// Writes sign and exponent with at least `digits` digits.
static void set_exponent(struct layout* layout, char mark, int exponent, unsigned digits) {
    unsigned magnitude = exponent < 0 ? -(unsigned)exponent : (unsigned)exponent;
    char reversed[5];
    unsigned count = 0;
    for (; magnitude > 0 || count < digits; magnitude /= 10) {
        reversed[count++] = (char)('0' + magnitude % 10);
    }
    layout->exponent[0] = mark;
    layout->exponent[1] = exponent < 0 ? '-' : '+';
    layout->exponent_size = 2;
    while (count > 0) {
        layout->exponent[layout->exponent_size++] = reversed[--count];
    }
}

static void put_layout(struct sink* sink, const struct conversion* how, const char* prefix, const struct layout* layout,
                       char (*digit)(const void* number, long place), const void* number) {
    const long size = (long)strlen(prefix) + layout->first - layout->last + 1 + has_point(layout, how) +
                      (long)layout->exponent_size;
    const long padding = how->width - size;
    const bool fill = how->zero && !how->left;
    char part[64];
    size_t used = 0;
    pad(sink, ' ', how->left || fill ? 0 : padding);
    put(sink, prefix, strlen(prefix));
    pad(sink, '0', fill ? padding : 0);
    for (long place = layout->first; place >= layout->last; --place) {
        if (used + 2 > sizeof(part)) {
            put(sink, part, used);
            used = 0;
        }
        part[used++] = digit(number, place);
        if (place == layout->units && has_point(layout, how)) {
            part[used++] = '.';
        }
    }
    put(sink, part, used);
    put(sink, layout->exponent, layout->exponent_size);
    pad(sink, ' ', how->left ? padding : 0);
}

static char decimal_character(const void* number, long place) {
    return (char)('0' + decimal_digit(number, place));
}

static void lay_out_fixed(struct layout* out, struct decimal* decimal, long precision, bool negative) {
    decimal_round(decimal, -precision, binary_rounding(), negative);
    const long first = decimal_first_place(decimal);
    *out = (struct layout){.first = first > 0 ? first : 0, .units = 0, .last = -precision};
}

static void lay_out_scientific(struct layout* out, struct decimal* decimal, long precision, bool negative, char mark) {
    decimal_round(decimal, decimal_first_place(decimal) - precision, binary_rounding(), negative);
    const long first = decimal_first_place(decimal);
    *out = (struct layout){.first = first, .units = first, .last = first - precision};
    set_exponent(out, mark, (int)first, 2);
}

// Whichever of both is shorter; zeros at the end are left out but for #.
static void lay_out_general(struct layout* out, struct decimal* decimal, const struct conversion* how, long precision,
                            bool negative) {
    const long digits = precision == 0 ? 1 : precision;
    lay_out_scientific(out, decimal, digits - 1, negative, how->kind == 'G' ? 'E' : 'e');
    if (out->units >= -4 && out->units < digits) {
        out->exponent_size = 0;
        out->first = out->units > 0 ? out->units : 0;
        out->units = 0;
    }
    const long last = decimal_last_place(decimal);
    if (!how->alternate && last > out->last) {
        out->last = last < out->units ? last : out->units;
    }
}

static void put_decimal(struct sink* sink, const struct conversion* how, const char* sign, struct decimal* decimal,
                        bool negative) {
    const long precision = how->precision < 0 ? 6 : how->precision;
    struct layout layout;
    switch (how->kind | 0x20) {
        case 'f': lay_out_fixed(&layout, decimal, precision, negative); break;
        case 'e': lay_out_scientific(&layout, decimal, precision, negative, how->kind); break;
        default: lay_out_general(&layout, decimal, how, precision, negative); break;
    }
    put_layout(sink, how, sign, &layout, decimal_character, decimal);
}

// The digits of a mantissa whose lowest one counts 16^last.
struct hexadecimal {
    uint128_t mantissa;
    long last;
    bool capitals;
};

static char hexadecimal_character(const void* number, long place) {
    const struct hexadecimal* hexadecimal = number;
    const long digit = place - hexadecimal->last;
    const unsigned value = digit < 0 ? 0 : (unsigned)(hexadecimal->mantissa >> (4 * digit)) & 15;
    return (hexadecimal->capitals ? "0123456789ABCDEF" : "0123456789abcdef")[value];
}

static void put_hexadecimal(struct sink* sink, const struct conversion* how, const char* sign,
                            const struct binary_format* format, const struct binary* number) {
    struct hexadecimal digits = {number->mantissa, -(long)format->fraction_bits / 4, how->kind == 'A'};
    const int exponent = number->kind == BINARY_ZERO ? 0 : number->exponent + (int)format->fraction_bits;
    if (how->precision >= 0 && how->precision < -digits.last) {
        const unsigned cut = 4 * (unsigned)(-digits.last - how->precision);
        const uint128_t rest = digits.mantissa & (((uint128_t)1 << cut) - 1), middle = (uint128_t)1 << (cut - 1);
        digits.mantissa >>= cut;
        digits.last = -how->precision;
        if (rest != 0) {
            const int half = rest < middle ? -1 : rest > middle;
            digits.mantissa += binary_rounds_up(binary_rounding(), number->negative, half, digits.mantissa & 1);
        }
    }
    while (how->precision < 0 && digits.last < 0 && (digits.mantissa & 15) == 0) {
        digits.mantissa >>= 4;
        ++digits.last;
    }
    struct layout layout = {.last = how->precision < 0 ? digits.last : -how->precision};
    set_exponent(&layout, how->kind == 'A' ? 'P' : 'p', exponent, 1);
    char prefix[4] = "";
    strcat(strcat(prefix, sign), how->kind == 'A' ? "0X" : "0x");
    put_layout(sink, how, prefix, &layout, hexadecimal_character, &digits);
}

static const char* sign_of(const struct conversion* how, const struct binary* number) {
    return number->negative ? "-" : how->plus ? "+" : how->blank ? " " : "";
}

// What is not written in decimal digits.
static bool put_undecimal(struct sink* sink, const struct conversion* how, const struct binary_format* format,
                        const struct binary* number) {
    if (number->kind >= BINARY_INFINITE) {
        const struct conversion plain = {.left = how->left, .width = how->width, .precision = -1};
        const bool capitals = how->kind < 'a', nan = number->kind != BINARY_INFINITE;
        const char* text = nan ? capitals ? "NAN" : "nan" : capitals ? "INF" : "inf";
        put_field(sink, &plain, sign_of(how, number), 0, text, 3);
        return true;
    }
    if ((how->kind | 0x20) == 'a') {
        put_hexadecimal(sink, how, sign_of(how, number), format, number);
        return true;
    }
    return false;
}

void put_double(struct sink* sink, const struct conversion* how, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    const struct binary number = binary_unpack(&binary64, bits);
    if (!put_undecimal(sink, how, &binary64, &number)) {
        DECIMAL(decimal, DECIMAL_WHOLE_64, DECIMAL_FRACTION_64);
        decimal_from_binary(&decimal, number.mantissa, number.exponent);
        put_decimal(sink, how, sign_of(how, &number), &decimal, number.negative);
    }
}

void put_quad(struct sink* sink, const struct conversion* how, long double value) {
    uint128_t bits;
    memcpy(&bits, &value, sizeof(bits));
    const struct binary number = binary_unpack(&binary128, bits);
    if (!put_undecimal(sink, how, &binary128, &number)) {
        DECIMAL(decimal, DECIMAL_WHOLE_128, DECIMAL_FRACTION_128);
        decimal_from_binary(&decimal, number.mantissa, number.exponent);
        put_decimal(sink, how, sign_of(how, &number), &decimal, number.negative);
    }
}

// Floating point in printf, exact to the last digit. C11, 7.21.6.1: conversions f, e and g.
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "decimal.h"
#include "format.h"

// A field that is gathered before its width is known: at most this much of it is text, the rest are zeros at its end.
#define TEXT_MAX 1200

struct text {
    size_t size;
    char characters[TEXT_MAX];
};

static void append(struct text* text, char character) {
    if (text->size < TEXT_MAX) {
        text->characters[text->size++] = character;
    }
}

static char digit_at(const struct decimal* decimal, int place) {
    return (char)('0' + (place >= 0 && place < decimal->count ? decimal->digits[place] : 0));
}

// Digits after the point; those beyond what the number has are zeros, which the caller adds.
static int append_fraction(struct text* text, const struct decimal* decimal, int from, int count, bool point) {
    if (count > 0 || point) {
        append(text, '.');
    }
    int done = 0;
    while (done < count && from + done < decimal->count) {
        append(text, digit_at(decimal, from + done++));
    }
    return count - done;
}

static void append_exponent(struct text* text, int exponent, bool capitals) {
    append(text, capitals ? 'E' : 'e');
    append(text, exponent < 0 ? '-' : '+');
    const int magnitude = exponent < 0 ? -exponent : exponent;
    if (magnitude >= 100) {
        append(text, (char)('0' + magnitude / 100));
    }
    append(text, (char)('0' + magnitude / 10 % 10));
    append(text, (char)('0' + magnitude % 10));
}

// The parts of a number as text: `zeros` go in between.
struct number {
    struct text head;
    int zeros;
    struct text tail;
};

// [-]ddd.ddd
static void make_fixed(struct number* out, struct decimal* decimal, int precision, bool point) {
    decimal_round(decimal, decimal->point + precision);
    if (decimal->point <= 0) {
        append(&out->head, '0');
    }
    for (int i = 0; i < decimal->point; ++i) {
        append(&out->head, digit_at(decimal, i));
    }
    out->zeros = append_fraction(&out->head, decimal, decimal->point, precision, point);
}

// d.ddde+dd
static void make_scientific(struct number* out, struct decimal* decimal, int precision, bool point, bool capitals) {
    decimal_round(decimal, precision + 1);
    append(&out->head, digit_at(decimal, 0));
    out->zeros = append_fraction(&out->head, decimal, 1, precision, point);
    append_exponent(&out->tail, decimal->count == 0 ? 0 : decimal->point - 1, capitals);
}

// Whichever of both is shorter; zeros at the end are left out but for #.
static void make_general(struct number* out, struct decimal* decimal, int precision, bool alternate, bool capitals) {
    const int digits = precision == 0 ? 1 : precision;
    decimal_round(decimal, digits);
    const int exponent = decimal->count == 0 ? 0 : decimal->point - 1;
    const int used = alternate ? digits : decimal->count > 0 ? decimal->count : 1;
    if (exponent < -4 || exponent >= digits) {
        make_scientific(out, decimal, used - 1, alternate, capitals);
        return;
    }
    const int fraction = used - 1 - exponent;
    make_fixed(out, decimal, fraction < 0 ? 0 : fraction, alternate);
}

static void put_number(struct sink* sink, const struct conversion* how, const char* sign, const struct number* number) {
    const int used = (int)(strlen(sign) + number->head.size + number->tail.size) + number->zeros;
    const int padding = how->width > used ? how->width - used : 0;
    const bool fill = how->zero && !how->left;
    const struct conversion none = {.precision = -1};
    const struct conversion before = {.width = how->left || fill ? 0 : padding, .precision = -1};
    const struct conversion after = {.width = how->left ? padding : 0, .precision = -1};
    put_field(sink, &before, "", 0, "", 0);
    put_field(sink, &none, sign, fill ? padding : 0, number->head.characters, number->head.size);
    put_field(sink, &none, "", number->zeros, number->tail.characters, number->tail.size);
    put_field(sink, &after, "", 0, "", 0);
}

void put_double(struct sink* sink, const struct conversion* how, char kind, double value) {
    const bool capitals = kind == 'F' || kind == 'E' || kind == 'G';
    const char* sign = signbit(value) ? "-" : how->plus ? "+" : how->blank ? " " : "";
    if (!isfinite(value)) {
        const struct conversion plain = {.left = how->left, .width = how->width, .precision = -1};
        const char* text = isnan(value) ? capitals ? "NAN" : "nan" : capitals ? "INF" : "inf";
        put_field(sink, &plain, sign, 0, text, 3);
        return;
    }
    struct decimal decimal;
    struct number number;
    number.head.size = number.tail.size = 0;
    number.zeros = 0;
    decimal_from_double(&decimal, value);
    const int precision = how->precision < 0 ? 6 : how->precision;
    switch (kind | 32) {
        case 'f': make_fixed(&number, &decimal, precision, how->alternate); break;
        case 'e': make_scientific(&number, &decimal, precision, how->alternate, capitals); break;
        default: make_general(&number, &decimal, precision, how->alternate, capitals); break;
    }
    put_number(sink, how, sign, &number);
}

double double_from_quad(const long double* value) {
    struct {
        uint64_t low, high;
    } quad;
    memcpy(&quad, value, sizeof(quad));
    const int exponent = (int)(quad.high >> 48 & 0x7fff);
    const uint64_t fraction = (quad.high & 0xffffffffffff) << 4 | quad.low >> 60;
    const double sign = quad.high >> 63 ? -1.0 : 1.0;
    if (exponent == 0x7fff) {
        return sign * (fraction == 0 && quad.low == 0 ? INFINITY : NAN);
    }
    return exponent == 0 ? sign * 0.0 : sign * scalbn((double)(fraction | (uint64_t)1 << 52), exponent - 16383 - 52);
}

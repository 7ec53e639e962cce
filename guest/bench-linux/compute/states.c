/** A state machine: numbers of several kinds told apart in text, one character at a time. */
#include "program.h"

enum { SIZE = 64 * 1024 };
static char text[SIZE];

enum state { START, SIGN, INTEGER, POINT, FRACTION, EXPONENT, EXPONENT_SIGN, SCIENTIFIC, INVALID, STATES };

static bool is_digit(char character) { return character >= '0' && character <= '9'; }

static enum state next_state(enum state state, char character) {
    switch (state) {
    case START:
        if (is_digit(character)) return INTEGER;
        if (character == '+' || character == '-') return SIGN;
        return character == '.' ? POINT : INVALID;
    case SIGN:
        if (is_digit(character)) return INTEGER;
        return character == '.' ? POINT : INVALID;
    case INTEGER:
        if (is_digit(character)) return INTEGER;
        if (character == '.') return FRACTION;
        return character == 'e' ? EXPONENT : INVALID;
    case POINT:
        return is_digit(character) ? FRACTION : INVALID;
    case FRACTION:
        if (is_digit(character)) return FRACTION;
        return character == 'e' ? EXPONENT : INVALID;
    case EXPONENT:
        if (is_digit(character)) return SCIENTIFIC;
        return character == '+' || character == '-' ? EXPONENT_SIGN : INVALID;
    case EXPONENT_SIGN:
    case SCIENTIFIC:
        return is_digit(character) ? SCIENTIFIC : INVALID;
    default:
        return INVALID;
    }
}

static size_t put_digits(char *out, uint32_t number) {
    size_t length = 0;
    do {
        out[length++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    return length;
}

/** Numbers of all kinds with commas behind them, every eighth with something wrong in it. */
static void write_numbers(struct random *random) {
    size_t at = 0;
    while (at + 40 < SIZE) {
        uint32_t kind = next_random(random);
        if ((kind & 1) != 0) text[at++] = (kind & 2) != 0 ? '+' : '-';
        at += put_digits(text + at, next_random(random) >> (kind >> 27));
        if ((kind & 4) != 0) {
            text[at++] = '.';
            at += put_digits(text + at, next_random(random) >> (kind >> 24 & 31));
        }
        if ((kind & 8) != 0) {
            text[at++] = 'e';
            if ((kind & 16) != 0) text[at++] = '-';
            at += put_digits(text + at, kind >> 20 & 63);
        }
        if ((kind & 0xe0) == 0) text[at++] = 'x';
        text[at++] = ',';
    }
    while (at < SIZE) text[at++] = ',';
}

uint64_t work(uint32_t percent) {
    struct random random = {0xfeed};
    write_numbers(&random);
    uint64_t checksum = 0;
    for (uint32_t i = scaled(80, percent); i > 0; i--) {
        uint32_t ends[STATES] = {0}, visits[STATES] = {0};
        enum state state = START;
        for (size_t at = 0; at < SIZE; at++) {
            if (text[at] == ',') {
                ends[state]++;
                state = START;
                continue;
            }
            state = next_state(state, text[at]);
            visits[state]++;
        }
        for (int each = 0; each < STATES; each++) checksum = mixed(checksum, (uint64_t)ends[each] << 32 | visits[each]);
        text[next_random(&random) % SIZE] ^= 1;
    }
    return checksum;
}

#include "text.h"
#include "system.h"

static void add_character(struct line *line, char character) {
    if (line->length < sizeof line->text) line->text[line->length++] = character;
}

void add_text(struct line *line, const char *text) {
    while (*text != '\0') add_character(line, *text++);
}

void add_decimal(struct line *line, uint32_t number) {
    if (number >= 10) add_decimal(line, number / 10);
    add_character(line, (char)('0' + number % 10));
}

void add_hexadecimal(struct line *line, uint64_t number) {
    for (int shift = 60; shift >= 0; shift -= 4) add_character(line, "0123456789abcdef"[number >> shift & 15]);
}

void put_line(struct line *line) {
    add_character(line, '\n');
    write_file(CONSOLE, line->text, line->length);
    line->length = 0;
}

uint32_t decimal(const char *text) {
    uint32_t number = 0;
    for (; *text >= '0' && *text <= '9'; text++) number = number * 10 + (uint32_t)(*text - '0');
    return number;
}

/** Lines of the console, one write each, and numbers in them. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/** The standard output. */
enum { CONSOLE = 1 };

/** A line as it is put together; what does not fit is left out. */
struct line {
    size_t length;
    char text[256];
};

void add_text(struct line *line, const char *text);
void add_decimal(struct line *line, uint32_t number);
/** Sixteen digits. */
void add_hexadecimal(struct line *line, uint64_t number);
/** Writes the line and its end. */
void put_line(struct line *line);

/** The number that a text begins with; 0 without digits. */
uint32_t decimal(const char *text);

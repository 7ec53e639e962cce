/**
 * `NAME PASSES PERCENT`: does the work so many times, each between two lines by which the host takes the time:
 *
 *     @begin NAME PASS
 *     @end NAME PASS CHECKSUM
 */
#include "program.h"
#include "start.h"
#include "system.h"
#include "text.h"

const char *own_path;
static const char *name;

void fail(const char *why) {
    struct line line = {0};
    add_text(&line, "@failed ");
    add_text(&line, name);
    add_text(&line, " ");
    add_text(&line, why);
    put_line(&line);
    leave(1);
}

__attribute__((weak)) void child_work(void) { fail("expected PASSES and PERCENT"); }

static void mark(struct line *line, const char *what, uint32_t pass) {
    add_text(line, what);
    add_text(line, name);
    add_text(line, " ");
    add_decimal(line, pass);
}

int start(int count, char *arguments[]) {
    own_path = arguments[0];
    name = own_path;
    for (const char *at = own_path; *at != '\0'; at++) {
        if (*at == '/') name = at + 1;
    }
    if (count != 3) {
        child_work();
        return 0;
    }
    uint32_t passes = decimal(arguments[1]);
    uint32_t percent = decimal(arguments[2]);
    struct line line = {0};
    for (uint32_t pass = 1; pass <= passes; pass++) {
        mark(&line, "@begin ", pass);
        put_line(&line);
        uint64_t checksum = work(percent);
        mark(&line, "@end ", pass);
        add_text(&line, " ");
        add_hexadecimal(&line, checksum);
        put_line(&line);
    }
    return 0;
}

void write_words(uint8_t *text, size_t size, struct random *random) {
    enum { WORDS = 256, LONGEST = 10 };
    static char words[WORDS][LONGEST];
    static uint8_t lengths[WORDS];
    for (size_t i = 0; i < WORDS; i++) {
        lengths[i] = 2 + next_random(random) % (LONGEST - 2);
        for (size_t j = 0; j < lengths[i]; j++) words[i][j] = (char)('a' + next_random(random) % 26);
    }
    for (size_t at = 0; at < size;) {
        // The product prefers the first words, as languages do.
        uint32_t number = next_random(random);
        size_t word = (number >> 8 & 255) * (number >> 16 & 255) >> 8;
        for (size_t i = 0; i < lengths[word] && at < size; i++) text[at++] = (uint8_t)words[word][i];
        if (at < size) text[at++] = ' ';
    }
}

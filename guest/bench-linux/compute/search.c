/** Words found in text of 128 KiB, in three ways that must agree: byte by byte, Knuth-Morris-Pratt, Horspool. */
#include "program.h"

enum { SIZE = 128 * 1024, LONGEST = 16 };
static uint8_t text[SIZE];

static uint32_t byte_by_byte(const uint8_t *word, size_t length) {
    uint32_t found = 0;
    for (size_t at = 0; at + length <= SIZE; at++) {
        size_t same = 0;
        while (same < length && text[at + same] == word[same]) same++;
        found += same == length;
    }
    return found;
}

static uint32_t knuth_morris_pratt(const uint8_t *word, size_t length) {
    uint8_t borders[LONGEST + 1] = {0};
    for (size_t i = 1, border = 0; i < length; i++) {
        while (border > 0 && word[i] != word[border]) border = borders[border];
        border += word[i] == word[border];
        borders[i + 1] = (uint8_t)border;
    }
    uint32_t found = 0;
    for (size_t at = 0, same = 0; at < SIZE; at++) {
        while (same > 0 && (same == length || text[at] != word[same])) same = borders[same];
        same += text[at] == word[same];
        found += same == length;
    }
    return found;
}

static uint32_t horspool(const uint8_t *word, size_t length) {
    uint8_t shift[256];
    __builtin_memset(shift, (int)length, sizeof shift);
    for (size_t i = 0; i + 1 < length; i++) shift[word[i]] = (uint8_t)(length - 1 - i);
    uint32_t found = 0;
    for (size_t at = 0; at + length <= SIZE; at += shift[text[at + length - 1]])
        found += __builtin_memcmp(text + at, word, length) == 0;
    return found;
}

uint64_t work(uint32_t percent) {
    struct random random = {0xc0ffee};
    write_words(text, SIZE, &random);
    uint64_t checksum = 0;
    for (uint32_t i = scaled(60, percent); i > 0; i--) {
        size_t length = 3 + next_random(&random) % (LONGEST - 3);
        const uint8_t *word = text + next_random(&random) % (SIZE - LONGEST);
        uint32_t found = byte_by_byte(word, length);
        if (knuth_morris_pratt(word, length) != found || horspool(word, length) != found) fail("the ways differ");
        checksum = mixed(checksum, found);
    }
    return checksum;
}

/** LZ4 blocks, both ways (the LZ4 block format's description): text of 256 KiB compressed, decompressed and compared. */
#include "program.h"

enum {
    SIZE = 256 * 1024,
    /** The shortest match. */
    MIN_MATCH = 4,
    /** A block ends with so many literals, and its last match begins so many bytes before the end. */
    LAST_LITERALS = 5,
    LAST_MATCH = 12,
    FARTHEST = 65535,
    HASH_BITS = 12,
};

static uint8_t text[SIZE], back[SIZE];
/** At worst a length byte for each 255 literals. */
static uint8_t block[SIZE + SIZE / 255 + 16];
/** Where four bytes with this hash were last seen, and 1 more; 0: nowhere. */
static uint32_t seen[1 << HASH_BITS];

static uint32_t word_at(const uint8_t *at) {
    uint32_t word;
    __builtin_memcpy(&word, at, sizeof word);
    return word;
}

static uint8_t *put_length(uint8_t *out, size_t length) {
    for (; length >= 255; length -= 255) *out++ = 255;
    *out++ = (uint8_t)length;
    return out;
}

/** Literals and, with a length, a match. */
static uint8_t *put_sequence(uint8_t *out, const uint8_t *literals, size_t count, size_t offset, size_t length) {
    uint8_t *token = out++;
    *token = (uint8_t)((count < 15 ? count : 15) << 4);
    if (count >= 15) out = put_length(out, count - 15);
    __builtin_memcpy(out, literals, count);
    out += count;
    if (length == 0) return out;
    *out++ = (uint8_t)offset;
    *out++ = (uint8_t)(offset >> 8);
    size_t more = length - MIN_MATCH;
    *token |= more < 15 ? more : 15;
    return more >= 15 ? put_length(out, more - 15) : out;
}

static size_t compress(void) {
    __builtin_memset(seen, 0, sizeof seen);
    uint8_t *out = block;
    size_t begun = 0;
    for (size_t at = 0; at < SIZE - LAST_MATCH;) {
        uint32_t *slot = &seen[word_at(text + at) * 2654435761u >> (32 - HASH_BITS)];
        size_t before = *slot;
        *slot = (uint32_t)at + 1;
        if (before == 0 || at - (before - 1) > FARTHEST || word_at(text + before - 1) != word_at(text + at)) {
            at++;
            continue;
        }
        size_t offset = at - (before - 1);
        size_t length = MIN_MATCH;
        while (at + length < SIZE - LAST_LITERALS && text[at + length] == text[at + length - offset]) length++;
        out = put_sequence(out, text + begun, at - begun, offset, length);
        at += length;
        begun = at;
    }
    out = put_sequence(out, text + begun, SIZE - begun, 0, 0);
    return (size_t)(out - block);
}

static size_t take_length(const uint8_t **in, size_t length) {
    if (length < 15) return length;
    uint8_t more;
    do {
        more = *(*in)++;
        length += more;
    } while (more == 255);
    return length;
}

static size_t decompress(size_t size) {
    const uint8_t *in = block, *end = block + size;
    uint8_t *out = back;
    for (;;) {
        uint8_t token = *in++;
        size_t literals = take_length(&in, token >> 4);
        __builtin_memcpy(out, in, literals);
        in += literals;
        out += literals;
        if (in >= end) return (size_t)(out - back);
        size_t offset = (size_t)in[0] | (size_t)in[1] << 8;
        in += 2;
        size_t length = take_length(&in, token & 15) + MIN_MATCH;
        // A match may overlap what it makes.
        for (; length > 0; length--, out++) *out = *(out - offset);
    }
}

uint64_t work(uint32_t percent) {
    struct random random = {0x1234567};
    uint64_t checksum = 0;
    for (uint32_t i = scaled(16, percent); i > 0; i--) {
        write_words(text, SIZE, &random);
        size_t size = compress();
        if (decompress(size) != SIZE || __builtin_memcmp(text, back, SIZE) != 0) fail("other text came back");
        checksum = mixed(checksum, size);
        for (size_t at = 0; at < size; at += 64) checksum = mixed(checksum, block[at]);
    }
    return checksum;
}

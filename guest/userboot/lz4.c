#include "lz4.h"

#include <stdbool.h>
#include <string.h>

#include "bytes.h"
#include "checksum.h"

#define FRAME_MAGIC 0x184d2204u

enum {
    FLAG_VERSION_MASK = 0xc0,
    FLAG_VERSION = 0x40,
    FLAG_INDEPENDENT = 0x20,
    FLAG_BLOCK_CHECKSUM = 0x10,
    FLAG_CONTENT_SIZE = 0x08,
    FLAG_CONTENT_CHECKSUM = 0x04,
    FLAG_RESERVED = 0x02,
    FLAG_DICTIONARY = 0x01,
};

#define BLOCK_STORED 0x80000000u

struct descriptor {
    uint8_t flags;
    size_t block_size; // The largest, decoded.
    size_t size;       // Of the whole header, magic included.
};

static struct problem read_descriptor(const uint8_t* frame, size_t frame_size, size_t content_size,
                                      struct descriptor* descriptor) {
    if (frame_size < 7) {
        return PROBLEM("LZ4 frame ends in its header", frame_size);
    }
    if (load_u32(frame) != FRAME_MAGIC) {
        return PROBLEM("not an LZ4 frame (magic 0x184d2204)", 0);
    }
    const uint8_t flags = frame[4];
    const unsigned block_code = frame[5] >> 4 & 7;
    if ((flags & FLAG_VERSION_MASK) != FLAG_VERSION || (flags & FLAG_RESERVED) || (frame[5] & 0x8f) != 0 ||
        block_code < 4) {
        return PROBLEM("LZ4 frame of an unknown kind", 4);
    }
    if (flags & FLAG_DICTIONARY) {
        return PROBLEM("LZ4 frame needs a dictionary", 4);
    }
    const size_t size = 7 + (flags & FLAG_CONTENT_SIZE ? 8 : 0);
    if (frame_size < size) {
        return PROBLEM("LZ4 frame ends in its header", frame_size);
    }
    if ((uint8_t)(xxh32(frame + 4, size - 5) >> 8) != frame[size - 1]) {
        return PROBLEM("LZ4 header checksum is wrong", size - 1);
    }
    if ((flags & FLAG_CONTENT_SIZE) && load_u64(frame + 6) != content_size) {
        return PROBLEM("LZ4 content size is not the item's", 6);
    }
    *descriptor = (struct descriptor){flags, (size_t)1 << (8 + 2 * block_code), size};
    return NO_PROBLEM;
}

// A length that begins in a token's four bits and goes on while bytes are 255. False: the block ends in it.
static bool read_length(const uint8_t** at, const uint8_t* end, size_t* length) {
    uint8_t byte;
    do {
        if (*at == end) {
            return false;
        }
        byte = *(*at)++;
        *length += byte;
    } while (byte == 255);
    return true;
}

// Copies a match that may overlap what it makes. `slack` bytes behind the target may be overwritten.
static void copy_match(uint8_t* to, size_t distance, size_t length, size_t slack) {
    const uint8_t* from = to - distance;
    if (distance >= 8 && slack >= 8) {
        uint8_t* const end = to + length;
        do {
            store_u64(to, load_u64(from));
            to += 8;
            from += 8;
        } while (to < end);
        return;
    }
    while (length-- > 0) {
        *to++ = *from++;
    }
}

static void copy_literals(uint8_t* to, const uint8_t* from, size_t length, size_t slack) {
    if (slack < 8) {
        memcpy(to, from, length);
        return;
    }
    uint8_t* const end = to + length;
    while (to < end) {
        store_u64(to, load_u64(from));
        to += 8;
        from += 8;
    }
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

// How far a block is decoded.
struct position {
    const uint8_t* at;
    uint8_t* out;
};

// What a short sequence may read from the block, and write with all that is written too much.
enum { SHORT_INPUT = 1 + 16, SHORT_OUTPUT = 14 + 24 };

// Most sequences are short: lengths that fit in the token, in the middle of the block, a match that does not overlap
// its first words. These take no more than this; the first that is otherwise is left to the caller.
static struct position decode_short_sequences(struct position position, const uint8_t* end, const uint8_t* window,
                                              const uint8_t* limit) {
    const uint8_t* at = position.at;
    uint8_t* out = position.out;
    while (end - at > SHORT_INPUT && limit - out >= SHORT_OUTPUT) {
        const size_t literals = *at >> 4;
        const size_t length = *at & 15;
        if (literals == 15 || length == 15) {
            break;
        }
        const size_t distance = load_u16(at + 1 + literals);
        if (distance < 8 || distance > (size_t)(out + literals - window)) {
            break;
        }
        store_u64(out, load_u64(at + 1));
        store_u64(out + 8, load_u64(at + 9));
        out += literals;
        const uint8_t* from = out - distance;
        store_u64(out, load_u64(from));
        store_u64(out + 8, load_u64(from + 8));
        store_u64(out + 16, load_u64(from + 16));
        out += length + 4;
        at += literals + 3;
    }
    return (struct position){at, out};
}

// Decodes one block to `*to` and moves that behind it. Matches reach back to `window` at most.
static struct problem decode_block(const uint8_t* block, size_t block_size, const uint8_t* window, uint8_t** to,
                                   uint8_t* limit) {
    const uint8_t* at = block;
    const uint8_t* const end = block + block_size;
    uint8_t* out = *to;
    while (at < end) {
        const struct position after = decode_short_sequences((struct position){at, out}, end, window, limit);
        at = after.at;
        out = after.out;
        const uint8_t token = *at++;
        size_t literals = token >> 4;
        if (literals == 15 && !read_length(&at, end, &literals)) {
            return PROBLEM("LZ4 block ends in a length", (uint64_t)(at - block));
        }
        if (literals > (size_t)(end - at)) {
            return PROBLEM("LZ4 literals beyond the block's end", (uint64_t)(at - block));
        }
        if (literals > (size_t)(limit - out)) {
            return PROBLEM("LZ4 block decodes to more than it may", (uint64_t)(at - block));
        }
        copy_literals(out, at, literals,
                      smaller((size_t)(limit - out) - literals, (size_t)(end - at) - literals));
        out += literals;
        at += literals;
        if (at == end) {
            *to = out;
            return NO_PROBLEM; // The last sequence has no match.
        }
        if (end - at < 2) {
            return PROBLEM("LZ4 block ends in an offset", (uint64_t)(at - block));
        }
        const size_t distance = load_u16(at);
        at += 2;
        size_t length = token & 15;
        if (length == 15 && !read_length(&at, end, &length)) {
            return PROBLEM("LZ4 block ends in a length", (uint64_t)(at - block));
        }
        length += 4;
        if (distance == 0 || distance > (size_t)(out - window)) {
            return PROBLEM("LZ4 offset before the data", (uint64_t)(at - block));
        }
        if (length > (size_t)(limit - out)) {
            return PROBLEM("LZ4 block decodes to more than it may", (uint64_t)(at - block));
        }
        copy_match(out, distance, length, (size_t)(limit - out) - length);
        out += length;
    }
    return PROBLEM("LZ4 block ends without its last literals", block_size);
}

// A block's bytes are at `at`; a problem's offset becomes the frame's.
static struct problem take_block(const struct descriptor* descriptor, const uint8_t* frame, size_t at,
                                 uint32_t word, const uint8_t* start, uint8_t** out, const uint8_t* end) {
    const size_t block_size = word & ~BLOCK_STORED;
    const size_t room = smaller((size_t)(end - *out), descriptor->block_size);
    if ((descriptor->flags & FLAG_BLOCK_CHECKSUM) &&
        xxh32(frame + at, block_size) != load_u32(frame + at + block_size)) {
        return PROBLEM("LZ4 block checksum is wrong", at + block_size);
    }
    if (word & BLOCK_STORED) {
        if (block_size > room) {
            return PROBLEM("LZ4 block decodes to more than it may", at);
        }
        memcpy(*out, frame + at, block_size);
        *out += block_size;
        return NO_PROBLEM;
    }
    const uint8_t* const window = descriptor->flags & FLAG_INDEPENDENT ? *out : start;
    struct problem problem = decode_block(frame + at, block_size, window, out, *out + room);
    problem.offset += at;
    return problem;
}

struct problem lz4_decode(const uint8_t* frame, size_t frame_size, uint8_t* to, size_t size) {
    struct descriptor descriptor;
    struct problem problem = read_descriptor(frame, frame_size, size, &descriptor);
    if (problem.text != NULL) {
        return problem;
    }
    const size_t trailer = descriptor.flags & FLAG_BLOCK_CHECKSUM ? 4 : 0;
    uint8_t* out = to;
    size_t at = descriptor.size;
    for (;;) {
        if (frame_size - at < 4) {
            return PROBLEM("LZ4 frame ends without its end mark", frame_size);
        }
        const uint32_t word = load_u32(frame + at);
        at += 4;
        if (word == 0) {
            break;
        }
        const size_t block_size = word & ~BLOCK_STORED;
        if (block_size > frame_size - at || frame_size - at - block_size < trailer) {
            return PROBLEM("LZ4 block beyond the frame's end", at - 4);
        }
        problem = take_block(&descriptor, frame, at, word, to, &out, to + size);
        if (problem.text != NULL) {
            return problem;
        }
        at += block_size + trailer;
    }
    if (out != to + size) {
        return PROBLEM("LZ4 frame decodes to less than the item's size", at);
    }
    if (descriptor.flags & FLAG_CONTENT_CHECKSUM) {
        if (frame_size - at < 4) {
            return PROBLEM("LZ4 frame ends without its content checksum", frame_size);
        }
        if (xxh32(to, size) != load_u32(frame + at)) {
            return PROBLEM("LZ4 content checksum is wrong", at);
        }
    }
    return NO_PROBLEM;
}

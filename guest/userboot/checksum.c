#include "checksum.h"

#include "bytes.h"

// Sixteen remainders make a table that fits in read-only data; four bits a step.
static uint32_t crc_step(uint32_t crc, uint8_t byte) {
    static const uint32_t remainders[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
        0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    crc ^= byte;
    crc = crc >> 4 ^ remainders[crc & 15];
    return crc >> 4 ^ remainders[crc & 15];
}

static uint32_t crc_word(uint32_t crc, uint64_t word) {
#ifdef __aarch64__
    __asm__(".arch_extension crc\n\tcrc32x %w0, %w0, %1" : "+r"(crc) : "r"(word));
#else
    for (int shift = 0; shift < 64; shift += 8) {
        crc = crc_step(crc, (uint8_t)(word >> shift));
    }
#endif
    return crc;
}

uint32_t crc32(uint32_t before, const void* data, size_t size, bool by_instruction) {
    const uint8_t* bytes = data;
    uint32_t crc = ~before;
    if (by_instruction) {
        for (; size >= 8; size -= 8, bytes += 8) {
            crc = crc_word(crc, load_u64(bytes));
        }
    }
    for (; size > 0; --size) {
        crc = crc_step(crc, *bytes++);
    }
    return ~crc;
}

static const uint32_t prime1 = 0x9e3779b1, prime2 = 0x85ebca77, prime3 = 0xc2b2ae3d, prime4 = 0x27d4eb2f,
                      prime5 = 0x165667b1;

static uint32_t rotate(uint32_t value, int bits) {
    return value << bits | value >> (32 - bits);
}

static uint32_t lane(uint32_t accumulator, const uint8_t* data) {
    return rotate(accumulator + load_u32(data) * prime2, 13) * prime1;
}

uint32_t xxh32(const uint8_t* data, size_t size) {
    uint32_t hash = prime5;
    size_t rest = size;
    if (rest >= 16) {
        uint32_t a = prime1 + prime2, b = prime2, c = 0, d = 0u - prime1;
        for (; rest >= 16; rest -= 16, data += 16) {
            a = lane(a, data);
            b = lane(b, data + 4);
            c = lane(c, data + 8);
            d = lane(d, data + 12);
        }
        hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
    }
    hash += (uint32_t)size;
    for (; rest >= 4; rest -= 4, data += 4) {
        hash = rotate(hash + load_u32(data) * prime3, 17) * prime4;
    }
    for (; rest > 0; --rest) {
        hash = rotate(hash + *data++ * prime5, 11) * prime1;
    }
    hash = (hash ^ hash >> 15) * prime2;
    hash = (hash ^ hash >> 13) * prime3;
    return hash ^ hash >> 16;
}

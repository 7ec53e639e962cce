/** Cyclic redundancy checks: CRC-16/ARC bit by bit, CRC-32 by a table of bytes. */
#include "program.h"

enum { SIZE = 64 * 1024 };
static uint8_t data[SIZE];
static uint32_t table[256];

static void make_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t rest = byte;
        for (int bit = 0; bit < 8; bit++) rest = (rest & 1) != 0 ? rest >> 1 ^ 0xedb88320 : rest >> 1;
        table[byte] = rest;
    }
}

static uint32_t crc32(const uint8_t *bytes, size_t size) {
    uint32_t crc = ~0u;
    for (size_t i = 0; i < size; i++) crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xff];
    return ~crc;
}

static uint16_t crc16(const uint8_t *bytes, size_t size) {
    uint16_t crc = 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = bytes[i];
        for (int bit = 0; bit < 8; bit++, byte >>= 1) {
            int carry = (byte ^ crc) & 1;
            crc >>= 1;
            if (carry != 0) crc ^= 0xa001;
        }
    }
    return crc;
}

uint64_t work(uint32_t percent) {
    make_table();
    struct random random = {0xbadcab};
    for (size_t i = 0; i < SIZE; i++) data[i] = (uint8_t)next_random(&random);
    if (crc32((const uint8_t *)"123456789", 9) != 0xcbf43926) fail("CRC-32 has another check value");
    if (crc16((const uint8_t *)"123456789", 9) != 0xbb3d) fail("CRC-16 has another check value");
    uint64_t checksum = 0;
    for (uint32_t i = scaled(240, percent); i > 0; i--) {
        data[i] ^= 0xff;
        checksum = mixed(checksum, crc32(data, SIZE));
        if (i % 4 == 0) checksum = mixed(checksum, crc16(data, SIZE));
    }
    return checksum;
}

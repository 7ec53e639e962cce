// The two checksums of a boot image: CRC-32 of ZBI items, xxHash-32 of LZ4 frames.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// CRC-32 as in IEEE 802.3 (reflected, 0xedb88320), going on from `before`, the CRC-32 of what stands before the data,
// or 0. `by_instruction`: the CPU has CRC32X.
uint32_t crc32(uint32_t before, const void* data, size_t size, bool by_instruction);

// xxHash, 32 bits, seed 0 (xxHash specification, "XXH32").
uint32_t xxh32(const uint8_t* data, size_t size);

// The boot image: a container of items (<zircon/boot/image.h>).
#pragma once

#include <stdbool.h>

#include "problem.h"

// An item: its header's words and where its payload is.
struct zbi_item {
    const uint8_t* payload;
    uint32_t length;
    uint32_t extra;
    uint32_t flags;
    // Of the item's header in the image.
    uint32_t offset;
};

// Finds the first item of a type. `crc_by_instruction`: see checksum.h; the CRC of the item found is checked.
struct problem zbi_find(const uint8_t* image, uint64_t size, uint32_t type, bool crc_by_instruction,
                        struct zbi_item* item);

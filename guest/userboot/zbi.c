#include "zbi.h"

#include <zircon/boot/image.h>

#include "checksum.h"

static struct problem check_header(const zbi_header_t* header, uint64_t offset) {
    if (header->magic != ZBI_ITEM_MAGIC) {
        return PROBLEM("ZBI item has a wrong magic (not 0xb5781729)", offset);
    }
    if (!(header->flags & ZBI_FLAG_VERSION)) {
        return PROBLEM("ZBI item without the version flag", offset);
    }
    if (!(header->flags & ZBI_FLAG_CRC32) && header->crc32 != ZBI_ITEM_NO_CRC32) {
        return PROBLEM("ZBI item without CRC has not 0x4a87e8d6 in its place", offset);
    }
    return NO_PROBLEM;
}

static struct problem check_container(const uint8_t* image, uint64_t size, const zbi_header_t** container) {
    if (size < sizeof(zbi_header_t)) {
        return PROBLEM("boot image too small for a ZBI", size);
    }
    const zbi_header_t* header = (const void*)image;
    if (header->type != ZBI_TYPE_CONTAINER || header->extra != ZBI_CONTAINER_MAGIC) {
        return PROBLEM("boot image is not a ZBI container", 0);
    }
    const struct problem problem = check_header(header, 0);
    if (problem.text != NULL) {
        return problem;
    }
    if (header->length > size - sizeof(*header)) {
        return PROBLEM("ZBI container longer than the boot image", offsetof(zbi_header_t, length));
    }
    *container = header;
    return NO_PROBLEM;
}

// The CRC covers the header, with 0 in the CRC's place, and the payload behind it without its padding.
static uint32_t item_crc(const zbi_header_t* item, bool by_instruction) {
    zbi_header_t header = *item;
    header.crc32 = 0;
    return crc32(crc32(0, &header, sizeof(header), by_instruction), item + 1, item->length, by_instruction);
}

struct problem zbi_find(const uint8_t* image, uint64_t size, uint32_t type, bool crc_by_instruction,
                        struct zbi_item* item) {
    const zbi_header_t* container = NULL;
    struct problem problem = check_container(image, size, &container);
    if (problem.text != NULL) {
        return problem;
    }
    const uint64_t end = sizeof(*container) + (uint64_t)container->length;
    uint64_t at = sizeof(*container);
    while (at + sizeof(zbi_header_t) <= end) {
        const zbi_header_t* header = (const void*)(image + at);
        problem = check_header(header, at);
        if (problem.text != NULL) {
            return problem;
        }
        const uint64_t payload = at + sizeof(*header);
        if (header->length > end - payload) {
            return PROBLEM("ZBI item beyond the container's end", at);
        }
        if (header->type == type) {
            if ((header->flags & ZBI_FLAG_CRC32) && item_crc(header, crc_by_instruction) != header->crc32) {
                return PROBLEM("ZBI item's CRC32 is wrong", at);
            }
            *item = (struct zbi_item){image + payload, header->length, header->extra, header->flags, (uint32_t)at};
            return NO_PROBLEM;
        }
        at = payload + (((uint64_t)header->length + ZBI_ALIGNMENT - 1) & -(uint64_t)ZBI_ALIGNMENT);
    }
    return PROBLEM("ZBI holds no item of the type wanted", at);
}

#include "bootfs.h"

#include <string.h>
#include <zircon/boot/image.h>

// Size of an entry whose name has `name_len` bytes, in 64 bits so that nothing overflows.
static uint64_t entry_size(uint32_t name_len) {
    return (sizeof(zbi_bootfs_dirent_t) + (uint64_t)name_len + 3) & -(uint64_t)4;
}

static struct problem check_entry(const struct bootfs* fs, uint64_t at) {
    const zbi_bootfs_dirent_t* entry = (const void*)(fs->image + at);
    if (fs->directory_end - at < sizeof(*entry)) {
        return PROBLEM("BOOTFS directory ends in an entry", at);
    }
    if (entry->name_len == 0 || entry->name_len > ZBI_BOOTFS_MAX_NAME_LEN) {
        return PROBLEM("BOOTFS name of a size other than 1 to 256", at);
    }
    if (entry_size(entry->name_len) > fs->directory_end - at) {
        return PROBLEM("BOOTFS name beyond the directory's end", at);
    }
    if (entry->name[entry->name_len - 1] != '\0') {
        return PROBLEM("BOOTFS name without NUL", at);
    }
    if (entry->data_off % ZBI_BOOTFS_PAGE_SIZE != 0) {
        return PROBLEM("BOOTFS file that is not on a page", at);
    }
    if (entry->data_off > fs->size || entry->data_len > fs->size - entry->data_off) {
        return PROBLEM("BOOTFS file beyond the image's end", at);
    }
    return NO_PROBLEM;
}

struct problem bootfs_open(const uint8_t* image, uint64_t size, struct bootfs* fs) {
    const zbi_bootfs_header_t* header = (const void*)image;
    if (size < sizeof(*header)) {
        return PROBLEM("BOOTFS image too small for its header", size);
    }
    if (header->magic != ZBI_BOOTFS_MAGIC) {
        return PROBLEM("BOOTFS has a wrong magic (not 0xa56d3ff9)", 0);
    }
    if (header->dirsize > size - sizeof(*header)) {
        return PROBLEM("BOOTFS directory beyond the image's end", offsetof(zbi_bootfs_header_t, dirsize));
    }
    *fs = (struct bootfs){image, size, (uint32_t)sizeof(*header) + header->dirsize, 0};
    for (uint64_t at = sizeof(*header); at < fs->directory_end;) {
        const struct problem problem = check_entry(fs, at);
        if (problem.text != NULL) {
            return problem;
        }
        at += entry_size(((const zbi_bootfs_dirent_t*)(image + at))->name_len);
        ++fs->files;
    }
    return NO_PROBLEM;
}

const char* bootfs_next_name(const struct bootfs* fs, uint64_t* at) {
    const uint64_t here = *at == 0 ? sizeof(zbi_bootfs_header_t) : *at;
    if (here >= fs->directory_end) {
        return NULL;
    }
    const zbi_bootfs_dirent_t* entry = (const void*)(fs->image + here);
    *at = here + entry_size(entry->name_len);
    return entry->name;
}

struct problem bootfs_find(const struct bootfs* fs, const char* path, size_t path_length,
                           struct bootfs_file* file) {
    for (uint64_t at = sizeof(zbi_bootfs_header_t); at < fs->directory_end;) {
        const zbi_bootfs_dirent_t* entry = (const void*)(fs->image + at);
        if (entry->name_len == path_length + 1 && memcmp(entry->name, path, path_length) == 0) {
            *file = (struct bootfs_file){entry->data_off, entry->data_len};
            return NO_PROBLEM;
        }
        at += entry_size(entry->name_len);
    }
    return PROBLEM("no such file in BOOTFS", 0);
}

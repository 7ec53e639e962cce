// The file system of the boot image: a directory and page-aligned files (<zircon/boot/image.h>).
#pragma once

#include "problem.h"

struct bootfs {
    const uint8_t* image;
    uint64_t size;
    // End of the directory's entries.
    uint32_t directory_end;
    uint32_t files;
};

struct bootfs_file {
    uint32_t offset;
    uint32_t size;
};

// Checks the header and every entry of the directory.
struct problem bootfs_open(const uint8_t* image, uint64_t size, struct bootfs* fs);

// The name in the entry at `*at`, which moves on to the next one; null behind the last. 0 is the first.
const char* bootfs_next_name(const struct bootfs* fs, uint64_t* at);

// Finds a file by its path without a leading '/'. Null text: found.
struct problem bootfs_find(const struct bootfs* fs, const char* path, size_t path_length, struct bootfs_file* file);

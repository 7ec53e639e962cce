// The way from the boot image to BOOTFS, decompressed, checked and executable.
#pragma once

#include <zircon/types.h>

#include "bootfs.h"

struct boot_files {
    // The decompressed image; its handle may make executable mappings.
    zx_handle_t vmo;
    struct bootfs fs;
    zx_handle_t log;
};

// Finds BOOTFS in the ZBI that `image` holds, and decompresses it. `vmar` is userboot's own address space.
void boot_files_open(zx_handle_t log, zx_handle_t vmar, zx_handle_t image, struct boot_files* files);

// A VMO with the file's content, read-only and executable, or the status ZX_ERR_NOT_FOUND.
zx_status_t boot_files_get(const struct boot_files* files, const char* path, size_t path_length, zx_handle_t* vmo,
                           uint32_t* size);

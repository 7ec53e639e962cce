// The files that are served: those of the BOOTFS image, and those that the kernel hands over. All read-only.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <zircon/types.h>

struct file {
    const char* name; // path without a leading slash
    zx_handle_t vmo;  // of the whole image, or of a kernel's file
    uint64_t offset;  // in the VMO
    uint64_t size;
};

// Takes the directory out of the BOOTFS image; ends the program if the image is not sound.
void files_read_bootfs(zx_handle_t vmo);

// Adds a file of the kernel's as kernel/<name of the VMO>.
void files_add_kernel_file(zx_handle_t vmo);

size_t files_count(void);
const struct file* files_at(size_t index);

// The file of this path, or null.
const struct file* files_find(const char* path, size_t size);

// A VMO with the file's contents: readable, mappable, executable, not writable.
zx_status_t file_open(const struct file* file, zx_handle_t* vmo);

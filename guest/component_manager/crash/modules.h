// The files that a process has loaded, and what their symbols say of its addresses.
#pragma once

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zircon/types.h>

#include "../files.h"

#define MODULE_NAME_MAX 64
#define BUILD_ID_MAX 20

struct loaded {
    char name[MODULE_NAME_MAX];
    uint64_t base; // what is added to the file's addresses
    uint64_t low, high;
    unsigned char build_id[BUILD_ID_MAX];
    size_t build_id_size;
    const struct file* file; // in the boot image; null if it is not from there
};

struct modules {
    struct loaded* list;
    size_t count;
};

// What the dynamic linker shows to debuggers: ZX_PROP_PROCESS_DEBUG_ADDR, struct r_debug and struct link_map. A process
// without it has none.
void modules_read(zx_handle_t process, struct modules* out);
void modules_free(struct modules* modules);
void modules_print(const struct modules* modules);

// The module that an address is in, or null.
const struct loaded* modules_find_address(const struct modules* modules, uint64_t address);

// Reads memory of the process; false if not all of it is there.
bool process_read(zx_handle_t process, uint64_t address, void* out, size_t size);

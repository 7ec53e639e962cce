// Maps an ELF file into a process.
#pragma once

#include <zircon/types.h>

#include "elf.h"

// An ELF file to load: its VMO, its exact size and its name for messages.
struct elf_file {
    zx_handle_t vmo;
    uint64_t size;
    const char* name;
};

struct loaded_elf {
    zx_vaddr_t base;
    zx_vaddr_t entry;
};

// Reads and checks the headers. Fails with a line if they are not those of a program that can be loaded.
void elf_read_plan(zx_handle_t log, const struct elf_file* file, struct elf_plan* plan);

// Maps the segments at a place of the kernel's choice, in a VMAR of their own. `*segments_vmar` receives that VMAR
// if it is not null, else its handle is closed.
struct loaded_elf elf_load(zx_handle_t log, zx_handle_t vmar, const struct elf_file* file,
                           const struct elf_plan* plan, zx_handle_t* segments_vmar);

// ELF files into address spaces: the process's own or another's. docs/program_loading.md.
#pragma once

#include <elf.h>
#include <stddef.h>
#include <zircon/types.h>

#define ELF_SEGMENTS_MAX 32

struct elf_file {
    Elf64_Ehdr header;
    Elf64_Phdr segments[ELF_SEGMENTS_MAX];
    // Page-aligned bounds of all PT_LOAD segments.
    uint64_t low, high;
};

// Reads and checks a file's headers. On failure *what says in one line what was expected.
zx_status_t elf_read(zx_handle_t vmo, struct elf_file* out, const char** what);

// Maps all segments in a new VMAR within `parent`; what to add to the file's addresses goes to *base.
zx_status_t elf_map(const struct elf_file* file, zx_handle_t vmo, zx_handle_t parent, const char* name, zx_handle_t* vmar,
                    uintptr_t* base, const char** what);

// The segment of this type, or null.
const Elf64_Phdr* elf_segment(const struct elf_file* file, uint32_t type);

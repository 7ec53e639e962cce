// ELF, as far as loading a position-independent AArch64 program needs it (System V ABI, chapters 4 and 5).
#pragma once

#include <stdbool.h>

#include "problem.h"

enum { ELF_MAX_SEGMENTS = 32 };

struct elf_header {
    uint8_t ident[16];
    uint16_t type;
    uint16_t machine;
    uint32_t version;
    uint64_t entry;
    uint64_t phoff;
    uint64_t shoff;
    uint32_t flags;
    uint16_t ehsize;
    uint16_t phentsize;
    uint16_t phnum;
    uint16_t shentsize;
    uint16_t shnum;
    uint16_t shstrndx;
};

struct elf_segment {
    uint32_t type;
    uint32_t flags;
    uint64_t offset;
    uint64_t vaddr;
    uint64_t paddr;
    uint64_t filesz;
    uint64_t memsz;
    uint64_t align;
};

enum { PF_X = 1, PF_W = 2, PF_R = 4 };

// How a file is to be mapped: the PT_LOAD segments, checked, and what other headers ask for.
struct elf_plan {
    struct elf_segment loads[ELF_MAX_SEGMENTS];
    unsigned load_count;
    // First page, and bytes to the end of the last page.
    uint64_t low;
    uint64_t span;
    uint64_t entry;
    // PT_INTERP: where its text is; size 0: none.
    uint64_t interp_offset;
    uint64_t interp_size;
    // PT_GNU_STACK's size, 0 if it asks for none.
    uint64_t stack_size;
};

// Checks the file header. `file_size` is in bytes.
struct problem elf_check_header(const struct elf_header* header, uint64_t file_size);

// Checks the program headers (header->phnum of them) and makes the plan.
struct problem elf_make_plan(const struct elf_header* header, const struct elf_segment* segments,
                             uint64_t file_size, struct elf_plan* plan);

#include "elf.h"

#include <string.h>
#include <zircon/limits.h>

enum { ET_DYN = 3, EM_AARCH64 = 183, PT_LOAD = 1, PT_INTERP = 3, PT_GNU_STACK = 0x6474e551 };

// User addresses end far below this: sums of two such do not overflow.
#define ADDRESS_LIMIT ((uint64_t)1 << 47)

#define PAGE_OFFSET(value) ((value) & (uint64_t)ZX_PAGE_MASK)
#define PAGE_DOWN(value) ((value) & ~(uint64_t)ZX_PAGE_MASK)
#define PAGE_UP(value) PAGE_DOWN((value) + ZX_PAGE_MASK)

struct problem elf_check_header(const struct elf_header* header, uint64_t file_size) {
    if (file_size < sizeof(*header)) {
        return PROBLEM("file too small for an ELF header", file_size);
    }
    if (memcmp(header->ident, "\x7f" "ELF", 4) != 0) {
        return PROBLEM("not an ELF file", 0);
    }
    if (header->ident[4] != 2 || header->ident[5] != 1 || header->ident[6] != 1 || header->version != 1) {
        return PROBLEM("not a 64-bit little-endian ELF file", 4);
    }
    if (header->machine != EM_AARCH64) {
        return PROBLEM("ELF file for another machine than AArch64", offsetof(struct elf_header, machine));
    }
    if (header->type != ET_DYN) {
        return PROBLEM("ELF file is not position-independent (ET_DYN)", offsetof(struct elf_header, type));
    }
    if (header->phentsize != sizeof(struct elf_segment) || header->phnum == 0 ||
        header->phnum > ELF_MAX_SEGMENTS) {
        return PROBLEM("ELF program headers other than 1 to 32 of 56 bytes",
                       offsetof(struct elf_header, phentsize));
    }
    const uint64_t table = header->phnum * sizeof(struct elf_segment);
    if (header->phoff > file_size || table > file_size - header->phoff) {
        return PROBLEM("ELF program headers beyond the file's end", offsetof(struct elf_header, phoff));
    }
    return NO_PROBLEM;
}

// One PT_LOAD segment. `previous_end`: the first page behind the segments before it.
static struct problem check_load(const struct elf_segment* load, uint64_t file_size, uint64_t previous_end,
                                 uint64_t at) {
    if (load->filesz > load->memsz) {
        return PROBLEM("ELF segment larger in the file than in memory", at);
    }
    // Where a segment of zeros would lie in the file does not matter: that may be behind a stripped file's end.
    if (load->filesz > 0 && (load->offset > file_size || load->filesz > file_size - load->offset)) {
        return PROBLEM("ELF segment beyond the file's end", at);
    }
    if (load->vaddr >= ADDRESS_LIMIT || load->memsz >= ADDRESS_LIMIT) {
        return PROBLEM("ELF segment beyond the address space", at);
    }
    if (load->filesz > 0 && PAGE_OFFSET(load->vaddr) != PAGE_OFFSET(load->offset)) {
        return PROBLEM("ELF segment on other places of pages in the file than in memory", at);
    }
    if (PAGE_DOWN(load->vaddr) < previous_end) {
        return PROBLEM("ELF segments that overlap or are not in order", at);
    }
    return NO_PROBLEM;
}

static bool holds_entry(const struct elf_segment* load, uint64_t entry) {
    return (load->flags & PF_X) && entry >= load->vaddr && entry - load->vaddr < load->memsz;
}

static struct problem add_load(struct elf_plan* plan, const struct elf_segment* load, uint64_t file_size,
                               uint64_t at) {
    if (load->memsz == 0 && load->filesz == 0) {
        return NO_PROBLEM;
    }
    const struct problem problem =
        check_load(load, file_size, plan->load_count > 0 ? plan->low + plan->span : 0, at);
    if (problem.text != NULL) {
        return problem;
    }
    if (plan->load_count == 0) {
        plan->low = PAGE_DOWN(load->vaddr);
    }
    plan->loads[plan->load_count++] = *load;
    plan->span = PAGE_UP(load->vaddr + load->memsz) - plan->low;
    return NO_PROBLEM;
}

struct problem elf_make_plan(const struct elf_header* header, const struct elf_segment* segments,
                             uint64_t file_size, struct elf_plan* plan) {
    plan->load_count = 0;
    plan->low = 0;
    plan->span = 0;
    plan->entry = header->entry;
    plan->interp_offset = 0;
    plan->interp_size = 0;
    plan->stack_size = 0;
    bool entry_found = header->entry == 0;
    for (unsigned i = 0; i < header->phnum; ++i) {
        const struct elf_segment* segment = &segments[i];
        const uint64_t at = header->phoff + i * sizeof(*segment);
        if (segment->type == PT_LOAD) {
            const struct problem problem = add_load(plan, segment, file_size, at);
            if (problem.text != NULL) {
                return problem;
            }
            entry_found = entry_found || holds_entry(segment, header->entry);
        } else if (segment->type == PT_INTERP) {
            if (segment->offset > file_size || segment->filesz > file_size - segment->offset ||
                segment->filesz < 2) {
                return PROBLEM("ELF interpreter's name empty or beyond the file's end", at);
            }
            plan->interp_offset = segment->offset;
            plan->interp_size = segment->filesz;
        } else if (segment->type == PT_GNU_STACK) {
            if (segment->memsz >= ADDRESS_LIMIT) {
                return PROBLEM("ELF stack larger than the address space", at);
            }
            plan->stack_size = PAGE_UP(segment->memsz);
        }
    }
    if (plan->load_count == 0) {
        return PROBLEM("ELF file without segments to load", header->phoff);
    }
    if (!entry_found) {
        return PROBLEM("ELF entry point outside the code", offsetof(struct elf_header, entry));
    }
    return NO_PROBLEM;
}

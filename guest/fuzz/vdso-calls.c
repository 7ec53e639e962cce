#include "vdso-calls.h"

#include <stdbool.h>

// System V ABI (gABI), chapters 4 and 5.
enum { PT_LOAD = 1, PT_DYNAMIC = 2, PF_X = 1, DT_STRTAB = 5, DT_SYMTAB = 6, DT_GNU_HASH = 0x6ffffef5, STT_FUNC = 2 };

struct file_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
struct program_header {
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, filesz, memsz, align;
};
struct dynamic {
    int64_t tag;
    uint64_t value;
};
struct symbol {
    uint32_t name;
    uint8_t info, other;
    uint16_t shndx;
    uint64_t value, size;
};

struct vdso_call vdso_calls[VDSO_CALLS_MAX];
uint32_t vdso_call_count;

static const struct program_header* segment_of(uintptr_t base, uint32_t type, uint32_t flags) {
    const struct file_header* header = (const void*)base;
    const struct program_header* segment = (const void*)(base + header->phoff);
    while (segment->type != type || (segment->flags & flags) != flags) {
        ++segment;
    }
    return segment;
}

struct vdso_segments vdso_segments(uintptr_t base) {
    const struct program_header* code = segment_of(base, PT_LOAD, PF_X);
    return (struct vdso_segments){code->vaddr, code->memsz};
}

static bool is_call(const char* name) {
    return name[0] == '_' && name[1] == 'z' && name[2] == 'x' && name[3] == '_';
}

void vdso_collect_calls(uintptr_t base) {
    const struct symbol* symbols = NULL;
    const char* strings = NULL;
    const uint32_t* table = NULL;
    const struct dynamic* entry = (const void*)(base + segment_of(base, PT_DYNAMIC, 0)->vaddr);
    for (; entry->tag != 0; ++entry) {
        const void* at = (const void*)(base + entry->value);
        if (entry->tag == DT_SYMTAB) symbols = at;
        if (entry->tag == DT_STRTAB) strings = at;
        if (entry->tag == DT_GNU_HASH) table = at;
    }
    const uint32_t buckets = table[0], first = table[1], bloom_words = table[2];
    const uint32_t* bucket = table + 4 + bloom_words * 2;
    const uint32_t* chain = bucket + buckets;
    // The hashed symbols come last; the chain of the last bucket ends with the last of them.
    uint32_t end = first;
    for (uint32_t i = 0; i < buckets; ++i) {
        end = bucket[i] > end ? bucket[i] : end;
    }
    while (!(chain[end++ - first] & 1)) {
    }
    for (uint32_t i = first; i < end && vdso_call_count < VDSO_CALLS_MAX; ++i) {
        const struct symbol* symbol = &symbols[i];
        if ((symbol->info & 15) == STT_FUNC && symbol->value != 0 && is_call(strings + symbol->name)) {
            vdso_calls[vdso_call_count++] =
                (struct vdso_call){(vdso_call_t*)(base + symbol->value), strings + symbol->name};
        }
    }
}

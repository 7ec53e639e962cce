#include "include/vdso-lookup.h"

#include <stdbool.h>
#include <stddef.h>

// System V ABI (gABI), chapters 4 and 5: the parts of ELF that lead from a mapped image to its dynamic symbols.
enum { PT_DYNAMIC = 2, DT_NULL = 0, DT_STRTAB = 5, DT_SYMTAB = 6, DT_GNU_HASH = 0x6ffffef5, SHN_UNDEF = 0, STB_LOCAL = 0 };

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

static bool equal(const char* a, const char* b) {
    while (*a != '\0' && *a == *b) {
        ++a;
        ++b;
    }
    return *a == *b;
}

static uint32_t gnu_hash(const char* name) {
    uint32_t hash = 5381;
    for (; *name != '\0'; ++name) {
        hash = hash * 33 + (uint8_t)*name;
    }
    return hash;
}

void* vdso_lookup(uintptr_t base, const char* name) {
    const struct file_header* header = (const void*)base;
    const struct program_header* segment = (const void*)(base + header->phoff);
    while (segment->type != PT_DYNAMIC) {
        ++segment;
    }
    const char* strings = NULL;
    const struct symbol* symbols = NULL;
    const uint32_t* table = NULL;
    for (const struct dynamic* entry = (const void*)(base + segment->vaddr); entry->tag != DT_NULL; ++entry) {
        const void* at = (const void*)(base + entry->value);
        if (entry->tag == DT_STRTAB) strings = at;
        if (entry->tag == DT_SYMTAB) symbols = at;
        if (entry->tag == DT_GNU_HASH) table = at;
    }
    const uint32_t buckets = table[0], first = table[1], bloom_words = table[2];
    const uint32_t* bucket = table + 4 + bloom_words * 2;
    const uint32_t* chain = bucket + buckets;
    const uint32_t hash = gnu_hash(name);
    uint32_t i = bucket[hash % buckets];
    if (i < first) {
        return NULL;
    }
    for (;; ++i) {
        const uint32_t link = chain[i - first];
        const struct symbol* symbol = &symbols[i];
        if ((link | 1) == (hash | 1) && symbol->shndx != SHN_UNDEF && symbol->info >> 4 != STB_LOCAL &&
            equal(strings + symbol->name, name)) {
            return (void*)(base + symbol->value);
        }
        if (link & 1) {
            return NULL;
        }
    }
}

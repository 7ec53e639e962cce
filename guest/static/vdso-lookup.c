#include "include/vdso-lookup.h"

#include <stdbool.h>
#include <stddef.h>

#include "../libc/include/elf.h"

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
    const Elf64_Ehdr* header = (const void*)base;
    const Elf64_Phdr* segment = (const void*)(base + header->e_phoff);
    while (segment->p_type != PT_DYNAMIC) {
        ++segment;
    }
    const char* strings = NULL;
    const Elf64_Sym* symbols = NULL;
    const uint32_t* table = NULL;
    for (const Elf64_Dyn* entry = (const void*)(base + segment->p_vaddr); entry->d_tag != DT_NULL; ++entry) {
        const void* at = (const void*)(base + entry->d_un.d_ptr);
        if (entry->d_tag == DT_STRTAB) strings = at;
        if (entry->d_tag == DT_SYMTAB) symbols = at;
        if (entry->d_tag == DT_GNU_HASH) table = at;
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
        const Elf64_Sym* symbol = &symbols[i];
        if ((link | 1) == (hash | 1) && symbol->st_shndx != SHN_UNDEF && ELF64_ST_BIND(symbol->st_info) != STB_LOCAL &&
            equal(strings + symbol->st_name, name)) {
            return (void*)(base + symbol->st_value);
        }
        if (link & 1) {
            return NULL;
        }
    }
}

#include "lookup.h"

#include <string.h>

static uint32_t gnu_hash(const char* name) {
    uint32_t hash = 5381;
    for (; *name != '\0'; ++name) {
        hash = hash * 33 + (unsigned char)*name;
    }
    return hash;
}

static uint32_t sysv_hash(const char* name) {
    uint32_t hash = 0;
    for (; *name != '\0'; ++name) {
        hash = (hash << 4) + (unsigned char)*name;
        hash ^= (hash >> 24) & 0xf0;
    }
    return hash & 0x0fffffff;
}

// True if the symbol is a definition that others may use.
static bool defines(const struct module* module, const Elf64_Sym* symbol, const char* name) {
    return symbol->st_shndx != SHN_UNDEF && ELF64_ST_BIND(symbol->st_info) != STB_LOCAL &&
           strcmp(module->strings + symbol->st_name, name) == 0;
}

static const Elf64_Sym* lookup_gnu(const struct module* module, const char* name, uint32_t hash) {
    const uint32_t buckets = module->gnu_hash[0], first = module->gnu_hash[1], words = module->gnu_hash[2],
                   shift = module->gnu_hash[3];
    const uint64_t* bloom = (const uint64_t*)(const void*)(module->gnu_hash + 4);
    const uint64_t word = bloom[hash / 64 % words];
    if ((word >> (hash % 64) & word >> ((hash >> shift) % 64) & 1) == 0) {
        return NULL;
    }
    const uint32_t* bucket = (const uint32_t*)(const void*)(bloom + words);
    const uint32_t* chain = bucket + buckets;
    uint32_t i = bucket[hash % buckets];
    if (i < first) {
        return NULL;
    }
    for (;; ++i) {
        const uint32_t entry = chain[i - first];
        if ((entry | 1) == (hash | 1) && defines(module, &module->symbols[i], name)) {
            return &module->symbols[i];
        }
        if (entry & 1) {
            return NULL;
        }
    }
}

static const Elf64_Sym* lookup_sysv(const struct module* module, const char* name, uint32_t hash) {
    const uint32_t buckets = module->sysv_hash[0];
    const uint32_t* bucket = module->sysv_hash + 2;
    const uint32_t* chain = bucket + buckets;
    for (uint32_t i = bucket[hash % buckets]; i != 0; i = chain[i]) {
        if (defines(module, &module->symbols[i], name)) {
            return &module->symbols[i];
        }
    }
    return NULL;
}

// The hashes of one name, each made when the first module asks for it.
struct hashes {
    bool has_gnu, has_sysv;
    uint32_t gnu, sysv;
};

static const Elf64_Sym* lookup_hashed(const struct module* module, const char* name, struct hashes* hashes) {
    if (module->gnu_hash != NULL) {
        if (!hashes->has_gnu) {
            hashes->gnu = gnu_hash(name);
            hashes->has_gnu = true;
        }
        return lookup_gnu(module, name, hashes->gnu);
    }
    if (module->sysv_hash != NULL) {
        if (!hashes->has_sysv) {
            hashes->sysv = sysv_hash(name);
            hashes->has_sysv = true;
        }
        return lookup_sysv(module, name, hashes->sysv);
    }
    return NULL;
}

struct definition lookup(const char* name, const struct module* after) {
    struct hashes hashes = {0};
    for (const struct module* module = after == NULL ? modules_first : after->next; module != NULL;
         module = module->next) {
        const Elf64_Sym* symbol = lookup_hashed(module, name, &hashes);
        if (symbol != NULL) {
            return (struct definition){module, symbol};
        }
    }
    return (struct definition){0};
}

#include "vdso-calls.h"

#include <stdbool.h>

#include "../libc/include/elf.h"

struct vdso_call vdso_calls[VDSO_CALLS_MAX];
uint32_t vdso_call_count;

static const Elf64_Phdr* segment_of(uintptr_t base, uint32_t type, uint32_t flags) {
    const Elf64_Ehdr* header = (const void*)base;
    const Elf64_Phdr* segment = (const void*)(base + header->e_phoff);
    while (segment->p_type != type || (segment->p_flags & flags) != flags) {
        ++segment;
    }
    return segment;
}

struct vdso_segments vdso_segments(uintptr_t base) {
    const Elf64_Phdr* code = segment_of(base, PT_LOAD, PF_X);
    return (struct vdso_segments){code->p_vaddr, code->p_memsz};
}

static bool is_call(const char* name) {
    return name[0] == '_' && name[1] == 'z' && name[2] == 'x' && name[3] == '_';
}

void vdso_collect_calls(uintptr_t base) {
    const Elf64_Sym* symbols = NULL;
    const char* strings = NULL;
    const uint32_t* table = NULL;
    const Elf64_Dyn* entry = (const void*)(base + segment_of(base, PT_DYNAMIC, 0)->p_vaddr);
    for (; entry->d_tag != DT_NULL; ++entry) {
        const void* at = (const void*)(base + entry->d_un.d_ptr);
        if (entry->d_tag == DT_SYMTAB) symbols = at;
        if (entry->d_tag == DT_STRTAB) strings = at;
        if (entry->d_tag == DT_GNU_HASH) table = at;
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
        const Elf64_Sym* symbol = &symbols[i];
        if (ELF64_ST_TYPE(symbol->st_info) == STT_FUNC && symbol->st_value != 0 && is_call(strings + symbol->st_name)) {
            vdso_calls[vdso_call_count++] =
                (struct vdso_call){(vdso_call_t*)(base + symbol->st_value), strings + symbol->st_name};
        }
    }
}

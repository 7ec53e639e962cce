// Thread-local storage, variant I: all blocks lie behind the thread pointer at offsets that never change, since all
// modules are known when the program starts. docs/tls.md.
#include <string.h>

#include "modules.h"

#define TCB_SIZE 16

static struct tls_layout layout = {.size = TCB_SIZE, .alignment = 16};
static const struct module* by_id[MODULES_MAX + 1];

void modules_place_tls(void) {
    size_t id = 0;
    for (struct module* module = modules_first; module != NULL; module = module->next) {
        const Elf64_Phdr* tls = module->tls;
        if (tls == NULL) {
            continue;
        }
        const size_t alignment = tls->p_align < 1 ? 1 : tls->p_align;
        // The block's address and its address in the file agree up to the alignment.
        module->tls_offset = layout.size + ((tls->p_vaddr - layout.size) & (alignment - 1));
        module->tls_id = ++id;
        by_id[id] = module;
        layout.size = module->tls_offset + tls->p_memsz;
        if (alignment > layout.alignment) {
            layout.alignment = alignment;
        }
    }
}

const struct tls_layout* modules_tls_layout(void) { return &layout; }

void modules_fill_tls(uintptr_t thread_pointer) {
    for (const struct module* module = modules_first; module != NULL; module = module->next) {
        if (module->tls_id != 0) {
            const Elf64_Phdr* tls = module->tls;
            memcpy((char*)thread_pointer + module->tls_offset, (const char*)(module->base + tls->p_vaddr), tls->p_filesz);
        }
    }
}

struct tls_index {
    size_t module;
    size_t offset;
};

// What code built with -mtls-dialect=trad calls.
__attribute__((__visibility__("default"))) void* __tls_get_addr(const struct tls_index* index) {
    return (char*)__builtin_thread_pointer() + by_id[index->module]->tls_offset + index->offset;
}

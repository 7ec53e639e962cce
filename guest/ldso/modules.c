#include "modules.h"

#include <string.h>

struct module* modules_first;
static struct module* last;

const Elf64_Dyn* module_dynamic(const struct module* module, Elf64_Sxword tag) {
    for (const Elf64_Dyn* entry = module->dynamic; entry->d_tag != DT_NULL; ++entry) {
        if (entry->d_tag == tag) {
            return entry;
        }
    }
    return NULL;
}

static const void* pointer_of(const struct module* module, Elf64_Sxword tag) {
    const Elf64_Dyn* entry = module_dynamic(module, tag);
    return entry == NULL ? NULL : (const void*)(module->base + entry->d_un.d_ptr);
}

static size_t count_of(const struct module* module, Elf64_Sxword tag) {
    const Elf64_Dyn* entry = module_dynamic(module, tag);
    return entry == NULL ? 0 : entry->d_un.d_val / sizeof(void*);
}

void module_read_dynamic(struct module* module) {
    module->strings = pointer_of(module, DT_STRTAB);
    module->symbols = pointer_of(module, DT_SYMTAB);
    module->gnu_hash = pointer_of(module, DT_GNU_HASH);
    module->sysv_hash = pointer_of(module, DT_HASH);
    module->preinit_array = pointer_of(module, DT_PREINIT_ARRAY);
    module->preinit_count = count_of(module, DT_PREINIT_ARRAYSZ);
    module->init_array = pointer_of(module, DT_INIT_ARRAY);
    module->init_count = count_of(module, DT_INIT_ARRAYSZ);
    module->fini_array = pointer_of(module, DT_FINI_ARRAY);
    module->fini_count = count_of(module, DT_FINI_ARRAYSZ);
    const Elf64_Dyn* soname = module_dynamic(module, DT_SONAME);
    module->soname = soname == NULL ? NULL : module->strings + soname->d_un.d_val;
}

void modules_append(struct module* module) {
    module->previous = last;
    if (last == NULL) {
        modules_first = module;
    } else {
        last->next = module;
    }
    last = module;
}

struct module* modules_find(const char* soname) {
    for (struct module* module = modules_first; module != NULL; module = module->next) {
        if ((module->soname != NULL && strcmp(module->soname, soname) == 0) || strcmp(module->name, soname) == 0) {
            return module;
        }
    }
    return NULL;
}

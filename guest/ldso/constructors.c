// Constructors and destructors. System V ABI (gABI), chapter 5, "Initialization and Termination Functions".
#include "modules.h"

// The modules with what each needs before it.
static struct module* order[MODULES_MAX];
static size_t order_count;

static void put_in_order(struct module* module) {
    if (module->visited) {
        return;
    }
    module->visited = true;
    for (const Elf64_Dyn* entry = module->dynamic; entry->d_tag != DT_NULL; ++entry) {
        if (entry->d_tag == DT_NEEDED) {
            put_in_order(modules_find(module->strings + entry->d_un.d_val));
        }
    }
    order[order_count++] = module;
}

static void call_plain(const struct module* module, Elf64_Sxword tag) {
    const Elf64_Dyn* entry = module_dynamic(module, tag);
    if (entry != NULL) {
        ((void (*)(void))(module->base + entry->d_un.d_ptr))();
    }
}

void modules_begin(void) {
    for (size_t i = 0; i < modules_first->preinit_count; ++i) {
        modules_first->preinit_array[i]();
    }
    for (struct module* module = modules_first; module != NULL; module = module->next) {
        put_in_order(module);
    }
    for (size_t i = 0; i < order_count; ++i) {
        call_plain(order[i], DT_INIT);
        for (size_t j = 0; j < order[i]->init_count; ++j) {
            order[i]->init_array[j]();
        }
    }
}

void modules_finish(void) {
    while (order_count > 0) {
        const struct module* module = order[--order_count];
        for (size_t j = module->fini_count; j-- > 0;) {
            module->fini_array[j]();
        }
        call_plain(module, DT_FINI);
    }
}

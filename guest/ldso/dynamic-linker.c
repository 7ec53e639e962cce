// The dynamic linker: finds itself, the vDSO and the program, loads the libraries that these need, relocates everything,
// and says where the program begins. docs/program_loading.md, "PT_INTERP".
#include <stdlib.h>
#include <string.h>
#include <zircon/dlfcn.h>
#include <zircon/syscalls.h>

#include "../libc/launch/elf-load.h"
#include "../libc/startup.h"
#include "fatal.h"
#include "loader-service.h"
#include "modules.h"
#include "relocate.h"

#define EARLY_MESSAGE_MAX 16384
#define NAME_MAX 256

// Made by the static linker.
extern const Elf64_Ehdr __ehdr_start __LOCAL;
extern const Elf64_Dyn _DYNAMIC[] __LOCAL;

static struct module linker = {.name = "ld.so.1"};
static struct module vdso = {.name = "libzircon.so"};
static struct module program;
static zx_handle_t loader_service;

// What debuggers look for, at ZX_PROP_PROCESS_DEBUG_ADDR.
static struct {
    int version;
    const struct module* modules;
    void (*breakpoint)(void);
    int state;
    uintptr_t linker_base;
} debugger_view = {.version = 1};

// A module that is mapped already, from its own headers.
static void adopt(struct module* module, const Elf64_Ehdr* header) {
    module->base = (uintptr_t)header;
    module->segments = (const Elf64_Phdr*)((uintptr_t)header + header->e_phoff);
    module->segment_count = header->e_phnum;
    for (size_t i = 0; i < module->segment_count; ++i) {
        const Elf64_Phdr* segment = &module->segments[i];
        if (segment->p_type == PT_DYNAMIC) {
            module->dynamic = (const Elf64_Dyn*)(module->base + segment->p_vaddr);
        } else if (segment->p_type == PT_TLS) {
            module->tls = segment;
        }
    }
    module_read_dynamic(module);
}

// Up to here nothing works that needs an address of this file's own; behind it everything does, system calls included.
static void relocate_linker(uintptr_t vdso_base) {
    relocate_relative((uintptr_t)&__ehdr_start, _DYNAMIC);
    __asm__ volatile("" ::: "memory");
    adopt(&linker, &__ehdr_start);
    adopt(&vdso, (const Elf64_Ehdr*)vdso_base);
    linker.next = &vdso;
    modules_first = &linker;
    relocate(&linker);
    linker.next = NULL;
    modules_first = NULL;
}

static void read_message(zx_handle_t channel, struct process_args* args) {
    static char buffer[EARLY_MESSAGE_MAX] __ALIGNED(8);
    const zx_status_t status = process_args_read(channel, buffer, sizeof(buffer), args);
    if (status != ZX_OK) {
        fatal("expected a processargs message for the dynamic linker, status %d", status);
    }
    log_handle = process_args_take(args, PA_HND(PA_FDIO_LOGGER, 0));
    loader_service = process_args_take(args, PA_HND(PA_LDSVC_LOADER, 0));
    linker.vmar = process_args_take(args, PA_HND(PA_VMAR_LOADED, 0));
    const zx_handle_t process = process_args_take(args, PA_HND(PA_PROC_SELF, 0));
    const zx_handle_t vmar = process_args_take(args, PA_HND(PA_VMAR_ROOT, 0));
    set_self_handles(process, vmar);
}

static bool has_environment(const struct process_args* args, const char* name) {
    const char* at = args->bytes + args->header->environ_off;
    const size_t size = strlen(name);
    for (uint32_t i = 0; i < args->header->environ_num; ++i) {
        if (strncmp(at, name, size) == 0 && at[size] == '=') {
            return at[size + 1] != '\0';
        }
        at += strlen(at) + 1;
    }
    return false;
}

// Maps a file and makes a module of it; returns where it begins, if it is a program.
static uintptr_t load(struct module* module, const char* name, zx_handle_t vmo) {
    struct elf_file* file = malloc(sizeof(*file));
    char* kept_name = strdup(name);
    const char* what = "no memory";
    module->name = kept_name;
    if (file == NULL || kept_name == NULL || elf_read(vmo, file, &what) != ZX_OK ||
        elf_map(file, vmo, zx_vmar_root_self(), name, &module->vmar, &module->base, &what) != ZX_OK) {
        fatal("%s: %s", name, what);
    }
    module->segments = file->segments;
    module->segment_count = file->header.e_phnum;
    for (size_t i = 0; i < module->segment_count; ++i) {
        const Elf64_Phdr* segment = &file->segments[i];
        if (segment->p_type == PT_DYNAMIC) {
            module->dynamic = (const Elf64_Dyn*)(module->base + segment->p_vaddr);
        } else if (segment->p_type == PT_TLS && segment->p_memsz > 0) {
            module->tls = segment;
        } else if (segment->p_type == PT_GNU_STACK && module == &program && segment->p_memsz > 0) {
            default_stack_size = segment->p_memsz;
        }
    }
    if (module->dynamic == NULL) {
        fatal("%s: has no dynamic section", name);
    }
    module_read_dynamic(module);
    modules_append(module);
    zx_handle_close(vmo);
    return module->base + file->header.e_entry;
}

static void load_library(const char* name, const struct module* needed_by) {
    zx_handle_t vmo = ZX_HANDLE_INVALID;
    const zx_status_t status =
        loader_service == ZX_HANDLE_INVALID ? ZX_ERR_UNAVAILABLE : loader_load_object(loader_service, name, &vmo);
    if (status != ZX_OK) {
        fatal("%s: needs %s, which the loader service did not give, status %d", needed_by->name, name, status);
    }
    struct module* module = calloc(1, sizeof(*module));
    if (module == NULL) {
        fatal("%s: no memory", name);
    }
    load(module, name, vmo);
}

// Everything that the program needs, directly or not, breadth first.
static void load_needed(void) {
    size_t count = 1;
    for (struct module* module = modules_first; module != NULL; module = module->next) {
        for (const Elf64_Dyn* entry = module->dynamic; entry->d_tag != DT_NULL; ++entry) {
            if (entry->d_tag != DT_NEEDED) {
                continue;
            }
            const char* name = module->strings + entry->d_un.d_val;
            if (modules_find(name) != NULL) {
                continue;
            }
            if (++count > MODULES_MAX - 2) {
                fatal("%s: needs more than %d libraries", program.name, MODULES_MAX);
            }
            if (strcmp(name, linker.soname) == 0 || strcmp(name, linker.name) == 0) {
                modules_append(&linker);
            } else if (strcmp(name, vdso.soname) == 0) {
                modules_append(&vdso);
            } else {
                load_library(name, module);
            }
        }
    }
    // Both are there, whether or not anything names them.
    for (struct module* module = &linker; module != NULL; module = module == &linker ? &vdso : NULL) {
        if (modules_find(module->name) == NULL) {
            modules_append(module);
        }
    }
}

// Libraries first, so that copies and indirect functions of the program find them complete.
static void relocate_all(void) {
    struct module* module = modules_first;
    while (module->next != NULL) {
        module = module->next;
    }
    for (; module != NULL; module = module->previous) {
        if (module != &linker && module != &vdso) {
            relocate(module);
        }
    }
    for (module = modules_first; module != NULL; module = module->next) {
        protect_relro(module);
    }
}

static void show_to_debuggers(bool verbose) {
    debugger_view.modules = modules_first;
    debugger_view.linker_base = linker.base;
    const uintptr_t address = (uintptr_t)&debugger_view;
    uintptr_t wanted = 0;
    zx_object_get_property(zx_process_self(), ZX_PROP_PROCESS_DEBUG_ADDR, &wanted, sizeof(wanted));
    zx_object_set_property(zx_process_self(), ZX_PROP_PROCESS_DEBUG_ADDR, &address, sizeof(address));
    // Zircon's docs/syscalls/object_get_property.md: a debugger may ask for a stop here.
    if (wanted == ZX_PROCESS_DEBUG_ADDR_BREAK_ON_SET) {
        __asm__ volatile("brk #0" ::: "memory");
    }
    for (const struct module* module = modules_first; verbose && module != NULL; module = module->next) {
        note("%s at %p", module->name, (void*)module->base);
    }
}

__LOCAL uintptr_t link_program(zx_handle_t channel, uintptr_t vdso_base);

uintptr_t link_program(zx_handle_t channel, uintptr_t vdso_base) {
    relocate_linker(vdso_base);
    struct process_args args;
    read_message(channel, &args);
    const zx_handle_t vmo = process_args_take(&args, PA_HND(PA_VMO_EXECUTABLE, 0));
    if (vmo == ZX_HANDLE_INVALID) {
        fatal("expected the handle of an executable file");
    }
    char name[NAME_MAX] = "program";
    if (args.header->args_num > 0) {
        strlcpy(name, args.bytes + args.header->args_off, sizeof(name));
    }
    const bool verbose = has_environment(&args, "LD_DEBUG");
    const uintptr_t entry = load(&program, name, vmo);
    load_needed();
    modules_place_tls();
    relocate_all();
    show_to_debuggers(verbose);
    for (uint32_t i = 0; i < args.handle_count; ++i) {
        if (args.handles[i] != ZX_HANDLE_INVALID) {
            zx_handle_close(args.handles[i]);
        }
    }
    return entry;
}

zx_handle_t dl_set_loader_service(zx_handle_t service) {
    const zx_handle_t old = loader_service;
    loader_service = service;
    return old;
}

zx_status_t dl_clone_loader_service(zx_handle_t* out) {
    return loader_service == ZX_HANDLE_INVALID ? ZX_ERR_UNAVAILABLE : loader_clone(loader_service, out);
}

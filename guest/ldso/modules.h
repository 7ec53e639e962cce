// The program and the libraries that it needs, as they lie in memory. System V ABI (gABI), chapter 5.
#pragma once

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zircon/types.h>

#define MODULES_MAX 128

struct module {
    // As debuggers know them (struct link_map): these five first.
    uintptr_t base;       // what to add to the file's addresses
    const char* name;
    const Elf64_Dyn* dynamic;
    struct module* next;
    struct module* previous;

    const Elf64_Phdr* segments;
    size_t segment_count;
    zx_handle_t vmar; // of its segments; ZX_HANDLE_INVALID for the vDSO

    const char* soname;
    const char* strings;
    const Elf64_Sym* symbols;
    const uint32_t* gnu_hash;
    const uint32_t* sysv_hash;

    uintptr_t (*init)(void);
    void (*const* init_array)(void);
    size_t init_count;
    void (*const* preinit_array)(void);
    size_t preinit_count;
    void (*const* fini_array)(void);
    size_t fini_count;

    // Its TLS segment, if tls_id is not 0: the offset from the thread pointer is the same in every thread.
    const Elf64_Phdr* tls;
    size_t tls_id;
    size_t tls_offset;

    bool visited; // while dependencies are put in order
};

// In the order in which they were loaded: the program, then what it needs, breadth first. That is the order in which
// symbols are looked up.
extern struct module* modules_first;

// What a thread's memory behind TPIDR_EL0 has to hold: the TCB and all TLS blocks.
struct tls_layout {
    size_t size;
    size_t alignment;
};

// A module's dynamic section, read; `module->base` and `dynamic` are set.
void module_read_dynamic(struct module* module);
// The first dynamic entry with this tag, or null.
const Elf64_Dyn* module_dynamic(const struct module* module, Elf64_Sxword tag);

// Appends a module to the list.
void modules_append(struct module* module);
// The module that a DT_NEEDED names, if it is loaded.
struct module* modules_find(const char* soname);

// Gives every module with a TLS segment its place.
void modules_place_tls(void);
const struct tls_layout* modules_tls_layout(void);
// Fills a new thread's TLS blocks behind its thread pointer.
void modules_fill_tls(uintptr_t thread_pointer);

// Calls all constructors, a library's before those of what needs it, and at the end all destructors in reverse.
void modules_begin(void);
void modules_finish(void);

// Where a program without an interpreter starts if it is linked with libstatic.a: it does to itself what a dynamic
// linker would do, with the vDSO as its only library, and goes on at the program's own _start. AAELF64, 5.7.
#include <elf.h>
#include <stdint.h>
#include <zircon/compiler.h>
#include <zircon/types.h>

#include "../include/vdso-lookup.h"

extern const Elf64_Ehdr __ehdr_start __LOCAL;
extern const Elf64_Dyn _DYNAMIC[] __LOCAL;

__NO_RETURN void _start(zx_handle_t bootstrap, uintptr_t vdso_base);
__NO_RETURN void __static_start(zx_handle_t bootstrap, uintptr_t vdso_base);

struct image {
    uintptr_t base, vdso_base;
    const char* strings;
    const Elf64_Sym* symbols;
};

static uintptr_t value_of(const struct image* image, uint32_t index) {
    const Elf64_Sym* symbol = &image->symbols[index];
    if (symbol->st_shndx != SHN_UNDEF) {
        return image->base + symbol->st_value;
    }
    const uintptr_t found = (uintptr_t)vdso_lookup(image->vdso_base, image->strings + symbol->st_name);
    if (found == 0 && ELF64_ST_BIND(symbol->st_info) != STB_WEAK) {
        __builtin_trap(); // this system's vDSO lacks the function
    }
    return found;
}

static void apply(const struct image* image, const Elf64_Rela* from, size_t size) {
    for (const Elf64_Rela* end = from + size / sizeof(*from); from < end; ++from) {
        uintptr_t* at = (uintptr_t*)(image->base + from->r_offset);
        switch (ELF64_R_TYPE(from->r_info)) {
            case R_AARCH64_RELATIVE: *at = image->base + (uintptr_t)from->r_addend; break;
            case R_AARCH64_ABS64:
            case R_AARCH64_GLOB_DAT:
            case R_AARCH64_JUMP_SLOT:
                *at = value_of(image, (uint32_t)ELF64_R_SYM(from->r_info)) + (uintptr_t)from->r_addend;
                break;
            default: __builtin_trap(); // TLS and what else needs a dynamic linker
        }
    }
}

__EXPORT void __static_start(zx_handle_t bootstrap, uintptr_t vdso_base) {
    struct image image = {.base = (uintptr_t)&__ehdr_start, .vdso_base = vdso_base};
    const Elf64_Rela *relocations = NULL, *calls = NULL;
    size_t size = 0, calls_size = 0;
    for (const Elf64_Dyn* entry = _DYNAMIC; entry->d_tag != DT_NULL; ++entry) {
        const uintptr_t address = image.base + entry->d_un.d_ptr;
        switch (entry->d_tag) {
            case DT_STRTAB: image.strings = (const char*)address; break;
            case DT_SYMTAB: image.symbols = (const Elf64_Sym*)address; break;
            case DT_RELA: relocations = (const Elf64_Rela*)address; break;
            case DT_RELASZ: size = entry->d_un.d_val; break;
            case DT_JMPREL: calls = (const Elf64_Rela*)address; break;
            case DT_PLTRELSZ: calls_size = entry->d_un.d_val; break;
        }
    }
    apply(&image, relocations, size);
    apply(&image, calls, calls_size);
    _start(bootstrap, vdso_base);
}

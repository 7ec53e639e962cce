// Relocations. ELF for the Arm 64-bit Architecture (AAELF64), "Dynamic relocations"; DT_RELR as the generic ABI has it.
#include "relocate.h"

#include <string.h>
#include <zircon/limits.h>
#include <zircon/syscalls.h>

#include "fatal.h"
#include "lookup.h"

// tlsdesc.S
void tlsdesc_static(void);
void tlsdesc_undefined(void);

static void add_relative(uintptr_t base, uintptr_t address) { *(uint64_t*)address += base; }

static void relocate_relr(uintptr_t base, const Elf64_Relr* entries, size_t count) {
    uintptr_t where = 0;
    for (size_t i = 0; i < count; ++i) {
        if ((entries[i] & 1) == 0) {
            where = base + entries[i];
            add_relative(base, where);
            where += 8;
            continue;
        }
        for (unsigned bit = 1; bit < 64; ++bit) {
            if ((entries[i] >> bit & 1) != 0) {
                add_relative(base, where + (bit - 1) * 8);
            }
        }
        where += 63 * 8;
    }
}

void relocate_relative(uintptr_t base, const Elf64_Dyn* dynamic) {
    const Elf64_Rela* rela = NULL;
    const Elf64_Relr* relr = NULL;
    size_t rela_size = 0, relr_size = 0;
    for (; dynamic->d_tag != DT_NULL; ++dynamic) {
        switch (dynamic->d_tag) {
            case DT_RELA: rela = (const Elf64_Rela*)(base + dynamic->d_un.d_ptr); break;
            case DT_RELASZ: rela_size = dynamic->d_un.d_val; break;
            case DT_RELR: relr = (const Elf64_Relr*)(base + dynamic->d_un.d_ptr); break;
            case DT_RELRSZ: relr_size = dynamic->d_un.d_val; break;
        }
    }
    for (size_t i = 0; i < rela_size / sizeof(*rela); ++i) {
        if (ELF64_R_TYPE(rela[i].r_info) == R_AARCH64_RELATIVE) {
            *(uint64_t*)(base + rela[i].r_offset) = base + (uint64_t)rela[i].r_addend;
        }
    }
    relocate_relr(base, relr, relr_size / sizeof(*relr));
}

struct relocation {
    struct module* module;
    uint64_t* where;
    uint32_t type;
    uint32_t symbol_index;
    uint64_t addend;
};

// The definition that a relocation's symbol refers to. A weak symbol may have none.
static struct definition definition_of(const struct relocation* relocation) {
    const struct module* module = relocation->module;
    const Elf64_Sym* symbol = &module->symbols[relocation->symbol_index];
    if (relocation->symbol_index == 0) {
        return (struct definition){0};
    }
    if (ELF64_ST_BIND(symbol->st_info) == STB_LOCAL) {
        return (struct definition){module, symbol};
    }
    const char* name = module->strings + symbol->st_name;
    // A copy is of the library's object, not of the program's room for it.
    const struct module* after = relocation->type == R_AARCH64_COPY ? module : NULL;
    const struct definition found = lookup(name, after);
    if (found.module == NULL && ELF64_ST_BIND(symbol->st_info) != STB_WEAK) {
        fatal("%s: symbol %s is defined by none of the loaded files", module->name, name);
    }
    return found;
}

static uint64_t address_of(struct definition definition) {
    if (definition.module == NULL) {
        return 0;
    }
    const uint64_t address = definition.module->base + definition.symbol->st_value;
    return ELF64_ST_TYPE(definition.symbol->st_info) == STT_GNU_IFUNC ? ((uint64_t(*)(void))address)() : address;
}

// The module whose TLS block a relocation is about, and the offset in it.
static const struct module* tls_of(const struct relocation* relocation, uint64_t* offset) {
    const struct definition found = definition_of(relocation);
    const struct module* module = relocation->symbol_index == 0 ? relocation->module : found.module;
    *offset = relocation->addend + (found.symbol == NULL ? 0 : found.symbol->st_value);
    if (module != NULL && module->tls_id == 0) {
        fatal("%s: a thread-local symbol refers to %s, which has no TLS segment", relocation->module->name, module->name);
    }
    return module;
}

static void relocate_tls(const struct relocation* relocation) {
    uint64_t offset;
    const struct module* module = tls_of(relocation, &offset);
    uint64_t* where = relocation->where;
    switch (relocation->type) {
        case R_AARCH64_TLS_DTPMOD: where[0] = module == NULL ? 0 : module->tls_id; return;
        case R_AARCH64_TLS_DTPREL: where[0] = offset; return;
        case R_AARCH64_TLS_TPREL: where[0] = module == NULL ? 0 : module->tls_offset + offset; return;
        default: // TLSDESC
            where[0] = (uintptr_t)(module == NULL ? tlsdesc_undefined : tlsdesc_static);
            where[1] = module == NULL ? relocation->addend : module->tls_offset + offset;
    }
}

static void copy_object(const struct relocation* relocation) {
    const struct definition found = definition_of(relocation);
    const size_t room = relocation->module->symbols[relocation->symbol_index].st_size;
    const size_t size = found.symbol->st_size < room ? found.symbol->st_size : room;
    memcpy(relocation->where, (const void*)address_of(found), size);
}

static void apply(const struct relocation* relocation) {
    const uintptr_t base = relocation->module->base;
    switch (relocation->type) {
        case R_AARCH64_NONE: return;
        case R_AARCH64_RELATIVE: *relocation->where = base + relocation->addend; return;
        case R_AARCH64_ABS64:
        case R_AARCH64_GLOB_DAT:
        case R_AARCH64_JUMP_SLOT:
            *relocation->where = address_of(definition_of(relocation)) + relocation->addend;
            return;
        case R_AARCH64_COPY: copy_object(relocation); return;
        case R_AARCH64_IRELATIVE: *relocation->where = ((uint64_t(*)(void))(base + relocation->addend))(); return;
        case R_AARCH64_TLS_DTPMOD:
        case R_AARCH64_TLS_DTPREL:
        case R_AARCH64_TLS_TPREL:
        case R_AARCH64_TLSDESC: relocate_tls(relocation); return;
        default: fatal("%s: relocation of unknown type %u", relocation->module->name, relocation->type);
    }
}

// One table, of entries with addends or without: those have it at the place itself.
static void apply_table(struct module* module, Elf64_Sxword table, Elf64_Sxword table_size, bool addends) {
    const Elf64_Dyn* at = module_dynamic(module, table);
    const Elf64_Dyn* size = module_dynamic(module, table_size);
    if (at == NULL || size == NULL) {
        return;
    }
    const size_t step = addends ? sizeof(Elf64_Rela) : sizeof(Elf64_Rel);
    for (size_t offset = 0; offset + step <= size->d_un.d_val; offset += step) {
        const Elf64_Rela* entry = (const Elf64_Rela*)(module->base + at->d_un.d_ptr + offset);
        uint64_t* where = (uint64_t*)(module->base + entry->r_offset);
        const uint32_t type = (uint32_t)ELF64_R_TYPE(entry->r_info);
        // Slots of the PLT hold the address of their stub, and the second word of a descriptor has the addend.
        const uint64_t implicit = type == R_AARCH64_JUMP_SLOT ? 0 : where[type == R_AARCH64_TLSDESC ? 1 : 0];
        const struct relocation relocation = {
            .module = module,
            .where = where,
            .type = type,
            .symbol_index = (uint32_t)ELF64_R_SYM(entry->r_info),
            .addend = addends ? (uint64_t)entry->r_addend : implicit,
        };
        apply(&relocation);
    }
}

static void apply_relr(const struct module* module, Elf64_Sxword table, Elf64_Sxword table_size) {
    const Elf64_Dyn* at = module_dynamic(module, table);
    const Elf64_Dyn* size = module_dynamic(module, table_size);
    if (at != NULL && size != NULL) {
        const Elf64_Relr* entries = (const Elf64_Relr*)(module->base + at->d_un.d_ptr);
        relocate_relr(module->base, entries, size->d_un.d_val / sizeof(*entries));
    }
}

void relocate(struct module* module) {
    const Elf64_Dyn* flags = module_dynamic(module, DT_FLAGS);
    if (module_dynamic(module, DT_TEXTREL) != NULL || (flags != NULL && (flags->d_un.d_val & DF_TEXTREL) != 0)) {
        fatal("%s: has relocations in its code", module->name);
    }
    if (module_dynamic(module, DT_ANDROID_REL) != NULL || module_dynamic(module, DT_ANDROID_RELA) != NULL) {
        fatal("%s: has packed relocations", module->name);
    }
    apply_relr(module, DT_RELR, DT_RELRSZ);
    apply_relr(module, DT_ANDROID_RELR, DT_ANDROID_RELRSZ);
    apply_table(module, DT_RELA, DT_RELASZ, true);
    apply_table(module, DT_REL, DT_RELSZ, false);
    const Elf64_Dyn* kind = module_dynamic(module, DT_PLTREL);
    apply_table(module, DT_JMPREL, DT_PLTRELSZ, kind == NULL || kind->d_un.d_val == DT_RELA);
}

void protect_relro(const struct module* module) {
    for (size_t i = 0; i < module->segment_count; ++i) {
        const Elf64_Phdr* segment = &module->segments[i];
        if (segment->p_type != PT_GNU_RELRO || module->vmar == ZX_HANDLE_INVALID) {
            continue;
        }
        const uintptr_t mask = ~((uintptr_t)ZX_PAGE_SIZE - 1);
        const uintptr_t start = (module->base + segment->p_vaddr) & mask;
        const uintptr_t end = (module->base + segment->p_vaddr + segment->p_memsz) & mask;
        if (end > start && zx_vmar_protect(module->vmar, ZX_VM_PERM_READ, start, end - start) != ZX_OK) {
            fatal("%s: its relocated data could not be made read-only", module->name);
        }
    }
}

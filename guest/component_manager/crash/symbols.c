#include "symbols.h"

#include <elf.h>
#include <string.h>
#include <zircon/syscalls.h>

static bool read_file(const struct file* file, uint64_t offset, void* out, size_t size) {
    return offset <= file->size && size <= file->size - offset &&
           zx_vmo_read(file->vmo, out, file->offset + offset, size) == ZX_OK;
}

static bool read_section(const struct file* file, const Elf64_Ehdr* header, size_t index, Elf64_Shdr* out) {
    return index < header->e_shnum && read_file(file, header->e_shoff + index * sizeof(*out), out, sizeof(*out));
}

// The best table of symbols that the file has, and the names in it.
static bool find_table(const struct file* file, Elf64_Shdr* symbols, Elf64_Shdr* names) {
    Elf64_Ehdr header;
    Elf64_Shdr section;
    bool found = false;
    if (!read_file(file, 0, &header, sizeof(header)) || header.e_shentsize != sizeof(section)) {
        return false;
    }
    for (size_t i = 0; read_section(file, &header, i, &section); ++i) {
        if (section.sh_type == SHT_SYMTAB || (section.sh_type == SHT_DYNSYM && !found)) {
            *symbols = section;
            found = true;
        }
        if (section.sh_type == SHT_SYMTAB) {
            break;
        }
    }
    return found && read_section(file, &header, symbols->sh_link, names);
}

bool symbol_find(const struct file* file, uint64_t address, char name[SYMBOL_NAME_MAX], uint64_t* offset) {
    Elf64_Shdr table, names;
    Elf64_Sym part[32];
    if (file == NULL || !find_table(file, &table, &names)) {
        return false;
    }
    for (uint64_t at = 0; at < table.sh_size;) {
        const uint64_t left = table.sh_size - at, size = left < sizeof(part) ? left : sizeof(part);
        if (size < sizeof(*part) || !read_file(file, table.sh_offset + at, part, size)) {
            return false;
        }
        for (size_t i = 0; i < size / sizeof(*part); ++i) {
            const Elf64_Sym* symbol = &part[i];
            if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || symbol->st_shndx == SHN_UNDEF ||
                address < symbol->st_value || address - symbol->st_value >= symbol->st_size) {
                continue;
            }
            const uint64_t left_of_names = names.sh_size > symbol->st_name ? names.sh_size - symbol->st_name : 0;
            memset(name, 0, SYMBOL_NAME_MAX);
            *offset = address - symbol->st_value;
            return read_file(file, names.sh_offset + symbol->st_name, name,
                             left_of_names < SYMBOL_NAME_MAX - 1 ? left_of_names : SYMBOL_NAME_MAX - 1);
        }
        at += size;
    }
    return false;
}

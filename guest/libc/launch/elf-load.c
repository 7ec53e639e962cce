#include "elf-load.h"

#include <stdio.h>
#include <string.h>
#include <zircon/limits.h>
#include <zircon/syscalls.h>

#define PAGE ((uint64_t)ZX_PAGE_SIZE)
#define PAGE_DOWN(value) ((value) & ~(PAGE - 1))
#define PAGE_UP(value) PAGE_DOWN((value) + PAGE - 1)
// No file's addresses reach further than this: what the sums below must not overflow.
#define ADDRESS_MAX ((uint64_t)1 << 47)

static zx_status_t check_segments(struct elf_file* file, uint64_t file_size, const char** what) {
    uint64_t end = 0;
    bool any = false;
    for (size_t i = 0; i < file->header.e_phnum; ++i) {
        const Elf64_Phdr* segment = &file->segments[i];
        if (segment->p_type != PT_LOAD || (segment->p_memsz == 0 && segment->p_filesz == 0)) {
            continue;
        }
        // Where zeros would lie in the file does not matter.
        const bool in_file = segment->p_filesz > 0;
        if (segment->p_vaddr > ADDRESS_MAX || segment->p_memsz > ADDRESS_MAX) {
            *what = "expected segments within 47 bits of address";
            return ZX_ERR_OUT_OF_RANGE;
        }
        if (segment->p_filesz > segment->p_memsz ||
            (in_file &&
             (segment->p_offset > file_size || segment->p_filesz > file_size - segment->p_offset))) {
            *what = "expected segments within the file";
            return ZX_ERR_OUT_OF_RANGE;
        }
        if (in_file && (segment->p_vaddr - segment->p_offset) % PAGE != 0) {
            *what = "expected segments at the same place of a page in file and memory";
            return ZX_ERR_INVALID_ARGS;
        }
        if (any && PAGE_DOWN(segment->p_vaddr) < end) {
            *what = "expected segments in order, on pages of their own";
            return ZX_ERR_INVALID_ARGS;
        }
        if (!any) {
            file->low = PAGE_DOWN(segment->p_vaddr);
            any = true;
        }
        end = PAGE_UP(segment->p_vaddr + segment->p_memsz);
    }
    file->high = end;
    if (!any || end == file->low) {
        *what = "expected something to load";
        return ZX_ERR_INVALID_ARGS;
    }
    return ZX_OK;
}

zx_status_t elf_read(zx_handle_t vmo, struct elf_file* out, const char** what) {
    uint64_t size;
    Elf64_Ehdr* header = &out->header;
    *what = "expected an ELF file";
    zx_status_t status = zx_vmo_get_size(vmo, &size);
    if (status == ZX_OK) {
        status = zx_vmo_read(vmo, header, 0, sizeof(*header));
    }
    if (status != ZX_OK || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) {
        return status == ZX_OK ? ZX_ERR_IO_DATA_INTEGRITY : status;
    }
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
        header->e_machine != EM_AARCH64 || header->e_type != ET_DYN) {
        *what = "expected a position-independent little-endian arm64 file";
        return ZX_ERR_WRONG_TYPE;
    }
    if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum > ELF_SEGMENTS_MAX) {
        *what = "expected at most 32 program headers of 56 bytes";
        return ZX_ERR_OUT_OF_RANGE;
    }
    status = zx_vmo_read(vmo, out->segments, header->e_phoff, header->e_phnum * sizeof(Elf64_Phdr));
    if (status != ZX_OK) {
        *what = "expected program headers within the file";
        return status;
    }
    return check_segments(out, size, what);
}

const Elf64_Phdr* elf_segment(const struct elf_file* file, uint32_t type) {
    for (size_t i = 0; i < file->header.e_phnum; ++i) {
        if (file->segments[i].p_type == type) {
            return &file->segments[i];
        }
    }
    return NULL;
}

struct target {
    zx_handle_t vmar;
    uint64_t low;
};

static zx_status_t map(const struct target* target, zx_vm_option_t options, uint64_t address, zx_handle_t vmo,
                       uint64_t offset, uint64_t size) {
    zx_vaddr_t mapped;
    return zx_vmar_map(target->vmar, options | ZX_VM_SPECIFIC, address - target->low, vmo, offset, size, &mapped);
}

static void set_name(zx_handle_t vmo, const char* prefix, const char* name) {
    char text[ZX_MAX_NAME_LEN];
    snprintf(text, sizeof(text), "%s:%s", prefix, name);
    zx_object_set_property(vmo, ZX_PROP_NAME, text, strlen(text));
}

// The pages of a segment that the file fills: a copy, with zeros behind the file's bytes.
static zx_status_t map_copy(const struct target* target, zx_vm_option_t options, const Elf64_Phdr* segment,
                            zx_handle_t vmo, const char* name) {
    const uint64_t start = PAGE_DOWN(segment->p_offset);
    const uint64_t used = segment->p_offset + segment->p_filesz - start;
    const uint64_t size = PAGE_UP(used);
    static const char zeros[ZX_PAGE_SIZE];
    zx_handle_t copy;
    zx_status_t status = zx_vmo_clone(vmo, ZX_VMO_CLONE_COPY_ON_WRITE, start, size, &copy);
    if (status != ZX_OK) {
        return status;
    }
    set_name(copy, "data", name);
    if (used < size && segment->p_memsz > segment->p_filesz) {
        status = zx_vmo_write(copy, zeros, used, size - used);
    }
    if (status == ZX_OK) {
        status = map(target, options, PAGE_DOWN(segment->p_vaddr), copy, 0, size);
    }
    zx_handle_close(copy);
    return status;
}

static zx_status_t map_zeros(const struct target* target, zx_vm_option_t options, uint64_t address, uint64_t size,
                             const char* name) {
    zx_handle_t vmo;
    zx_status_t status = zx_vmo_create(size, ZX_VMO_NON_RESIZABLE, &vmo);
    if (status != ZX_OK) {
        return status;
    }
    set_name(vmo, "bss", name);
    status = map(target, options, address, vmo, 0, size);
    zx_handle_close(vmo);
    return status;
}

static zx_status_t map_segment(const struct target* target, const Elf64_Phdr* segment, zx_handle_t vmo,
                               const char* name) {
    // No page can be written but not read.
    const zx_vm_option_t options = (segment->p_flags & (PF_R | PF_W) ? ZX_VM_PERM_READ : 0) |
                                   (segment->p_flags & PF_W ? ZX_VM_PERM_WRITE : 0) |
                                   (segment->p_flags & PF_X ? ZX_VM_PERM_EXECUTE : 0);
    const uint64_t address = PAGE_DOWN(segment->p_vaddr);
    const uint64_t file_end = PAGE_UP(segment->p_vaddr + segment->p_filesz);
    const uint64_t end = PAGE_UP(segment->p_vaddr + segment->p_memsz);
    zx_status_t status = ZX_OK;
    if (segment->p_filesz == 0) {
        return end > address ? map_zeros(target, options, address, end - address, name) : ZX_OK;
    }
    if ((segment->p_flags & PF_W) || segment->p_memsz > segment->p_filesz) {
        status = map_copy(target, options, segment, vmo, name);
    } else {
        status = map(target, options, address, vmo, PAGE_DOWN(segment->p_offset), file_end - address);
    }
    if (status == ZX_OK && end > file_end) {
        status = map_zeros(target, options, file_end, end - file_end, name);
    }
    return status;
}

zx_status_t elf_map(const struct elf_file* file, zx_handle_t vmo, zx_handle_t parent, const char* name, zx_handle_t* vmar,
                    uintptr_t* base, const char** what) {
    const zx_vm_option_t options =
        ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC;
    zx_vaddr_t address;
    *what = "expected room in the address space";
    zx_status_t status = zx_vmar_allocate(parent, options, 0, file->high - file->low, vmar, &address);
    if (status != ZX_OK) {
        return status;
    }
    *base = address - file->low;
    *what = "expected segments that can be mapped";
    const struct target target = {*vmar, file->low};
    for (size_t i = 0; status == ZX_OK && i < file->header.e_phnum; ++i) {
        if (file->segments[i].p_type == PT_LOAD && file->segments[i].p_memsz > 0) {
            status = map_segment(&target, &file->segments[i], vmo, name);
        }
    }
    if (status != ZX_OK) {
        zx_vmar_destroy(*vmar);
        zx_handle_close(*vmar);
    }
    return status;
}

#include "elf-load.h"

#include <zircon/syscalls.h>

#include "log.h"

#define PAGE_DOWN(value) ((value) & ~(uint64_t)ZX_PAGE_MASK)
#define PAGE_UP(value) PAGE_DOWN((value) + ZX_PAGE_MASK)

static void check_file(zx_handle_t log, const struct elf_file* file, zx_status_t status, const char* what) {
    if (status != ZX_OK) {
        fail(log, "%s: %s: %e", file->name, what, status);
    }
}

void elf_read_plan(zx_handle_t log, const struct elf_file* file, struct elf_plan* plan) {
    struct elf_header header = {0};
    const uint64_t header_size = file->size < sizeof(header) ? file->size : sizeof(header);
    check_file(log, file, _zx_vmo_read(file->vmo, &header, 0, header_size), "cannot read its header");
    check_problem(log, elf_check_header(&header, file->size), file->name);
    struct elf_segment segments[ELF_MAX_SEGMENTS];
    check_file(log, file,
               _zx_vmo_read(file->vmo, segments, header.phoff, header.phnum * sizeof(segments[0])),
               "cannot read its program headers");
    check_problem(log, elf_make_plan(&header, segments, file->size, plan), file->name);
}

// No page can be written but not read.
static zx_vm_option_t permissions(const struct elf_segment* load) {
    return (load->flags & (PF_R | PF_W) ? ZX_VM_PERM_READ : 0) | (load->flags & PF_W ? ZX_VM_PERM_WRITE : 0) |
           (load->flags & PF_X ? ZX_VM_PERM_EXECUTE : 0);
}

static void map_pages(zx_handle_t log, const struct elf_file* file, zx_handle_t vmar, zx_vm_option_t options,
                      uint64_t vmar_offset, zx_handle_t vmo, uint64_t vmo_offset, uint64_t size) {
    zx_vaddr_t address = 0;
    check_file(log, file, _zx_vmar_map(vmar, options | ZX_VM_SPECIFIC, vmar_offset, vmo, vmo_offset, size, &address),
               "cannot map a segment");
}

// Zeroes what the last page of the file's part holds beyond that part.
static void clear_tail(zx_handle_t log, const struct elf_file* file, zx_handle_t vmo, uint64_t used, uint64_t end) {
    static const char zeros[256];
    while (used < end) {
        const uint64_t size = end - used < sizeof(zeros) ? end - used : sizeof(zeros);
        check_file(log, file, _zx_vmo_write(vmo, zeros, used, size), "cannot clear the end of its data");
        used += size;
    }
}

// A segment that is written to, or is larger in memory: a copy of the file's pages, then pages of zeros.
static void map_private(zx_handle_t log, zx_handle_t vmar, const struct elf_file* file,
                        const struct elf_segment* load, uint64_t vmar_offset) {
    const uint64_t file_start = PAGE_DOWN(load->offset);
    const uint64_t lead = load->vaddr - PAGE_DOWN(load->vaddr);
    const uint64_t file_pages = load->filesz == 0 ? 0 : PAGE_UP(lead + load->filesz);
    const uint64_t memory_pages = PAGE_UP(lead + load->memsz);
    zx_handle_t vmo = ZX_HANDLE_INVALID;
    if (file_pages > 0) {
        check_file(log, file, _zx_vmo_clone(file->vmo, ZX_VMO_CLONE_COPY_ON_WRITE, file_start, file_pages, &vmo),
                   "cannot copy a segment");
        if (load->memsz > load->filesz) {
            clear_tail(log, file, vmo, lead + load->filesz, file_pages);
        }
        map_pages(log, file, vmar, permissions(load), vmar_offset, vmo, 0, file_pages);
        _zx_handle_close(vmo);
    }
    if (memory_pages > file_pages) {
        check_file(log, file, _zx_vmo_create(memory_pages - file_pages, 0, &vmo), "cannot make room for its data");
        map_pages(log, file, vmar, permissions(load), vmar_offset + file_pages, vmo, 0, memory_pages - file_pages);
        _zx_handle_close(vmo);
    }
}

static void map_segment(zx_handle_t log, zx_handle_t vmar, const struct elf_file* file,
                        const struct elf_segment* load, uint64_t vmar_offset) {
    if ((load->flags & PF_W) || load->memsz > load->filesz) {
        map_private(log, vmar, file, load, vmar_offset);
        return;
    }
    const uint64_t start = PAGE_DOWN(load->offset);
    map_pages(log, file, vmar, permissions(load), vmar_offset, file->vmo, start,
              PAGE_UP(load->offset + load->filesz) - start);
}

struct loaded_elf elf_load(zx_handle_t log, zx_handle_t vmar, const struct elf_file* file,
                           const struct elf_plan* plan, zx_handle_t* segments_vmar) {
    zx_handle_t child = ZX_HANDLE_INVALID;
    zx_vaddr_t base = 0;
    check_file(log, file,
               _zx_vmar_allocate(vmar,
                                 ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE |
                                     ZX_VM_CAN_MAP_SPECIFIC,
                                 0, plan->span, &child, &base),
               "no room for its segments");
    for (unsigned i = 0; i < plan->load_count; ++i) {
        const struct elf_segment* load = &plan->loads[i];
        map_segment(log, child, file, load, PAGE_DOWN(load->vaddr) - plan->low);
    }
    if (segments_vmar != NULL) {
        *segments_vmar = child;
    } else {
        _zx_handle_close(child);
    }
    return (struct loaded_elf){base, base - plan->low + plan->entry};
}

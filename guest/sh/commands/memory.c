// Commands for memory: vmaps, vmos. docs/objects/vm_object.md, docs/objects/vm_address_region.md.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/syscalls.h>

#include "../../tasks/tasks.h"
#include "../shell.h"

static void print_map(const zx_info_maps_t* map) {
    printf("%*s%016lx-%016lx ", (int)map->depth * 2, "", map->base, map->base + map->size);
    if (map->type == ZX_INFO_MAPS_TYPE_MAPPING) {
        const zx_vm_option_t flags = map->u.mapping.mmu_flags;
        printf("%c%c%c %6lu pages of VMO %lu + 0x%lx", flags & ZX_VM_PERM_READ ? 'r' : '-',
               flags & ZX_VM_PERM_WRITE ? 'w' : '-', flags & ZX_VM_PERM_EXECUTE ? 'x' : '-',
               map->u.mapping.committed_pages, map->u.mapping.vmo_koid, map->u.mapping.vmo_offset);
    } else {
        printf("%s", map->type == ZX_INFO_MAPS_TYPE_ASPACE ? "address space" : "VMAR");
    }
    printf(" %s\n", map->name);
}

int command_vmaps(int argc, char** argv) {
    const zx_handle_t task = task_argument(argc, argv);
    if (task == ZX_HANDLE_INVALID) {
        return 2;
    }
    size_t count;
    const zx_status_t status = status_of_topic(task, ZX_INFO_PROCESS_MAPS);
    zx_info_maps_t* maps = records_of(task, ZX_INFO_PROCESS_MAPS, sizeof(*maps), &count);
    zx_handle_close(task);
    for (size_t i = 0; i < count; ++i) {
        print_map(&maps[i]);
    }
    free(maps);
    return status == ZX_OK ? 0 : complain("vmaps", status);
}

// VMOs of one process or of many, each once.
struct vmos {
    zx_info_vmo_t* list;
    size_t count;
};

static void add_vmos(void* context, zx_handle_t process, unsigned depth) {
    struct vmos* vmos = context;
    size_t count;
    zx_info_vmo_t* more = records_of(process, ZX_INFO_PROCESS_VMOS, sizeof(*more), &count);
    (void)depth;
    zx_info_vmo_t* larger = realloc(vmos->list, (vmos->count + count) * sizeof(*more));
    if (larger != NULL) {
        memcpy(larger + vmos->count, more, count * sizeof(*more));
        vmos->list = larger;
        vmos->count += count;
    }
    free(more);
}

static int by_koid(const void* left, const void* right) {
    const zx_info_vmo_t *a = left, *b = right;
    return a->koid < b->koid ? -1 : a->koid > b->koid;
}

static int by_size(const void* left, const void* right) {
    const zx_info_vmo_t *a = left, *b = right;
    if (a->committed_bytes != b->committed_bytes) {
        return a->committed_bytes > b->committed_bytes ? -1 : 1;
    }
    return by_koid(left, right);
}

static void remove_repeated(struct vmos* vmos) {
    size_t kept = 0;
    qsort(vmos->list, vmos->count, sizeof(*vmos->list), by_koid);
    for (size_t i = 0; i < vmos->count; ++i) {
        if (kept == 0 || vmos->list[kept - 1].koid != vmos->list[i].koid) {
            vmos->list[kept++] = vmos->list[i];
        }
    }
    vmos->count = kept;
}

static void print_vmos(struct vmos* vmos, const char* what_is_left_out) {
    uint64_t committed = 0;
    remove_repeated(vmos);
    qsort(vmos->list, vmos->count, sizeof(*vmos->list), by_size);
    printf("  koid parent     size   filled maps  by name\n");
    for (size_t i = 0; i < vmos->count; ++i) {
        const zx_info_vmo_t* vmo = &vmos->list[i];
        const bool physical = (vmo->flags & ZX_INFO_VMO_TYPE_PAGED) == 0;
        char parent[24] = "";
        if (vmo->parent_koid != ZX_KOID_INVALID) {
            snprintf(parent, sizeof(parent), "%lu", vmo->parent_koid);
        }
        printf("%6lu %6s %7luK %7luK %4zu %3zu %s%s\n", vmo->koid, parent, vmo->size_bytes / 1024,
               vmo->committed_bytes / 1024, vmo->num_mappings, vmo->share_count, vmo->name,
               physical ? " (physical)" : "");
        committed += vmo->committed_bytes;
    }
    printf("%zu VMOs, %luK filled%s\n", vmos->count, committed / 1024, what_is_left_out);
}

int command_vmos(int argc, char** argv) {
    struct vmos vmos = {0};
    if (argc == 1) {
        // Of the shell itself the kernel does not tell: its buffer would be among them.
        walk_job(root_job, &(struct walk){.process = add_vmos, .context = &vmos});
    } else {
        const zx_handle_t task = task_argument(argc, argv);
        if (task == ZX_HANDLE_INVALID) {
            return 2;
        }
        const zx_status_t status = status_of_topic(task, ZX_INFO_PROCESS_VMOS);
        add_vmos(&vmos, task, 0);
        zx_handle_close(task);
        if (status != ZX_OK) {
            return complain("vmos", status);
        }
    }
    print_vmos(&vmos, argc == 1 ? ", without the shell's own" : "");
    free(vmos.list);
    return 0;
}

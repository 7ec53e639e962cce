// A thread's memory: one region with pages that nothing is mapped to between its parts.
//
//     guard | stack | guard | unsafe stack | guard | shadow call stack | guard | struct thread, TCB, TLS | guard
#include <stdbool.h>
#include <string.h>
#include <zircon/limits.h>
#include <zircon/syscalls.h>

#include "../../ldso/modules.h"
#include "../pages.h"
#include "../startup.h"
#include "thread.h"

#define SHADOW_STACK_SIZE (2 * (size_t)ZX_PAGE_SIZE)
#define PARTS 4

_Static_assert(sizeof(struct thread) == 104 && offsetof(struct thread, stack_top) == 48 &&
                   offsetof(struct thread, shadow_stack) == 56,
               "entry.S has these numbers");

static bool map_parts(zx_handle_t vmar, zx_handle_t vmo, const size_t sizes[PARTS], zx_vaddr_t addresses[PARTS]) {
    uint64_t vmo_offset = 0, vmar_offset = ZX_PAGE_SIZE;
    for (unsigned i = 0; i < PARTS; ++i) {
        const zx_vm_option_t options = ZX_VM_SPECIFIC | ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;
        if (zx_vmar_map(vmar, options, vmar_offset, vmo, vmo_offset, sizes[i], &addresses[i]) != ZX_OK) {
            return false;
        }
        vmo_offset += sizes[i];
        vmar_offset += sizes[i] + ZX_PAGE_SIZE;
    }
    return true;
}

struct thread* thread_allocate(size_t stack_size) {
    const struct tls_layout* tls = modules_tls_layout();
    const size_t stack = whole_pages(stack_size);
    // In front of the struct there may have to be room, so that what lies behind it is aligned.
    const size_t own = whole_pages(sizeof(struct thread) + tls->alignment + tls->size);
    const size_t sizes[PARTS] = {stack, stack, SHADOW_STACK_SIZE, own};
    size_t whole = 0;
    for (unsigned i = 0; i < PARTS; ++i) {
        whole += sizes[i];
    }
    const size_t region_size = whole + (PARTS + 1) * (size_t)ZX_PAGE_SIZE;
    zx_handle_t vmo, vmar;
    zx_vaddr_t region, parts[PARTS];
    if (zx_vmo_create(whole, ZX_VMO_NON_RESIZABLE, &vmo) != ZX_OK) {
        return NULL;
    }
    zx_object_set_property(vmo, ZX_PROP_NAME, "thread", 6);
    const zx_vm_option_t options = ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC;
    if (zx_vmar_allocate(zx_vmar_root_self(), options, 0, region_size, &vmar, &region) != ZX_OK) {
        zx_handle_close(vmo);
        return NULL;
    }
    const bool mapped = map_parts(vmar, vmo, sizes, parts);
    zx_handle_close(vmo);
    if (!mapped) {
        zx_vmar_destroy(vmar);
    }
    zx_handle_close(vmar);
    if (!mapped) {
        return NULL;
    }
    const uintptr_t pointer = (parts[3] + sizeof(struct thread) + tls->alignment - 1) & ~(tls->alignment - 1);
    struct thread* thread = (struct thread*)pointer - 1;
    thread->region = region;
    thread->region_size = region_size;
    thread->stack_top = parts[0] + stack;
    thread->unsafe_stack = parts[1] + stack;
    thread->shadow_stack = parts[2];
    zx_cprng_draw(&thread->stack_guard, sizeof(thread->stack_guard));
    modules_fill_tls(pointer);
    return thread;
}

void thread_free(struct thread* thread) {
    zx_vmar_unmap(zx_vmar_root_self(), thread->region, thread->region_size);
}

#include "child.h"

#include <elf.h>
#include <string.h>
#include <zircon/processargs.h>
#include <zircon/syscalls/object.h>

#include "bench.h"
#include "child-code.h"

#define READ_WRITE (ZX_VM_PERM_READ | ZX_VM_PERM_WRITE)
#define READ_EXECUTE (ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE)

static zx_handle_t code; // VMO of the child's code
static zx_handle_t vdso;
static const char* own_vdso;

// Where the vDSO lies in this process: its ELF header is in the first page below its code that has one.
static const char* find_vdso(void) {
    const char* page = (const char*)((uintptr_t)zx_process_exit & ~((uintptr_t)ZX_PAGE_SIZE - 1));
    while (memcmp(page, ELFMAG, SELFMAG) != 0) {
        page -= ZX_PAGE_SIZE;
    }
    return page;
}

static void prepare(void) {
    if (code != ZX_HANDLE_INVALID) {
        return;
    }
    own_vdso = find_vdso();
    vdso = zx_take_startup_handle(PA_HND(PA_VMO_VDSO, 0));
    CHECK(zx_vmo_create(ZX_PAGE_SIZE, 0, &code));
    CHECK(zx_vmo_write(code, __start_child_code, 0, (size_t)(__stop_child_code - __start_child_code)));
    CHECK(zx_vmo_replace_as_executable(code, ZX_HANDLE_INVALID, &code));
}

// Maps the vDSO as its program headers say; how far it is from where it lies in this process.
static uintptr_t map_vdso(zx_handle_t root) {
    const Elf64_Ehdr* header = (const Elf64_Ehdr*)own_vdso;
    const Elf64_Phdr* segments = (const Elf64_Phdr*)(own_vdso + header->e_phoff);
    const zx_vm_option_t can_map = ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC;
    zx_vaddr_t base, address;
    zx_handle_t vmar;
    uint64_t size = 0;
    for (size_t i = 0; i < header->e_phnum; ++i) {
        if (segments[i].p_type == PT_LOAD) {
            size = (segments[i].p_vaddr + segments[i].p_memsz + ZX_PAGE_SIZE - 1) & -(uint64_t)ZX_PAGE_SIZE;
        }
    }
    CHECK(zx_vmar_allocate(root, can_map, 0, size, &vmar, &base));
    for (size_t i = 0; i < header->e_phnum; ++i) {
        const Elf64_Phdr* segment = &segments[i];
        if (segment->p_type == PT_LOAD) {
            const zx_vm_option_t access = (segment->p_flags & PF_X) != 0 ? READ_EXECUTE : ZX_VM_PERM_READ;
            const uint64_t length = (segment->p_memsz + ZX_PAGE_SIZE - 1) & -(uint64_t)ZX_PAGE_SIZE;
            CHECK(zx_vmar_map(vmar, ZX_VM_SPECIFIC | access, segment->p_vaddr, vdso, segment->p_offset, length,
                              &address));
        }
    }
    zx_handle_close(vmar);
    return base - (uintptr_t)own_vdso;
}

void child_create(struct child* child) {
    prepare();
    CHECK(zx_process_create(zx_job_default(), "child", 5, 0, &child->process, &child->vmar));
    CHECK(zx_thread_create(child->process, "child", 5, 0, &child->thread));
}

void child_start(struct child* child, enum child_task task, zx_handle_t handle) {
    zx_vaddr_t text, stack;
    zx_handle_t stack_vmo;
    const uintptr_t away = map_vdso(child->vmar);
#define IN_CHILD(call) ((__typeof__(&call))((uintptr_t)call + away))
    const struct child_calls calls = {
        .wait_one = IN_CHILD(zx_object_wait_one),
        .read = IN_CHILD(zx_channel_read),
        .write = IN_CHILD(zx_channel_write),
        .exit = IN_CHILD(zx_process_exit),
    };
    CHECK(zx_vmo_create(ZX_PAGE_SIZE, 0, &stack_vmo));
    CHECK(zx_vmo_write(stack_vmo, &calls, 0, sizeof(calls)));
    CHECK(zx_vmar_map(child->vmar, READ_WRITE, 0, stack_vmo, 0, ZX_PAGE_SIZE, &stack));
    CHECK(zx_vmar_map(child->vmar, READ_EXECUTE, 0, code, 0, ZX_PAGE_SIZE, &text));
    zx_handle_close(stack_vmo);
    const uintptr_t entry = (uintptr_t)(task == CHILD_ECHOES ? child_echoes : child_exits);
    CHECK(zx_process_start(child->process, child->thread, text + (entry - (uintptr_t)__start_child_code),
                           stack + ZX_PAGE_SIZE, handle, stack));
}

void child_join(struct child* child) {
    zx_info_process_t info;
    CHECK(zx_object_wait_one(child->process, ZX_PROCESS_TERMINATED, ZX_TIME_INFINITE, NULL));
    CHECK(zx_object_get_info(child->process, ZX_INFO_PROCESS, &info, sizeof(info), NULL, NULL));
    check(info.return_code == CHILD_DONE ? ZX_OK : ZX_ERR_BAD_STATE, "what the child should do");
    zx_handle_close(child->thread);
    zx_handle_close(child->vmar);
    zx_handle_close(child->process);
}

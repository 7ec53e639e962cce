#include "mini.h"

#include <elf.h>
#include <zircon/limits.h>

#define STACK_SIZE 16384

struct script {
    uint64_t count;
    struct mini_call calls[MINI_CALLS_MAX];
};

_Static_assert(sizeof(struct mini_call) == 64, "mini.S steps by 64 bytes");
_Static_assert(MINI_SCRIPT + sizeof(struct script) <= ZX_PAGE_SIZE, "code and script fit a page");

static uintptr_t own_vdso(void) {
    uintptr_t base = 0;
    EXPECT_OK(zx_object_get_property(zx_process_self(), ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, &base, sizeof(base)));
    return base;
}

// Maps the vDSO as its program headers say.
static bool map_vdso(struct mini* mini) {
    const Elf64_Ehdr* header = (const Elf64_Ehdr*)own_vdso();
    const Elf64_Phdr* segments = (const Elf64_Phdr*)((uintptr_t)header + header->e_phoff);
    zx_handle_t vmar;
    zx_vaddr_t mapped;
    uint64_t size = 0;
    for (unsigned i = 0; i < header->e_phnum; ++i) {
        if (segments[i].p_type == PT_LOAD) {
            size = segments[i].p_vaddr + segments[i].p_memsz;
        }
    }
    size = (size + ZX_PAGE_SIZE - 1) & ~(uint64_t)ZX_PAGE_MASK;
    const zx_vm_option_t can = ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC;
    if (!EXPECT_OK(zx_vmar_allocate(mini->vmar, can, 0, size, &vmar, &mini->vdso))) {
        return false;
    }
    bool right = true;
    for (unsigned i = 0; i < header->e_phnum; ++i) {
        const Elf64_Phdr* segment = &segments[i];
        if (segment->p_type == PT_LOAD) {
            const zx_vm_option_t options = ZX_VM_SPECIFIC | ZX_VM_PERM_READ |
                                           (segment->p_flags & PF_X ? ZX_VM_PERM_EXECUTE : 0);
            const uint64_t length = (segment->p_memsz + ZX_PAGE_SIZE - 1) & ~(uint64_t)ZX_PAGE_MASK;
            right = right && EXPECT_OK(zx_vmar_map(vmar, options, segment->p_vaddr, vdso_vmo, segment->p_offset, length,
                                                   &mapped));
        }
    }
    CLOSE(vmar);
    return right;
}

static bool map_code_and_stack(struct mini* mini) {
    zx_handle_t code = new_vmo(ZX_PAGE_SIZE), stack = new_vmo(STACK_SIZE);
    zx_vaddr_t address = 0;
    bool right = EXPECT_OK(zx_vmo_write(code, mini_begin, 0, (size_t)(mini_end - mini_begin)));
    right = right && EXPECT_OK(zx_vmo_replace_as_executable(code, ZX_HANDLE_INVALID, &code));
    right = right && EXPECT_OK(zx_vmar_map(mini->vmar, ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE, 0, code, 0, ZX_PAGE_SIZE,
                                           &mini->code));
    right = right && EXPECT_OK(zx_vmar_map(mini->vmar, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, stack, 0, STACK_SIZE,
                                           &address));
    mini->stack_top = address + STACK_SIZE;
    CLOSE(code, stack);
    return right;
}

bool mini_create(struct mini* mini, zx_handle_t job) {
    *mini = (struct mini){0};
    return EXPECT(vdso_vmo != ZX_HANDLE_INVALID) &&
           EXPECT_OK(zx_process_create(job, "mini", 4, 0, &mini->process, &mini->vmar)) &&
           EXPECT_OK(zx_thread_create(mini->process, "mini", 4, 0, &mini->thread)) && map_vdso(mini) &&
           map_code_and_stack(mini);
}

void mini_script(const struct mini* mini, const struct mini_call* calls, size_t count) {
    struct script script = {.count = count};
    size_t actual;
    for (size_t i = 0; i < count; ++i) {
        script.calls[i] = calls[i];
        script.calls[i].function = (void*)((uintptr_t)calls[i].function - own_vdso() + mini->vdso);
    }
    EXPECT_OK(zx_process_write_memory(mini->process, mini->code + MINI_SCRIPT, &script, sizeof(script), &actual));
}

zx_status_t mini_start(const struct mini* mini, const char* place, zx_handle_t argument) {
    const zx_vaddr_t entry = mini->code + (uintptr_t)(place - mini_begin);
    return zx_process_start(mini->process, mini->thread, entry, mini->stack_top, argument, mini->code + MINI_SCRIPT);
}

int64_t mini_join(const struct mini* mini) {
    zx_info_process_t info = {0};
    EXPECT_OK(zx_object_wait_one(mini->process, ZX_PROCESS_TERMINATED, after_ms(5000), NULL));
    EXPECT_OK(zx_object_get_info(mini->process, ZX_INFO_PROCESS, &info, sizeof(info), NULL, NULL));
    EXPECT(info.exited);
    return info.return_code;
}

void mini_close(const struct mini* mini) {
    if ((signals_of(mini->process) & ZX_PROCESS_TERMINATED) == 0) {
        EXPECT_OK(zx_task_kill(mini->process));
    }
    CLOSE(mini->process, mini->vmar, mini->thread);
}

int64_t mini_execute_script(const struct mini_call* calls, size_t count, zx_handle_t argument) {
    struct mini mini;
    int64_t code = -1;
    if (mini_create(&mini, zx_job_default())) {
        mini_script(&mini, calls, count);
        EXPECT_OK(mini_start(&mini, mini_run, argument));
        code = mini_join(&mini);
    }
    mini_close(&mini);
    return code;
}

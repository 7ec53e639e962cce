#include "child.h"

#include <string.h>
#include <zircon/syscalls.h>

#include "elf-load.h"
#include "log.h"
#include "missing.h"
#include "text.h"

#define DEFAULT_STACK_SIZE ((uint64_t)256 << 10)
#define LIBRARY_PREFIX "lib/"

// What grows while the child is being made.
struct making {
    zx_handle_t log;
    const char* name;
    zx_handle_t process, vmar, thread;
    // Userboot's end of the bootstrap channel, and the child's.
    zx_handle_t to_child, from_userboot;
    zx_handle_t stack_vmo;
    zx_vaddr_t stack_pointer;
    zx_vaddr_t vdso_base;
    struct loaded_elf program;
};

static zx_handle_t duplicate(zx_handle_t log, zx_handle_t handle) {
    zx_handle_t copy = ZX_HANDLE_INVALID;
    check(log, _zx_handle_duplicate(handle, ZX_RIGHT_SAME_RIGHTS, &copy), "cannot duplicate a handle");
    return copy;
}

static struct elf_file open_file(const struct boot_files* files, const char* path, bool is_program) {
    struct elf_file file = {ZX_HANDLE_INVALID, 0, path};
    uint32_t size = 0;
    const zx_status_t status = boot_files_get(files, path, text_length(path), &file.vmo, &size);
    if (status == ZX_ERR_NOT_FOUND && is_program) {
        fail_missing_program(files, path);
    }
    if (status == ZX_ERR_NOT_FOUND) {
        fail(files->log, "%s: no such file in BOOTFS", path);
    }
    if (status != ZX_OK) {
        fail(files->log, "%s: cannot get it from BOOTFS: %e", path, status);
    }
    file.size = size;
    return file;
}

static void create_process(struct making* making, zx_handle_t job) {
    const size_t length = text_length(making->name);
    check(making->log,
          _zx_process_create(job, making->name, length, 0, &making->process, &making->vmar),
          "cannot create the process");
    check(making->log, _zx_thread_create(making->process, making->name, length, 0, &making->thread),
          "cannot create the thread");
    check(making->log, _zx_channel_create(0, &making->to_child, &making->from_userboot),
          "cannot create the bootstrap channel");
}

// Keeps the kernel's choice of addresses in the upper half of the address space, for sanitizers that want the
// lower one. The region is to be destroyed when all is mapped.
static zx_handle_t reserve_low_half(const struct making* making) {
    zx_info_vmar_t info = {0};
    check(making->log,
          _zx_object_get_info(making->vmar, ZX_INFO_VMAR, &info, sizeof(info), NULL, NULL),
          "cannot get the child's address space");
    const zx_vaddr_t middle = (info.base + info.len) / 2 & ~(uint64_t)ZX_PAGE_MASK;
    zx_handle_t reserved = ZX_HANDLE_INVALID;
    zx_vaddr_t address = 0;
    check(making->log,
          _zx_vmar_allocate(making->vmar, ZX_VM_SPECIFIC, 0, middle - info.base, &reserved, &address),
          "cannot reserve the low half of the child's address space");
    return reserved;
}

static void make_stack(struct making* making, uint64_t size) {
    static const char name[] = "userboot-child-stack";
    zx_vaddr_t base = 0;
    check(making->log, _zx_vmo_create(size, 0, &making->stack_vmo), "cannot make the child's stack");
    _zx_object_set_property(making->stack_vmo, ZX_PROP_NAME, name, sizeof(name) - 1);
    check(making->log,
          _zx_vmar_map(making->vmar, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, making->stack_vmo, 0, size, &base),
          "cannot map the child's stack");
    // Aligned to 16 bytes as AAPCS64 demands at a function's entry: pages are.
    making->stack_pointer = base + size;
}

static void map_vdso(struct making* making, zx_handle_t vdso_vmo) {
    struct elf_file vdso = {vdso_vmo, 0, "vDSO"};
    struct elf_plan plan;
    check(making->log, _zx_vmo_get_size(vdso_vmo, &vdso.size), "vDSO: cannot get its size");
    elf_read_plan(making->log, &vdso, &plan);
    making->vdso_base = elf_load(making->log, making->vmar, &vdso, &plan, NULL).base;
}

// The first message: what a dynamic linker needs to load the program and its libraries.
static zx_handle_t send_linker_message(const struct making* making, zx_handle_t executable,
                                       zx_handle_t segments_vmar) {
    static const char environment[] = "LD_DEBUG=1";
    zx_handle_t loader_channel = ZX_HANDLE_INVALID, linker_end = ZX_HANDLE_INVALID;
    check(making->log, _zx_channel_create(0, &loader_channel, &linker_end),
          "cannot create the loader service's channel");
    const zx_handle_t handles[] = {
        executable,
        duplicate(making->log, making->log),
        duplicate(making->log, making->process),
        duplicate(making->log, making->vmar),
        segments_vmar,
        duplicate(making->log, making->thread),
        linker_end,
    };
    static const uint32_t infos[countof(handles)] = {
        PA_HND(PA_VMO_EXECUTABLE, 0), PA_HND(PA_FDIO_LOGGER, 0), PA_HND(PA_PROC_SELF, 0),
        PA_HND(PA_VMAR_ROOT, 0),      PA_HND(PA_VMAR_LOADED, 0), PA_HND(PA_THREAD_SELF, 0),
        PA_HND(PA_LDSVC_LOADER, 0),
    };
    message_send(making->log, making->to_child, (struct strings){NULL, 0, 0},
                 (struct strings){environment, sizeof(environment), 1}, handles, infos, countof(handles));
    return loader_channel;
}

// "lib/" and the name that the program's PT_INTERP holds.
static void interpreter_path(const struct making* making, const struct elf_file* file, const struct elf_plan* plan,
                             char* path, size_t room) {
    const size_t prefix = sizeof(LIBRARY_PREFIX) - 1;
    if (plan->interp_size > room - prefix) {
        fail(making->log, "%s: its interpreter's name of %u bytes is too long", file->name, plan->interp_size);
    }
    memcpy(path, LIBRARY_PREFIX, prefix);
    check(making->log, _zx_vmo_read(file->vmo, path + prefix, plan->interp_offset, plan->interp_size),
          "cannot read the interpreter's name");
    if (path[prefix + plan->interp_size - 1] != '\0' || path[prefix] == '\0') {
        fail(making->log, "%s: its interpreter's name is empty or not ended by NUL", file->name);
    }
}

// Maps the program, or the dynamic linker that it names; then the service's end of the linker's channel is returned.
static zx_handle_t load_program(struct making* making, const struct boot_files* files, uint64_t* stack_size) {
    struct elf_file file = open_file(files, making->name, true);
    struct elf_plan plan;
    elf_read_plan(making->log, &file, &plan);
    *stack_size = plan.stack_size > 0 ? plan.stack_size : DEFAULT_STACK_SIZE;
    if (plan.interp_size == 0) {
        making->program = elf_load(making->log, making->vmar, &file, &plan, NULL);
        _zx_handle_close(file.vmo);
        return ZX_HANDLE_INVALID;
    }
    char path[256];
    interpreter_path(making, &file, &plan, path, sizeof(path));
    log_line(making->log, "%s wants %s", making->name, path);
    struct elf_file linker = open_file(files, path, false);
    elf_read_plan(making->log, &linker, &plan);
    if (plan.interp_size > 0) {
        fail(making->log, "%s: an interpreter that has an interpreter", path);
    }
    zx_handle_t segments_vmar = ZX_HANDLE_INVALID;
    making->program = elf_load(making->log, making->vmar, &linker, &plan, &segments_vmar);
    _zx_handle_close(linker.vmo);
    return send_linker_message(making, file.vmo, segments_vmar);
}

// The main message: the kernel's handles in their order, four replaced, and BOOTFS.
static void send_main_message(const struct making* making, struct bootstrap* bootstrap, const struct boot_files* files,
                              const struct options* options) {
    *bootstrap_handle(bootstrap, PA_HND(PA_PROC_SELF, 0), "PA_PROC_SELF") =
        duplicate(making->log, making->process);
    *bootstrap_handle(bootstrap, PA_HND(PA_THREAD_SELF, 0), "PA_THREAD_SELF") =
        duplicate(making->log, making->thread);
    *bootstrap_handle(bootstrap, PA_HND(PA_VMAR_ROOT, 0), "PA_VMAR_ROOT") = making->vmar;
    *bootstrap_handle(bootstrap, PA_HND(PA_VMO_STACK, 0), "PA_VMO_STACK") = making->stack_vmo;

    zx_handle_t handles[ZX_CHANNEL_MAX_MSG_HANDLES];
    uint32_t infos[ZX_CHANNEL_MAX_MSG_HANDLES];
    uint32_t count = bootstrap->handle_count;
    if (count == countof(handles)) {
        fail(making->log, "no place for BOOTFS among %u handles", (uint64_t)count);
    }
    memcpy(handles, bootstrap->handles, count * sizeof(handles[0]));
    memcpy(infos, bootstrap->infos, count * sizeof(infos[0]));
    handles[count] = duplicate(making->log, files->vmo);
    infos[count++] = PA_HND(PA_VMO_BOOTFS, 0);
    message_send(making->log, making->to_child, options->arguments, bootstrap_environment(bootstrap), handles, infos,
                 count);
}

struct child child_start(zx_handle_t log, struct bootstrap* bootstrap, const struct boot_files* files,
                         const struct options* options) {
    struct making making = {.log = log, .name = options->arguments.first};
    log_line(log, "loading %s", making.name);
    create_process(&making, *bootstrap_handle(bootstrap, PA_HND(PA_JOB_DEFAULT, 0), "PA_JOB_DEFAULT"));
    const zx_handle_t low_half = reserve_low_half(&making);
    uint64_t stack_size = 0;
    const zx_handle_t loader_channel = load_program(&making, files, &stack_size);
    map_vdso(&making, *bootstrap_handle(bootstrap, PA_HND(PA_VMO_VDSO, 0), "PA_VMO_VDSO"));
    make_stack(&making, stack_size);
    check(log, _zx_vmar_destroy(low_half), "cannot release the low half of the child's address space");
    _zx_handle_close(low_half);

    send_main_message(&making, bootstrap, files, options);
    _zx_handle_close(making.to_child);
    check(log,
          _zx_process_start(making.process, making.thread, making.program.entry, making.stack_pointer,
                            making.from_userboot, making.vdso_base),
          "cannot start the process");
    _zx_handle_close(making.thread);
    log_line(log, "%s started", making.name);
    return (struct child){making.process, loader_channel};
}

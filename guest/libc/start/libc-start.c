// From the program's entry point to its main(): the second processargs message, the first thread's own memory, the
// constructors. docs/program_loading.md.
#include <stdlib.h>
#include <string.h>
#include <zircon/syscalls.h>

#include "../../ldso/modules.h"
#include "../startup.h"
#include "../threads/thread.h"

typedef int main_t(int argc, char** argv, char** envp);

__EXPORT char** environ;

static struct {
    main_t* main;
    int argc;
    char** argv;
} program;

static _Noreturn void fail(const char* text) {
    zx_debug_write(text, strlen(text));
    zx_process_exit(-1);
    __builtin_unreachable();
}

static char** string_list(const struct process_args* args, uint32_t offset, uint32_t count) {
    char** strings = malloc((count + 1) * sizeof(char*));
    if (strings == NULL) {
        fail("libc: no memory for arguments\n");
    }
    process_args_strings(args, offset, count, strings);
    return strings;
}

static void read_message(zx_handle_t bootstrap, zx_handle_t* thread) {
    uint32_t size = 0;
    struct process_args args;
    void* buffer = process_args_size(bootstrap, &size) == ZX_OK ? malloc(size) : NULL;
    if (buffer == NULL || process_args_read(bootstrap, buffer, size, &args) != ZX_OK) {
        fail("libc: expected a processargs message with the program's arguments and handles\n");
    }
    zx_handle_close(bootstrap);

    // The dynamic linker's handles gave way for these, if the message has them.
    const zx_handle_t process = process_args_take(&args, PA_HND(PA_PROC_SELF, 0));
    const zx_handle_t vmar = process_args_take(&args, PA_HND(PA_VMAR_ROOT, 0));
    zx_handle_t old_process = zx_process_self(), old_vmar = zx_vmar_root_self();
    set_self_handles(process == ZX_HANDLE_INVALID ? old_process : process, vmar == ZX_HANDLE_INVALID ? old_vmar : vmar);
    if (process != ZX_HANDLE_INVALID) {
        zx_handle_close(old_process);
    }
    if (vmar != ZX_HANDLE_INVALID) {
        zx_handle_close(old_vmar);
    }
    *thread = process_args_take(&args, PA_HND(PA_THREAD_SELF, 0));

    program.argc = (int)args.header->args_num;
    program.argv = string_list(&args, args.header->args_off, args.header->args_num);
    environ = string_list(&args, args.header->environ_off, args.header->environ_num);
    set_startup(&args, string_list(&args, args.header->names_off, args.header->names_num));
}

// Runs on the stack that the thread keeps.
static _Noreturn void run_program(void) {
    modules_begin();
    exit(program.main(program.argc, program.argv, environ));
}

// The program's _start (guest/libc/crt/Scrt1.S) calls this.
__EXPORT _Noreturn void __libc_start_main(zx_handle_t bootstrap, main_t* main) {
    zx_handle_t handle = ZX_HANDLE_INVALID;
    if (main == NULL) {
        fail("libc: expected the program to have a main()\n");
    }
    program.main = main;
    read_message(bootstrap, &handle);
    struct thread* thread = thread_allocate(default_stack_size);
    if (thread == NULL) {
        fail("libc: no memory for the first thread\n");
    }
    thread->handle = handle;
    thread_switch_to(thread, run_program);
}

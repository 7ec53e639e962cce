// The first program that userboot starts: keeps what the kernel handed out, serves the files of the boot image, and runs
// a shell on the console.
#include <launch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/dlfcn.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>

#include "files.h"
#include "server.h"

#define SHELL "bin/sh"

extern char** environ;

static zx_handle_t resource;
static zx_handle_t vdso;

static zx_handle_t duplicate(zx_handle_t handle) {
    zx_handle_t copy = ZX_HANDLE_INVALID;
    zx_handle_duplicate(handle, ZX_RIGHT_SAME_RIGHTS, &copy);
    return copy;
}

static size_t environment_count(void) {
    size_t count = 0;
    while (environ[count] != NULL) {
        ++count;
    }
    return count;
}

static zx_status_t start_shell(zx_handle_t* process, const char** what) {
    const char* const arguments[] = {SHELL};
    const char* const names[] = {"/boot"};
    const struct file* file = files_find(SHELL, strlen(SHELL));
    zx_handle_t executable, loader, files;
    *what = "expected a program " SHELL;
    zx_status_t status = file == NULL ? ZX_ERR_NOT_FOUND : file_open(file, &executable);
    if (status == ZX_OK) {
        status = server_open(answer_loader, &loader);
    }
    if (status == ZX_OK) {
        status = server_open(answer_boot_files, &files);
    }
    if (status != ZX_OK) {
        return status;
    }
    const zx_handle_t handles[] = {duplicate(zx_job_default()), duplicate(resource), duplicate(vdso), files};
    const uint32_t infos[] = {PA_HND(PA_JOB_DEFAULT, 0), PA_HND(PA_RESOURCE, 0), PA_HND(PA_VMO_VDSO, 0),
                              PA_HND(PA_NS_DIR, 0)};
    const launch_t request = {
        .name = SHELL,
        .job = zx_job_default(),
        .executable = executable,
        .vdso = vdso,
        .loader = loader,
        .argument_count = countof(arguments),
        .arguments = arguments,
        .environment_count = environment_count(),
        .environment = (const char* const*)environ,
        .name_count = countof(names),
        .names = names,
        .handle_count = countof(handles),
        .handles = handles,
        .handle_infos = infos,
    };
    return launch(&request, process, what);
}

// A shell that ends is followed by another.
static _Noreturn void run_shells(void) {
    for (;;) {
        zx_handle_t process;
        const char* what;
        const zx_status_t status = start_shell(&process, &what);
        if (status != ZX_OK) {
            printf("component_manager: %s: %s (%s)\n", SHELL, what, zx_status_get_string(status));
            exit(EXIT_FAILURE);
        }
        zx_object_wait_one(process, ZX_TASK_TERMINATED, ZX_TIME_INFINITE, NULL);
        zx_info_process_t info = {0};
        zx_object_get_info(process, ZX_INFO_PROCESS, &info, sizeof(info), NULL, NULL);
        zx_handle_close(process);
        printf("component_manager: %s ended with %ld, starting another\n", SHELL, info.return_code);
    }
}

int main(int argc, char** argv) {
    if (argc != 2 || strcmp(argv[1], "--boot") != 0) {
        printf("component_manager: expected to be started as component_manager --boot\n");
        return EXIT_FAILURE;
    }
    const zx_handle_t bootfs = zx_take_startup_handle(PA_HND(PA_VMO_BOOTFS, 0));
    const zx_handle_t kernel_file = zx_take_startup_handle(PA_HND(PA_VMO_KERNEL_FILE, 0));
    resource = zx_take_startup_handle(PA_HND(PA_RESOURCE, 0));
    vdso = zx_take_startup_handle(PA_HND(PA_VMO_VDSO, 0));
    if (bootfs == ZX_HANDLE_INVALID || vdso == ZX_HANDLE_INVALID) {
        printf("component_manager: expected the handles of BOOTFS and vDSO\n");
        return EXIT_FAILURE;
    }
    files_read_bootfs(bootfs);
    if (kernel_file != ZX_HANDLE_INVALID) {
        files_add_kernel_file(kernel_file);
    }
    server_start();
    launch_precede(zx_job_default(), zx_thread_self());
    // Everything is loaded: userboot, which gave the libraries, may go.
    zx_handle_close(dl_set_loader_service(ZX_HANDLE_INVALID));
    run_shells();
}

// The first program that userboot starts: keeps what the kernel handed out, serves the files of the boot image and the
// services among them, reports crashes, reads the console, and runs a shell on it.
#include <launch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/dlfcn.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>

#include "../terminal/keys.h"
#include "crash/crash-reporter.h"
#include "files.h"
#include "keys.h"
#include "programs.h"
#include "server.h"

#define SHELL "bin/sh"

// A shell that ends is followed by another, which gets the keys that it has left.
static _Noreturn void run_shells(void) {
    for (;;) {
        zx_handle_t process;
        const char* what;
        const uint32_t info_of_keys = KEYS_HANDLE;
        const zx_handle_t keys = keys_for_shell();
        const zx_status_t status = program_start(SHELL, zx_job_default(), 1, &info_of_keys, &keys, &process, &what);
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
    root_resource = zx_take_startup_handle(PA_HND(PA_RESOURCE, 0));
    vdso = zx_take_startup_handle(PA_HND(PA_VMO_VDSO, 0));
    if (bootfs == ZX_HANDLE_INVALID || vdso == ZX_HANDLE_INVALID) {
        printf("component_manager: expected the handles of BOOTFS and vDSO\n");
        return EXIT_FAILURE;
    }
    files_read_bootfs(bootfs);
    if (kernel_file != ZX_HANDLE_INVALID) {
        files_add_kernel_file(kernel_file);
    }
    server_start(&files_server);
    server_start(&services_server);
    crash_reporter_start(zx_job_default());
    launch_precede(zx_job_default(), zx_thread_self());
    const zx_status_t reading = keys_start(root_resource);
    if (reading != ZX_OK) {
        printf("component_manager: expected to be let read the console (%s)\n", zx_status_get_string(reading));
        return EXIT_FAILURE;
    }
    // Everything is loaded: userboot, which gave the libraries, may go.
    zx_handle_close(dl_set_loader_service(ZX_HANDLE_INVALID));
    run_shells();
}

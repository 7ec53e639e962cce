// Userboot, the first user process: from the kernel's bootstrap message to the first program of the boot image.
#include <zircon/syscalls.h>
#include <zircon/syscalls/system.h>

#include "boot-image.h"
#include "child.h"
#include "loader-service.h"
#include "log.h"
#include "message.h"
#include "options.h"

static zx_handle_t open_log(zx_handle_t resource) {
    zx_handle_t log = ZX_HANDLE_INVALID;
    check(ZX_HANDLE_INVALID, _zx_debuglog_create(resource, 0, &log), "cannot open the debug log");
    return log;
}

// What is left for userboot to do when the program has ended, if it was asked to.
static void wait_and_power_off(zx_handle_t log, zx_handle_t process, zx_handle_t resource,
                               const struct options* options) {
    const char* name = options->arguments.first;
    check(log, _zx_object_wait_one(process, ZX_PROCESS_TERMINATED, ZX_TIME_INFINITE, NULL),
          "cannot wait for the process");
    zx_info_process_t info = {0};
    check(log, _zx_object_get_info(process, ZX_INFO_PROCESS, &info, sizeof(info), NULL, NULL),
          "cannot get the process's return code");
    log_line(log, "%s exited with %d", name, info.return_code);
    if (options->reboot) {
        log_line(log, "rebooting in 3 seconds");
        _zx_nanosleep(_zx_deadline_after(ZX_SEC(3)));
    } else {
        log_line(log, "shutting down");
    }
    const uint32_t command = options->reboot ? ZX_SYSTEM_POWERCTL_REBOOT : ZX_SYSTEM_POWERCTL_SHUTDOWN;
    check(log, _zx_system_powerctl(resource, command, NULL), "cannot power off");
}

// Everything that needs the bootstrap message, whose 64 KiB are off the stack afterwards.
static __NO_INLINE struct child launch(zx_handle_t channel, struct options* options, struct boot_files* files,
                                       zx_handle_t* log, zx_handle_t* resource) {
    struct bootstrap bootstrap;
    bootstrap_read(channel, &bootstrap);
    _zx_handle_close(channel);

    const zx_handle_t root = *bootstrap_handle(&bootstrap, PA_HND(PA_RESOURCE, 0), "PA_RESOURCE");
    *log = open_log(root);
    log_line(*log, "bootstrap message of %u bytes with %u handles", (uint64_t)bootstrap.size,
             (uint64_t)bootstrap.handle_count);
    options_parse(*log, bootstrap_environment(&bootstrap), options);
    if (options->shutdown || options->reboot) {
        check(*log, _zx_handle_duplicate(root, ZX_RIGHT_SAME_RIGHTS, resource), "cannot keep the root resource");
    }
    boot_files_open(*log, *bootstrap_handle(&bootstrap, PA_HND(PA_VMAR_ROOT, 0), "PA_VMAR_ROOT"),
                    *bootstrap_handle(&bootstrap, PA_HND(PA_VMO_BOOTDATA, 0), "PA_VMO_BOOTDATA"), files);
    return child_start(*log, &bootstrap, files, options);
}

__EXPORT __NO_RETURN void _start(zx_handle_t bootstrap_channel, uintptr_t vdso_base) {
    // Userboot is linked to the vDSO's functions where they lie: right behind its own pages.
    (void)vdso_base;
    zx_handle_t log = ZX_HANDLE_INVALID, resource = ZX_HANDLE_INVALID;
    struct options options;
    struct boot_files files;
    const struct child child = launch(bootstrap_channel, &options, &files, &log, &resource);
    if (child.loader_channel != ZX_HANDLE_INVALID) {
        loader_service_run(log, &files, child.loader_channel);
    }
    if (resource != ZX_HANDLE_INVALID) {
        wait_and_power_off(log, child.process, resource, &options);
    }
    log_line(log, "done");
    _zx_process_exit(0);
}

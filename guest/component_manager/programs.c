#include "programs.h"

#include <launch.h>
#include <string.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include "files.h"
#include "server.h"

#define HANDLES_MAX 8

extern char** environ;

zx_handle_t root_resource;
zx_handle_t vdso;

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

// What a program is read from, and the channels that are its own.
struct channels {
    zx_handle_t executable, loader, files, services;
};

static zx_status_t open_channels(const char* path, struct channels* out) {
    const struct file* file = files_find(path, strlen(path));
    zx_status_t status = file == NULL ? ZX_ERR_NOT_FOUND : file_open(file, &out->executable);
    if (status == ZX_OK) {
        status = server_open(&files_server, answer_loader, &out->loader);
    }
    if (status == ZX_OK) {
        status = server_open(&files_server, answer_boot_files, &out->files);
    }
    if (status == ZX_OK) {
        status = server_open(&services_server, answer_services, &out->services);
    }
    return status;
}

zx_status_t program_start(const char* path, zx_handle_t job, size_t count, const uint32_t* infos,
                          const zx_handle_t* handles, zx_handle_t* process, const char** what) {
    static const char* const names[] = {"/boot", "/svc"};
    struct channels channels = {0};
    *what = "expected a program in the boot image";
    const zx_status_t status = open_channels(path, &channels);
    if (status != ZX_OK || count > HANDLES_MAX) {
        zx_handle_close_many(&channels.executable, sizeof(channels) / sizeof(zx_handle_t));
        zx_handle_close_many(handles, count);
        return status == ZX_OK ? ZX_ERR_OUT_OF_RANGE : status;
    }
    uint32_t all_infos[HANDLES_MAX + 5] = {PA_HND(PA_JOB_DEFAULT, 0), PA_HND(PA_RESOURCE, 0), PA_HND(PA_VMO_VDSO, 0),
                                           PA_HND(PA_NS_DIR, 0), PA_HND(PA_NS_DIR, 1)};
    zx_handle_t all[HANDLES_MAX + 5] = {duplicate(zx_job_default()), duplicate(root_resource), duplicate(vdso),
                                        channels.files, channels.services};
    memcpy(all_infos + 5, infos, count * sizeof(*infos));
    memcpy(all + 5, handles, count * sizeof(*handles));
    const launch_t request = {
        .name = path,
        .job = job,
        .executable = channels.executable,
        .vdso = vdso,
        .loader = channels.loader,
        .argument_count = 1,
        .arguments = &path,
        .environment_count = environment_count(),
        .environment = (const char* const*)environ,
        .name_count = countof(names),
        .names = names,
        .handle_count = count + 5,
        .handles = all,
        .handle_infos = all_infos,
    };
    return launch(&request, process, what);
}

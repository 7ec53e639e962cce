// The handles that a process has of itself.
#include <string.h>
#include <zircon/syscalls.h>

#include "../startup.h"
#include "../threads/thread.h"

static zx_handle_t process_self;
static zx_handle_t vmar_root_self;
static zx_handle_t job_default;

// The second message's handles that nobody has taken yet, and the names of its PA_NS_DIR.
static struct process_args startup;
static char** startup_names;
static zx_handle_t resource; // startup_resource()

void set_self_handles(zx_handle_t process, zx_handle_t vmar_root) {
    process_self = process;
    vmar_root_self = vmar_root;
}

void set_startup(const struct process_args* args, char** names) {
    memcpy(&startup, args, sizeof(startup));
    startup_names = names;
    job_default = process_args_take(&startup, PA_HND(PA_JOB_DEFAULT, 0));
}

// Where the startup message has this handle, or had it before it was taken; handle_count if nowhere.
static uint32_t place_of(uint32_t info) {
    uint32_t i = 0;
    while (i < startup.handle_count && startup.infos[i] != info) {
        ++i;
    }
    return i;
}

zx_handle_t startup_resource(void) {
    const uint32_t place = place_of(PA_HND(PA_RESOURCE, 0));
    const bool other_input = place_of(PA_HND(PA_FDIO_SOCKET, 0)) < startup.handle_count;
    if (resource == ZX_HANDLE_INVALID && place < startup.handle_count && !other_input) {
        zx_handle_duplicate(startup.handles[place], ZX_RIGHT_SAME_RIGHTS, &resource);
    }
    return resource;
}

__EXPORT zx_handle_t zx_take_startup_handle(uint32_t info) {
    if (info == PA_HND(PA_RESOURCE, 0)) {
        startup_resource();
    }
    return process_args_take(&startup, info);
}

zx_handle_t take_namespace_handle(const char* path) {
    for (uint32_t i = 0; startup_names != NULL && startup_names[i] != NULL; ++i) {
        if (strcmp(startup_names[i], path) == 0) {
            return process_args_take(&startup, PA_HND(PA_NS_DIR, i));
        }
    }
    return ZX_HANDLE_INVALID;
}

__EXPORT zx_handle_t _zx_process_self(void) { return process_self; }
__EXPORT zx_handle_t zx_process_self(void) __ALIAS("_zx_process_self");
__EXPORT zx_handle_t _zx_vmar_root_self(void) { return vmar_root_self; }
__EXPORT zx_handle_t zx_vmar_root_self(void) __ALIAS("_zx_vmar_root_self");
__EXPORT zx_handle_t _zx_job_default(void) { return job_default; }
__EXPORT zx_handle_t zx_job_default(void) __ALIAS("_zx_job_default");
__EXPORT zx_handle_t _zx_thread_self(void) { return thread_self()->handle; }
__EXPORT zx_handle_t zx_thread_self(void) __ALIAS("_zx_thread_self");

// Jobs, processes and threads, as the kernel tells of them. docs/objects/job.md, docs/syscalls/object_get_info.md.
#pragma once

#include <stddef.h>
#include <zircon/syscalls/object.h>
#include <zircon/types.h>

zx_koid_t koid_of(zx_handle_t handle);
void name_of(zx_handle_t handle, char name[ZX_MAX_NAME_LEN]);

// Whether the kernel tells of a topic with this handle.
zx_status_t status_of_topic(zx_handle_t handle, uint32_t topic);
// All records of a topic that tells several, each of `size` bytes; null if there are none. The caller frees them.
void* records_of(zx_handle_t handle, uint32_t topic, size_t size, size_t* count);
zx_koid_t* koids_of(zx_handle_t task, uint32_t topic, size_t* count);

zx_handle_t child_of(zx_handle_t task, zx_koid_t koid);
// `job` itself, or a job or process somewhere below it; ZX_HANDLE_INVALID if there is none of this koid.
zx_handle_t find_task(zx_handle_t job, zx_koid_t koid);

// Walks a tree of jobs from the top; each function may be null.
struct walk {
    void (*job)(void* context, zx_handle_t job, unsigned depth);
    void (*process)(void* context, zx_handle_t process, unsigned depth);
    void* context;
};
void walk_job(zx_handle_t job, const struct walk* walk);

const char* thread_state_name(zx_thread_state_t state);

#include "tasks.h"

#include <stdlib.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/object.h>

zx_koid_t koid_of(zx_handle_t handle) {
    zx_info_handle_basic_t basic = {0};
    zx_object_get_info(handle, ZX_INFO_HANDLE_BASIC, &basic, sizeof(basic), NULL, NULL);
    return basic.koid;
}

void name_of(zx_handle_t handle, char name[ZX_MAX_NAME_LEN]) {
    name[0] = '\0';
    zx_object_get_property(handle, ZX_PROP_NAME, name, ZX_MAX_NAME_LEN);
}

zx_status_t status_of_topic(zx_handle_t handle, uint32_t topic) {
    return zx_object_get_info(handle, topic, NULL, 0, NULL, NULL);
}

void* records_of(zx_handle_t handle, uint32_t topic, size_t size, size_t* count) {
    size_t there = 0;
    *count = 0;
    if (zx_object_get_info(handle, topic, NULL, 0, count, &there) != ZX_OK) {
        return NULL;
    }
    // A few more, for what comes in between.
    const size_t room = (there + 16) * size;
    void* records = malloc(room);
    if (records == NULL || zx_object_get_info(handle, topic, records, room, count, NULL) != ZX_OK) {
        *count = 0;
    }
    return records;
}

zx_koid_t* koids_of(zx_handle_t task, uint32_t topic, size_t* count) {
    return records_of(task, topic, sizeof(zx_koid_t), count);
}

zx_handle_t child_of(zx_handle_t task, zx_koid_t koid) {
    zx_handle_t child = ZX_HANDLE_INVALID;
    zx_object_get_child(task, koid, ZX_RIGHT_SAME_RIGHTS, &child);
    return child;
}

zx_handle_t find_task(zx_handle_t job, zx_koid_t koid) {
    zx_handle_t found = ZX_HANDLE_INVALID;
    if (koid_of(job) == koid) {
        zx_handle_duplicate(job, ZX_RIGHT_SAME_RIGHTS, &found);
        return found;
    }
    found = child_of(job, koid);
    if (found != ZX_HANDLE_INVALID) {
        return found;
    }
    size_t count;
    zx_koid_t* koids = koids_of(job, ZX_INFO_JOB_CHILDREN, &count);
    for (size_t i = 0; i < count && found == ZX_HANDLE_INVALID; ++i) {
        const zx_handle_t child = child_of(job, koids[i]);
        if (child != ZX_HANDLE_INVALID) {
            found = find_task(child, koid);
            zx_handle_close(child);
        }
    }
    free(koids);
    return found;
}

static void walk_processes(zx_handle_t job, unsigned depth, const struct walk* walk) {
    size_t count;
    zx_koid_t* koids = koids_of(job, ZX_INFO_JOB_PROCESSES, &count);
    for (size_t i = 0; i < count; ++i) {
        const zx_handle_t process = child_of(job, koids[i]);
        if (process != ZX_HANDLE_INVALID) {
            walk->process(walk->context, process, depth);
            zx_handle_close(process);
        }
    }
    free(koids);
}

static void walk_below(zx_handle_t job, unsigned depth, const struct walk* walk) {
    size_t count;
    if (walk->job != NULL) {
        walk->job(walk->context, job, depth);
    }
    if (walk->process != NULL) {
        walk_processes(job, depth + 1, walk);
    }
    zx_koid_t* koids = koids_of(job, ZX_INFO_JOB_CHILDREN, &count);
    for (size_t i = 0; i < count; ++i) {
        const zx_handle_t child = child_of(job, koids[i]);
        if (child != ZX_HANDLE_INVALID) {
            walk_below(child, depth + 1, walk);
            zx_handle_close(child);
        }
    }
    free(koids);
}

void walk_job(zx_handle_t job, const struct walk* walk) { walk_below(job, 0, walk); }

const char* thread_state_name(zx_thread_state_t state) {
    switch (state) {
        case ZX_THREAD_STATE_NEW: return "new";
        case ZX_THREAD_STATE_RUNNING: return "running";
        case ZX_THREAD_STATE_SUSPENDED: return "suspended";
        case ZX_THREAD_STATE_DYING: return "dying";
        case ZX_THREAD_STATE_DEAD: return "dead";
        case ZX_THREAD_STATE_BLOCKED_EXCEPTION: return "in an exception";
        case ZX_THREAD_STATE_BLOCKED_SLEEPING: return "sleeping";
        case ZX_THREAD_STATE_BLOCKED_FUTEX: return "waiting for a futex";
        case ZX_THREAD_STATE_BLOCKED_PORT: return "waiting for a port";
        case ZX_THREAD_STATE_BLOCKED_CHANNEL: return "waiting for a reply";
        case ZX_THREAD_STATE_BLOCKED_WAIT_ONE: return "waiting for an object";
        case ZX_THREAD_STATE_BLOCKED_WAIT_MANY: return "waiting for objects";
        case ZX_THREAD_STATE_BLOCKED_INTERRUPT: return "waiting for an interrupt";
        default: return "blocked";
    }
}

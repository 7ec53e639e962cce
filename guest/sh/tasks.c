// Jobs, processes, threads, as the kernel tells of them. docs/syscalls/object_get_info.md.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/exception.h>

#include "shell.h"

#define KOIDS_MAX 1024

// The koids of a topic; the caller frees them.
static zx_koid_t* koids_of(zx_handle_t task, uint32_t topic, size_t* count) {
    zx_koid_t* koids = malloc(KOIDS_MAX * sizeof(*koids));
    *count = 0;
    if (koids != NULL) {
        zx_object_get_info(task, topic, koids, KOIDS_MAX * sizeof(*koids), count, NULL);
    }
    return koids;
}

zx_koid_t koid_of(zx_handle_t handle) {
    zx_info_handle_basic_t basic = {0};
    zx_object_get_info(handle, ZX_INFO_HANDLE_BASIC, &basic, sizeof(basic), NULL, NULL);
    return basic.koid;
}

static zx_handle_t child_of(zx_handle_t task, zx_koid_t koid) {
    zx_handle_t child = ZX_HANDLE_INVALID;
    zx_object_get_child(task, koid, ZX_RIGHT_SAME_RIGHTS, &child);
    return child;
}

static void name_of(zx_handle_t handle, char name[ZX_MAX_NAME_LEN]) {
    name[0] = '\0';
    zx_object_get_property(handle, ZX_PROP_NAME, name, ZX_MAX_NAME_LEN);
}

// Walks the tree of jobs; `job` and `process` may be null.
struct walk {
    void (*job)(zx_handle_t job, unsigned depth);
    void (*process)(zx_handle_t process, unsigned depth);
};

static void walk_job(zx_handle_t job, unsigned depth, const struct walk* walk) {
    size_t count;
    walk->job(job, depth);
    zx_koid_t* koids = koids_of(job, ZX_INFO_JOB_PROCESSES, &count);
    for (size_t i = 0; i < count && walk->process != NULL; ++i) {
        const zx_handle_t process = child_of(job, koids[i]);
        if (process != ZX_HANDLE_INVALID) {
            walk->process(process, depth + 1);
            zx_handle_close(process);
        }
    }
    free(koids);
    koids = koids_of(job, ZX_INFO_JOB_CHILDREN, &count);
    for (size_t i = 0; i < count; ++i) {
        const zx_handle_t child = child_of(job, koids[i]);
        if (child != ZX_HANDLE_INVALID) {
            walk_job(child, depth + 1, walk);
            zx_handle_close(child);
        }
    }
    free(koids);
}

// A job or process somewhere below `job`; ZX_HANDLE_INVALID if there is none of this koid.
static zx_handle_t find_task(zx_handle_t job, zx_koid_t koid) {
    zx_handle_t found = child_of(job, koid);
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

// The task that a command's argument names; complains if there is none.
static zx_handle_t task_argument(int argc, char** argv) {
    char* end;
    const zx_koid_t koid = argc == 2 ? strtoul(argv[1], &end, 10) : 0;
    if (argc != 2 || *end != '\0' || koid == 0) {
        printf("usage: %s KOID\n", argv[0]);
        return ZX_HANDLE_INVALID;
    }
    const zx_handle_t task = find_task(root_job, koid);
    if (task == ZX_HANDLE_INVALID) {
        printf("%s: expected the koid of a process or job, found %s\n", argv[0], argv[1]);
    }
    return task;
}

static void print_job(zx_handle_t job, unsigned depth) {
    char name[ZX_MAX_NAME_LEN];
    name_of(job, name);
    printf("%*sjob %lu%s%s\n", (int)depth * 2, "", koid_of(job), *name == '\0' ? "" : " ", name);
}

static void print_process(zx_handle_t process, unsigned depth) {
    char name[ZX_MAX_NAME_LEN];
    zx_info_process_t info = {0};
    zx_info_task_stats_t stats = {0};
    name_of(process, name);
    zx_object_get_info(process, ZX_INFO_PROCESS, &info, sizeof(info), NULL, NULL);
    zx_object_get_info(process, ZX_INFO_TASK_STATS, &stats, sizeof(stats), NULL, NULL);
    const char* state = info.exited ? "ended" : info.started ? "running" : "new";
    printf("%*sprocess %lu %s, %s, %lu KiB private\n", (int)depth * 2, "", koid_of(process), name, state,
           stats.mem_private_bytes / 1024);
}

int command_ps(int argc, char** argv) {
    (void)argc, (void)argv;
    walk_job(root_job, 0, &(struct walk){print_job, print_process});
    return 0;
}

int command_jobs(int argc, char** argv) {
    (void)argc, (void)argv;
    walk_job(root_job, 0, &(struct walk){print_job, NULL});
    return 0;
}

int command_kill(int argc, char** argv) {
    const zx_handle_t task = task_argument(argc, argv);
    if (task == ZX_HANDLE_INVALID) {
        return 2;
    }
    const zx_status_t status = zx_task_kill(task);
    zx_handle_close(task);
    return status == ZX_OK ? 0 : complain("kill", status);
}

static const char* const type_names[64] = {
    [ZX_OBJ_TYPE_PROCESS] = "process",   [ZX_OBJ_TYPE_THREAD] = "thread",
    [ZX_OBJ_TYPE_VMO] = "VMO",           [ZX_OBJ_TYPE_CHANNEL] = "channel",
    [ZX_OBJ_TYPE_EVENT] = "event",       [ZX_OBJ_TYPE_PORT] = "port",
    [ZX_OBJ_TYPE_INTERRUPT] = "interrupt", [ZX_OBJ_TYPE_LOG] = "log",
    [ZX_OBJ_TYPE_SOCKET] = "socket",     [ZX_OBJ_TYPE_RESOURCE] = "resource",
    [ZX_OBJ_TYPE_EVENTPAIR] = "eventpair", [ZX_OBJ_TYPE_JOB] = "job",
    [ZX_OBJ_TYPE_VMAR] = "VMAR",         [ZX_OBJ_TYPE_FIFO] = "fifo",
    [ZX_OBJ_TYPE_TIMER] = "timer",       [ZX_OBJ_TYPE_PROFILE] = "profile",
    [ZX_OBJ_TYPE_SUSPEND_TOKEN] = "suspend token",
};

int command_handles(int argc, char** argv) {
    zx_info_process_handle_stats_t stats = {0};
    const zx_handle_t task = task_argument(argc, argv);
    if (task == ZX_HANDLE_INVALID) {
        return 2;
    }
    const zx_status_t status =
        zx_object_get_info(task, ZX_INFO_PROCESS_HANDLE_STATS, &stats, sizeof(stats), NULL, NULL);
    zx_handle_close(task);
    if (status != ZX_OK) {
        return complain("handles", status);
    }
    unsigned total = 0;
    for (size_t i = 0; i < countof(stats.handle_count); ++i) {
        total += stats.handle_count[i];
        if (stats.handle_count[i] > 0) {
            printf("%6u %s\n", stats.handle_count[i], type_names[i] == NULL ? "other" : type_names[i]);
        }
    }
    printf("%6u in all\n", total);
    return 0;
}

static void print_map(const zx_info_maps_t* map) {
    printf("%*s%016lx-%016lx ", (int)map->depth * 2, "", map->base, map->base + map->size);
    if (map->type == ZX_INFO_MAPS_TYPE_MAPPING) {
        const zx_vm_option_t flags = map->u.mapping.mmu_flags;
        printf("%c%c%c %6lu pages of VMO %lu + 0x%lx", flags & ZX_VM_PERM_READ ? 'r' : '-',
               flags & ZX_VM_PERM_WRITE ? 'w' : '-', flags & ZX_VM_PERM_EXECUTE ? 'x' : '-',
               map->u.mapping.committed_pages, map->u.mapping.vmo_koid, map->u.mapping.vmo_offset);
    } else {
        printf("%s", map->type == ZX_INFO_MAPS_TYPE_ASPACE ? "address space" : "VMAR");
    }
    printf(" %s\n", map->name);
}

int command_vmaps(int argc, char** argv) {
    const zx_handle_t task = task_argument(argc, argv);
    if (task == ZX_HANDLE_INVALID) {
        return 2;
    }
    size_t count = 0, there = 0;
    zx_status_t status = zx_object_get_info(task, ZX_INFO_PROCESS_MAPS, NULL, 0, &count, &there);
    // A few more, for what may be mapped in between.
    const size_t size = (there + 16) * sizeof(zx_info_maps_t);
    zx_info_maps_t* maps = malloc(size);
    if (status == ZX_OK && maps != NULL) {
        status = zx_object_get_info(task, ZX_INFO_PROCESS_MAPS, maps, size, &count, &there);
    }
    zx_handle_close(task);
    for (size_t i = 0; status == ZX_OK && i < count; ++i) {
        print_map(&maps[i]);
    }
    free(maps);
    return status == ZX_OK ? 0 : complain("vmaps", status);
}

static const char* state_name(zx_thread_state_t state) {
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

int command_threads(int argc, char** argv) {
    const zx_handle_t process = task_argument(argc, argv);
    if (process == ZX_HANDLE_INVALID) {
        return 2;
    }
    size_t count;
    zx_koid_t* koids = koids_of(process, ZX_INFO_PROCESS_THREADS, &count);
    for (size_t i = 0; i < count; ++i) {
        char name[ZX_MAX_NAME_LEN];
        zx_info_thread_t info = {0};
        zx_info_thread_stats_t stats = {0};
        const zx_handle_t thread = child_of(process, koids[i]);
        name_of(thread, name);
        zx_object_get_info(thread, ZX_INFO_THREAD, &info, sizeof(info), NULL, NULL);
        zx_object_get_info(thread, ZX_INFO_THREAD_STATS, &stats, sizeof(stats), NULL, NULL);
        printf("%6lu %s, %s, ran %lu us\n", koids[i], name, state_name(info.state), stats.total_runtime / 1000);
        zx_handle_close(thread);
    }
    free(koids);
    zx_handle_close(process);
    return 0;
}

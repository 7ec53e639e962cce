// Commands for jobs, processes and threads: ps, jobs, kill, threads. docs/syscalls/object_get_info.md.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/syscalls.h>

#include "../../tasks/tasks.h"
#include "../shell.h"

// The task that a command's argument names; complains if there is none.
zx_handle_t task_argument(int argc, char** argv) {
    zx_koid_t koid;
    if (argc != 2 || !parse_number(argv[1], &koid) || koid == 0) {
        wrong_usage(argv[0]);
        return ZX_HANDLE_INVALID;
    }
    const zx_handle_t task = find_task(root_job, koid);
    if (task == ZX_HANDLE_INVALID) {
        printf("%s: expected the koid of a process or job, found %s\n", argv[0], argv[1]);
    }
    return task;
}

static void print_job(void* context, zx_handle_t job, unsigned depth) {
    (void)context;
    char name[ZX_MAX_NAME_LEN];
    name_of(job, name);
    printf("%*sjob %lu%s%s\n", (int)depth * 2, "", koid_of(job), *name == '\0' ? "" : " ", name);
}

static void print_process(void* context, zx_handle_t process, unsigned depth) {
    (void)context;
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
    walk_job(root_job, &(struct walk){.job = print_job, .process = print_process});
    return 0;
}

int command_jobs(int argc, char** argv) {
    (void)argc, (void)argv;
    walk_job(root_job, &(struct walk){.job = print_job});
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

int command_threads(int argc, char** argv) {
    const zx_handle_t process = task_argument(argc, argv);
    if (process == ZX_HANDLE_INVALID) {
        return 2;
    }
    size_t count;
    const zx_status_t status = status_of_topic(process, ZX_INFO_PROCESS_THREADS);
    zx_koid_t* koids = koids_of(process, ZX_INFO_PROCESS_THREADS, &count);
    for (size_t i = 0; i < count; ++i) {
        char name[ZX_MAX_NAME_LEN];
        zx_info_thread_t info = {0};
        zx_info_thread_stats_t stats = {0};
        const zx_handle_t thread = child_of(process, koids[i]);
        name_of(thread, name);
        zx_object_get_info(thread, ZX_INFO_THREAD, &info, sizeof(info), NULL, NULL);
        zx_object_get_info(thread, ZX_INFO_THREAD_STATS, &stats, sizeof(stats), NULL, NULL);
        printf("%6lu %s, %s, ran %lu us\n", koids[i], name, thread_state_name(info.state), stats.total_runtime / 1000);
        zx_handle_close(thread);
    }
    free(koids);
    zx_handle_close(process);
    return status == ZX_OK ? 0 : complain("threads", status);
}

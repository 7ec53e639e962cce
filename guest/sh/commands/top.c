// top: which processes run, and what the machine has left. docs/syscalls/object_get_info.md.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/syscalls.h>

#include "../../tasks/tasks.h"
#include "../console.h"
#include "../shell.h"

#define CPUS_MAX 64
#define SECOND 1000000000L

struct entry {
    zx_koid_t koid;
    char name[ZX_MAX_NAME_LEN];
    size_t threads;
    uint64_t ran;      // ns, of the threads that there are
    uint64_t recently; // of that, since the last time
    uint64_t memory;   // private bytes
};

struct sample {
    zx_time_t time;
    struct entry* list;
    size_t count;
    zx_duration_t idle[CPUS_MAX];
    size_t cpus;
};

static void add_process(void* context, zx_handle_t process, unsigned depth) {
    struct sample* sample = context;
    struct entry* larger = realloc(sample->list, (sample->count + 1) * sizeof(*larger));
    zx_info_task_stats_t memory = {0};
    (void)depth;
    if (larger == NULL) {
        return;
    }
    sample->list = larger;
    struct entry* entry = &larger[sample->count++];
    *entry = (struct entry){.koid = koid_of(process)};
    name_of(process, entry->name);
    zx_object_get_info(process, ZX_INFO_TASK_STATS, &memory, sizeof(memory), NULL, NULL);
    entry->memory = memory.mem_private_bytes;
    zx_koid_t* koids = koids_of(process, ZX_INFO_PROCESS_THREADS, &entry->threads);
    for (size_t i = 0; i < entry->threads; ++i) {
        zx_info_thread_stats_t stats = {0};
        const zx_handle_t thread = child_of(process, koids[i]);
        zx_object_get_info(thread, ZX_INFO_THREAD_STATS, &stats, sizeof(stats), NULL, NULL);
        entry->ran += stats.total_runtime;
        zx_handle_close(thread);
    }
    free(koids);
}

static void take_sample(struct sample* out) {
    zx_info_cpu_stats_t cpus[CPUS_MAX];
    *out = (struct sample){.time = zx_clock_get_monotonic()};
    zx_object_get_info(resource, ZX_INFO_CPU_STATS, cpus, sizeof(cpus), &out->cpus, NULL);
    for (size_t i = 0; i < out->cpus; ++i) {
        out->idle[i] = cpus[i].idle_time;
    }
    walk_job(root_job, &(struct walk){.process = add_process, .context = out});
}

static uint64_t ran_before(const struct sample* sample, zx_koid_t koid) {
    for (size_t i = 0; i < sample->count; ++i) {
        if (sample->list[i].koid == koid) {
            return sample->list[i].ran;
        }
    }
    return 0;
}

static int by_share(const void* left, const void* right) {
    const struct entry *a = left, *b = right;
    if (a->recently != b->recently) {
        return a->recently > b->recently ? -1 : 1;
    }
    return a->koid < b->koid ? -1 : a->koid > b->koid;
}

static double percent(uint64_t part, zx_duration_t whole) {
    return whole <= 0 ? 0 : 100.0 * (double)part / (double)whole;
}

static void print_sample(struct sample* now, const struct sample* before) {
    const zx_duration_t passed = now->time - before->time;
    zx_info_kmem_stats_t memory = {0};
    zx_object_get_info(resource, ZX_INFO_KMEM_STATS, &memory, sizeof(memory), NULL, NULL);
    printf("up %ld.%03ld s, memory %lu MiB of %lu free, cores busy", now->time / SECOND, now->time / 1000000 % 1000,
           memory.free_bytes >> 20, memory.total_bytes >> 20);
    for (size_t i = 0; i < now->cpus; ++i) {
        const zx_duration_t idle = now->idle[i] - before->idle[i];
        printf(" %.1f%%", percent((uint64_t)(passed > idle ? passed - idle : 0), passed));
    }
    printf("\n  koid   core     time threads  private name\n");
    for (size_t i = 0; i < now->count; ++i) {
        now->list[i].recently = now->list[i].ran - ran_before(before, now->list[i].koid);
    }
    qsort(now->list, now->count, sizeof(*now->list), by_share);
    for (size_t i = 0; i < now->count; ++i) {
        const struct entry* entry = &now->list[i];
        printf("%6lu %5.1f%% %7.3fs %7zu %7luK %s\n", entry->koid, percent(entry->recently, passed),
               (double)entry->ran / SECOND, entry->threads, entry->memory / 1024, entry->name);
    }
}

// Waits; true if Ctrl-C came.
static bool is_interrupted(zx_duration_t pause) {
    if (zx_object_wait_one(console_handle(), CONSOLE_INTERRUPT, zx_deadline_after(pause), NULL) != ZX_OK) {
        return false;
    }
    printf("^C\n");
    return true;
}

static bool parse_arguments(int argc, char** argv, uint64_t* times, double* seconds) {
    int at = 1;
    char* end;
    if (at + 1 < argc && strcmp(argv[at], "-n") == 0) {
        if (!parse_number(argv[at + 1], times) || *times == 0) {
            return false;
        }
        at += 2;
    }
    if (at < argc) {
        *seconds = strtod(argv[at], &end);
        if (end == argv[at] || *end != '\0' || !(*seconds >= 0.001 && *seconds <= 3600)) {
            return false;
        }
        ++at;
    }
    return at == argc;
}

int command_top(int argc, char** argv) {
    uint64_t times = UINT64_MAX;
    double seconds = 1;
    struct sample before, now;
    if (!parse_arguments(argc, argv, &times, &seconds)) {
        return wrong_usage(argv[0]);
    }
    console_interrupts(true);
    take_sample(&before);
    for (; times > 0 && !is_interrupted((zx_duration_t)(seconds * SECOND)); --times) {
        take_sample(&now);
        print_sample(&now, &before);
        free(before.list);
        before = now;
    }
    free(before.list);
    console_interrupts(false);
    return 0;
}

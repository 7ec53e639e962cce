// Commands for kernel objects and who has them: handles, channels. docs/handles.md, docs/syscalls/object_get_info.md.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/syscalls.h>

#include "../../tasks/tasks.h"
#include "../shell.h"

#define RIGHTS_SHOWN 20

static const char* const type_names[64] = {
    [ZX_OBJ_TYPE_PROCESS] = "process",     [ZX_OBJ_TYPE_THREAD] = "thread",
    [ZX_OBJ_TYPE_VMO] = "VMO",             [ZX_OBJ_TYPE_CHANNEL] = "channel",
    [ZX_OBJ_TYPE_EVENT] = "event",         [ZX_OBJ_TYPE_PORT] = "port",
    [ZX_OBJ_TYPE_INTERRUPT] = "interrupt", [ZX_OBJ_TYPE_LOG] = "log",
    [ZX_OBJ_TYPE_SOCKET] = "socket",       [ZX_OBJ_TYPE_RESOURCE] = "resource",
    [ZX_OBJ_TYPE_EVENTPAIR] = "eventpair", [ZX_OBJ_TYPE_JOB] = "job",
    [ZX_OBJ_TYPE_VMAR] = "VMAR",           [ZX_OBJ_TYPE_FIFO] = "fifo",
    [ZX_OBJ_TYPE_TIMER] = "timer",         [ZX_OBJ_TYPE_PROFILE] = "profile",
    [ZX_OBJ_TYPE_SUSPEND_TOKEN] = "suspend token",
};

static const char* type_name(zx_obj_type_t type) {
    return type < countof(type_names) && type_names[type] != NULL ? type_names[type] : "other";
}

// One letter for each right, in the order of their bits. docs/rights.md.
static void rights_text(zx_rights_t rights, char out[RIGHTS_SHOWN + 1]) {
    static const char letters[] = "dtrwxmgsekPpuUaiJMTf";
    for (unsigned i = 0; i < RIGHTS_SHOWN; ++i) {
        out[i] = rights >> i & 1 ? letters[i] : '-';
    }
    out[RIGHTS_SHOWN] = '\0';
}

static zx_status_t list_handles(zx_handle_t process) {
    size_t count;
    const zx_status_t status = status_of_topic(process, ZX_INFO_HANDLE_TABLE);
    if (status != ZX_OK) {
        return status;
    }
    zx_info_handle_extended_t* handles = records_of(process, ZX_INFO_HANDLE_TABLE, sizeof(*handles), &count);
    printf("    handle rights               object\n");
    for (size_t i = 0; i < count; ++i) {
        char rights[RIGHTS_SHOWN + 1];
        rights_text(handles[i].rights, rights);
        printf("0x%08x %s %s %lu", handles[i].handle_value, rights, type_name(handles[i].type), handles[i].koid);
        if (handles[i].related_koid != ZX_KOID_INVALID) {
            printf(", with %lu", handles[i].related_koid);
        }
        putchar('\n');
    }
    printf("%zu in all\n", count);
    free(handles);
    return ZX_OK;
}

static zx_status_t count_handles(zx_handle_t process) {
    zx_info_process_handle_stats_t stats = {0};
    unsigned total = 0;
    const zx_status_t status =
        zx_object_get_info(process, ZX_INFO_PROCESS_HANDLE_STATS, &stats, sizeof(stats), NULL, NULL);
    for (size_t i = 0; status == ZX_OK && i < countof(stats.handle_count); ++i) {
        total += stats.handle_count[i];
        if (stats.handle_count[i] > 0) {
            printf("%6u %s\n", stats.handle_count[i], type_name((zx_obj_type_t)i));
        }
    }
    if (status == ZX_OK) {
        printf("%6u in all\n", total);
    }
    return status;
}

int command_handles(int argc, char** argv) {
    const bool all = argc == 3 && strcmp(argv[2], "all") == 0;
    const zx_handle_t task = task_argument(all ? 2 : argc, argv);
    if (task == ZX_HANDLE_INVALID) {
        return 2;
    }
    const zx_status_t status = all ? list_handles(task) : count_handles(task);
    zx_handle_close(task);
    return status == ZX_OK ? 0 : complain("handles", status);
}

// An end of a channel, and the process that has it.
struct end {
    zx_koid_t koid, peer;
    zx_koid_t process;
    char name[ZX_MAX_NAME_LEN];
};

struct ends {
    struct end* list;
    size_t count, room;
};

static void add_ends(void* context, zx_handle_t process, unsigned depth) {
    struct ends* ends = context;
    size_t count;
    zx_info_handle_extended_t* handles = records_of(process, ZX_INFO_HANDLE_TABLE, sizeof(*handles), &count);
    (void)depth;
    for (size_t i = 0; i < count; ++i) {
        if (handles[i].type != ZX_OBJ_TYPE_CHANNEL) {
            continue;
        }
        if (ends->count == ends->room) {
            const size_t room = ends->room * 2 + 64;
            struct end* larger = realloc(ends->list, room * sizeof(*larger));
            if (larger == NULL) {
                break;
            }
            ends->list = larger;
            ends->room = room;
        }
        struct end* end = &ends->list[ends->count++];
        *end = (struct end){handles[i].koid, handles[i].related_koid, koid_of(process), ""};
        name_of(process, end->name);
    }
    free(handles);
}

static int by_koid(const void* left, const void* right) {
    const zx_koid_t a = ((const struct end*)left)->koid, b = ((const struct end*)right)->koid;
    return a < b ? -1 : a > b;
}

static void print_end(const struct end* end) { printf("%lu %s[%lu]", end->koid, end->name, end->process); }

// Each channel once: from the end that was made first, or the only one that a process has.
static void print_channel(const struct ends* ends, const struct end* end, zx_koid_t of) {
    const struct end wanted = {.koid = end->peer};
    const struct end* peer = bsearch(&wanted, ends->list, ends->count, sizeof(*end), by_koid);
    if ((peer != NULL && peer->koid < end->koid) ||
        (of != ZX_KOID_INVALID && of != end->process && (peer == NULL || of != peer->process))) {
        return;
    }
    print_end(end);
    printf(" <-> ");
    if (peer != NULL) {
        print_end(peer);
        putchar('\n');
    } else if (end->peer != ZX_KOID_INVALID) {
        printf("%lu in no process\n", end->peer);
    } else {
        printf("closed\n");
    }
}

int command_channels(int argc, char** argv) {
    zx_koid_t of = ZX_KOID_INVALID;
    struct ends ends = {0};
    if (argc > 1) {
        const zx_handle_t task = task_argument(argc, argv);
        if (task == ZX_HANDLE_INVALID) {
            return 2;
        }
        of = koid_of(task);
        zx_handle_close(task);
    }
    walk_job(root_job, &(struct walk){.process = add_ends, .context = &ends});
    qsort(ends.list, ends.count, sizeof(*ends.list), by_koid);
    for (size_t i = 0; i < ends.count; ++i) {
        print_channel(&ends, &ends.list[i], of);
    }
    free(ends.list);
    return 0;
}

// trace: has the kernel record what it does, and shows the records. <zircon/ktrace.h>.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/ktrace.h>
#include <zircon/syscalls.h>

#include "../console.h"
#include "../shell.h"
#include "trace-records.h"

static const struct {
    const char* name;
    uint32_t mask;
} groups[] = {
    {"lifecycle", KTRACE_GRP_LIFECYCLE}, {"scheduler", KTRACE_GRP_SCHEDULER}, {"tasks", KTRACE_GRP_TASKS},
    {"ipc", KTRACE_GRP_IPC},             {"irq", KTRACE_GRP_IRQ},             {"probe", KTRACE_GRP_PROBE},
    {"arch", KTRACE_GRP_ARCH},
};

static uint32_t mask_of(const char* name) {
    for (size_t i = 0; i < countof(groups); ++i) {
        if (strcmp(groups[i].name, name) == 0) {
            return groups[i].mask;
        }
    }
    return 0;
}

static int turn_on(int count, char** names) {
    uint32_t mask = 0; // 0 is all
    for (int i = 0; i < count; ++i) {
        if (mask_of(names[i]) == 0) {
            printf("trace: no group %s; expected lifecycle, scheduler, tasks, ipc, irq, probe or arch\n", names[i]);
            return 2;
        }
        mask |= mask_of(names[i]) | KTRACE_GRP_META;
    }
    zx_status_t status = zx_ktrace_control(resource, KTRACE_ACTION_STOP, 0, NULL);
    if (status == ZX_OK) {
        status = zx_ktrace_control(resource, KTRACE_ACTION_REWIND, 0, NULL);
    }
    if (status == ZX_OK) {
        status = zx_ktrace_control(resource, KTRACE_ACTION_START, mask, NULL);
    }
    return status == ZX_OK ? 0 : complain("trace", status);
}

// All that has been recorded; null if that is not to be had.
static char* read_records(size_t* size, zx_status_t* status) {
    size_t there = 0;
    *size = 0;
    *status = zx_ktrace_read(resource, NULL, 0, 0, &there);
    char* bytes = *status == ZX_OK ? malloc(there + 1) : NULL;
    if (bytes == NULL) {
        *status = *status == ZX_OK ? ZX_ERR_NO_MEMORY : *status;
        return NULL;
    }
    *status = zx_ktrace_read(resource, bytes, 0, there, size);
    return bytes;
}

static int turn_off(void) {
    size_t size = 0;
    zx_status_t status = zx_ktrace_control(resource, KTRACE_ACTION_STOP, 0, NULL);
    if (status == ZX_OK) {
        status = zx_ktrace_read(resource, NULL, 0, 0, &size);
    }
    if (status != ZX_OK) {
        return complain("trace", status);
    }
    printf("%zu bytes of records; \"trace show\" prints them\n", size);
    return 0;
}

static bool is_interrupted(void) {
    return zx_object_wait_one(console_handle(), CONSOLE_INTERRUPT, ZX_TIME_INFINITE_PAST, NULL) == ZX_OK;
}

static int show(void) {
    size_t size;
    zx_status_t status;
    char* bytes = read_records(&size, &status);
    if (status == ZX_OK) {
        struct trace trace;
        trace_open(&trace, bytes, size);
        console_interrupts(true);
        while (trace_print_next(&trace)) {
            if (is_interrupted()) {
                printf("^C\n");
                break;
            }
        }
        console_interrupts(false);
        trace_close(&trace);
    }
    free(bytes);
    return status == ZX_OK ? 0 : complain("trace", status);
}

int command_trace(int argc, char** argv) {
    const char* action = argc > 1 ? argv[1] : "";
    if (strcmp(action, "on") == 0) {
        return turn_on(argc - 2, argv + 2);
    }
    if (argc == 2 && strcmp(action, "off") == 0) {
        return turn_off();
    }
    if (argc == 2 && strcmp(action, "show") == 0) {
        return show();
    }
    return wrong_usage(argv[0]);
}

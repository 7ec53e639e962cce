// Takes all that it can get of one thing, says how much that was, and keeps it: others must live with that.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>

#define MEBIBYTE (1u << 20)

static char stack[4096] __attribute__((aligned(16)));

static __NO_RETURN void spin(void) {
    for (;;) {
        __asm__ volatile("");
    }
}

// All threads have one stack: none comes back to it. If they were at work, they would take the time to make more.
static __NO_RETURN void sleep_for_ever(void) {
    for (;;) {
        zx_nanosleep(ZX_TIME_INFINITE);
    }
}

static zx_status_t take_thread(void) {
    zx_handle_t thread;
    const zx_status_t status = zx_thread_create(zx_process_self(), "", 0, 0, &thread);
    if (status != ZX_OK) {
        return status;
    }
    return zx_thread_start(thread, (uintptr_t)&sleep_for_ever, (uintptr_t)(stack + sizeof(stack)), 0, 0);
}

static zx_status_t take_process(void) {
    zx_handle_t process, vmar;
    return zx_process_create(zx_job_default(), "", 0, 0, &process, &vmar);
}

static zx_status_t take_job(void) {
    zx_handle_t job;
    return zx_job_create(zx_job_default(), 0, &job);
}

static zx_status_t take_handle(void) {
    zx_handle_t copy;
    return zx_handle_duplicate(zx_process_self(), ZX_RIGHT_SAME_RIGHTS, &copy);
}

static zx_status_t take_memory(void) {
    zx_handle_t vmo;
    const zx_status_t status = zx_vmo_create(MEBIBYTE, 0, &vmo);
    return status != ZX_OK ? status : zx_vmo_op_range(vmo, ZX_VMO_OP_COMMIT, 0, MEBIBYTE, NULL, 0);
}

static zx_status_t take_message(void) {
    static zx_handle_t near_end, far_end;
    static char bytes[65536];
    if (near_end == ZX_HANDLE_INVALID) {
        zx_channel_create(0, &near_end, &far_end);
    }
    return zx_channel_write(near_end, 0, bytes, sizeof(bytes), NULL, 0);
}

static const struct {
    const char* name;
    zx_status_t (*take)(void);
} appetites[] = {
    {"threads", take_thread}, {"processes", take_process}, {"jobs", take_job},
    {"handles", take_handle}, {"memory", take_memory},     {"messages", take_message},
};

int main(int argc, char** argv) {
    for (size_t i = 0; argc == 2 && i < sizeof(appetites) / sizeof(appetites[0]); ++i) {
        if (strcmp(argv[1], appetites[i].name) != 0) {
            continue;
        }
        unsigned taken = 0;
        zx_status_t status;
        while ((status = appetites[i].take()) == ZX_OK) {
            ++taken;
        }
        printf("%u %s, then %d\n", taken, argv[1], status);
    }
    spin();
}

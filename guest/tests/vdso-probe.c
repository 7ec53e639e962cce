// The calls that the vDSO carries out itself: one line each.
#include <zircon/features.h>
#include <zircon/processargs.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>

#include "../static/include/vdso-lookup.h"
#include "report.h"

#define CALL(name) VDSO_FUNCTION(vdso_base, name)

static uintptr_t vdso_base;
static zx_handle_t near_end, far_end, thread;
static zx_futex_t joined;

static void report_time(struct report* report) {
    const uint64_t frequency = CALL(zx_ticks_per_second)();
    const uint64_t ticks = CALL(zx_ticks_get)();
    const zx_time_t before = CALL(zx_clock_get_monotonic)();
    const zx_time_t deadline = CALL(zx_deadline_after)(ZX_SEC(1));
    const zx_time_t after = CALL(zx_clock_get_monotonic)();
    const zx_time_t from_ticks = (zx_time_t)(ticks * 1000000000u / frequency);
    report_number(report, "frequency", frequency);
    report_number(report, "ticks", from_ticks <= before);
    // A tick is up to 16 ns long.
    report_number(report, "deadline", deadline >= before + ZX_SEC(1) - 16 && deadline <= after + ZX_SEC(1));
    report_number(report, "infinite", CALL(zx_deadline_after)(ZX_TIME_INFINITE) == ZX_TIME_INFINITE);
    report_end(report);
}

static void report_system(struct report* report) {
    uint32_t features = 0;
    char version[64];
    report_number(report, "cpus", CALL(zx_system_get_num_cpus)());
    report_number(report, "memory", CALL(zx_system_get_physmem)());
    report_number(report, "line", CALL(zx_system_get_dcache_line_size)());
    report_signed(report, "features", CALL(zx_system_get_features)(ZX_FEATURE_KIND_CPU, &features));
    report_hex(report, "bits", features);
    report_signed(report, "other", CALL(zx_system_get_features)(ZX_FEATURE_KIND_CPU + 1, &features));
    report_signed(report, "version", CALL(zx_system_get_version)(version, sizeof(version)));
    report_signed(report, "short", CALL(zx_system_get_version)(version, 3));
    report_end(report);
}

static void report_names(struct report* report) {
    report_text(report, CALL(zx_status_get_string)(ZX_OK));
    report_text(report, CALL(zx_status_get_string)(ZX_ERR_PROTOCOL_NOT_SUPPORTED));
    report_text(report, CALL(zx_status_get_string)(12345));
    report_end(report);
}

static void report_caches(struct report* report) {
    char bytes[600];
    CALL(zx_cprng_draw)(bytes, sizeof(bytes));
    unsigned zeros = 0;
    for (size_t i = 0; i < sizeof(bytes); ++i) {
        zeros += bytes[i] == 0;
    }
    report_number(report, "random", zeros < 30);
    for (uint32_t options = 0; options < 9; ++options) {
        report_signed(report, "flush", CALL(zx_cache_flush)(bytes, sizeof(bytes), options));
    }
    report_end(report);
}

// Answers one call, then ends with its stack in nobody's hands.
static void serve(void) {
    uint32_t words[2], size = 0, count = 0;
    zx_signals_t observed = 0;
    CALL(zx_object_wait_one)(far_end, ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, &observed);
    CALL(zx_channel_read)(far_end, 0, words, NULL, sizeof(words), 0, &size, &count);
    words[1] += words[0] >> 31;
    CALL(zx_channel_write)(far_end, 0, words, size, NULL, 0);
    CALL(zx_futex_wake_handle_close_thread_exit)(&joined, 1, 7, thread);
}

static char stack[4096] __ALIGNED(16);

static void report_call(struct report* report, zx_handle_t process) {
    CALL(zx_channel_create)(0, &near_end, &far_end);
    CALL(zx_thread_create)(process, "server", 6, 0, &thread);
    CALL(zx_thread_start)(thread, (zx_vaddr_t)&serve, (zx_vaddr_t)(stack + sizeof(stack)), 0, 0);
    const uint32_t sent[2] = {5, 41};
    uint32_t received[2] = {0}, size = 0, count = 0;
    const zx_channel_call_args_t args = {sent, NULL, received, NULL, sizeof(sent), 0, sizeof(received), 0};
    report_signed(report, "call", CALL(zx_channel_call)(near_end, 0, ZX_TIME_INFINITE, &args, &size, &count));
    report_number(report, "answer", received[1]);
    while (joined != 7) {
        CALL(zx_futex_wait)(&joined, 0, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
    }
    report_signed(report, "closed", CALL(zx_handle_close)(thread));
    report_end(report);
}

static void report_unmap(struct report* report) {
    // It fails, so it returns.
    report_signed(report, "unmap",
                  CALL(zx_vmar_unmap_handle_close_thread_exit)(ZX_HANDLE_INVALID, 0, 4096, ZX_HANDLE_INVALID));
    report_end(report);
}

__NO_RETURN void _start(zx_handle_t bootstrap, uintptr_t vdso) {
    vdso_base = vdso;
    struct report report = {.vdso_base = vdso};
    static union {
        zx_proc_args_t header;
        char bytes[4096];
    } message;
    zx_handle_t handles[16], process = ZX_HANDLE_INVALID;
    uint32_t size = 0, count = 0;
    CALL(zx_channel_read)(bootstrap, 0, &message, handles, sizeof(message), countof(handles), &size, &count);
    for (uint32_t i = 0; i < count; ++i) {
        if (((uint32_t*)(message.bytes + message.header.handle_info_off))[i] == PA_HND(PA_PROC_SELF, 0)) {
            process = handles[i];
        }
    }
    report_time(&report);
    report_system(&report);
    report_names(&report);
    report_caches(&report);
    report_call(&report, process);
    report_unmap(&report);
    CALL(zx_process_exit)(0);
    __builtin_trap();
}

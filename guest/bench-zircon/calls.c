// System calls that do little, and making objects.
#include "bench.h"

#define BATCH 100

static void empty_calls(void) {
    const uint64_t count = scaled(400000);
    begin("null-call", count);
    for (uint64_t i = 0; i < count; ++i) {
        zx_syscall_test_0();
    }
    end();
    begin("clock-get", count);
    for (uint64_t i = 0; i < count; ++i) {
        zx_clock_get_monotonic();
    }
    end();
}

static void ticks(void) {
    const uint64_t count = scaled(1000000);
    begin("ticks-get", count);
    for (uint64_t i = 0; i < count; ++i) {
        zx_ticks_get();
    }
    end();
}

// Both times include closing the handles, by hundreds.
static void creations(void) {
    const uint64_t batches = scaled(1000);
    zx_handle_t handles[2 * BATCH];
    begin("event-create", batches * BATCH);
    for (uint64_t i = 0; i < batches; ++i) {
        for (size_t j = 0; j < BATCH; ++j) {
            CHECK(zx_event_create(0, &handles[j]));
        }
        zx_handle_close_many(handles, BATCH);
    }
    end();
    begin("channel-create", batches * BATCH);
    for (uint64_t i = 0; i < batches; ++i) {
        for (size_t j = 0; j < BATCH; ++j) {
            CHECK(zx_channel_create(0, &handles[2 * j], &handles[2 * j + 1]));
        }
        zx_handle_close_many(handles, 2 * BATCH);
    }
    end();
}

void bench_calls(void) {
    empty_calls();
    ticks();
    creations();
}

// Threads: making them, running them to their end, switching between two.
#include <stdatomic.h>
#include <threads.h>

#include "bench.h"

static void creations(void) {
    const uint64_t count = scaled(10000);
    begin("thread-create", count);
    for (uint64_t i = 0; i < count; ++i) {
        zx_handle_t thread;
        CHECK(zx_thread_create(zx_process_self(), "bench", 5, 0, &thread));
        zx_handle_close(thread);
    }
    end();
}

static int nothing(void* argument) {
    (void)argument;
    return 0;
}

static void runs(void) {
    const uint64_t count = scaled(3000);
    begin("thread-start-join", count);
    for (uint64_t i = 0; i < count; ++i) {
        thrd_t thread;
        if (thrd_create(&thread, nothing, NULL) != thrd_success || thrd_join(thread, NULL) != thrd_success) {
            check(ZX_ERR_NO_RESOURCES, "thrd_create and thrd_join");
        }
    }
    end();
}

// Two threads wake each other by turns: two switches each time.
static zx_futex_t turn;
static uint64_t turns;

static void take_turns(int mine) {
    for (uint64_t i = 0; i < turns; ++i) {
        while (atomic_load((_Atomic int*)&turn) != mine) {
            zx_futex_wait(&turn, !mine, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
        }
        atomic_store((_Atomic int*)&turn, !mine);
        zx_futex_wake(&turn, 1);
    }
}

static int second(void* argument) {
    (void)argument;
    take_turns(1);
    return 0;
}

static void switches(void) {
    thrd_t thread;
    turns = scaled(30000);
    if (thrd_create(&thread, second, NULL) != thrd_success) {
        check(ZX_ERR_NO_RESOURCES, "thrd_create");
    }
    begin("context-switch", 2 * turns);
    take_turns(0);
    thrd_join(thread, NULL);
    end();
}

void bench_threads(void) {
    creations();
    runs();
    switches();
}

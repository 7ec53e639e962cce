// Waits in several threads whose handles are closed, and timers in several threads. docs/syscalls/object_wait_one.md,
// timer_set.md.
#include "concurrency.h"

void run_all(int (*run)(void*), int count) {
    thrd_t threads[THREADS];
    for (int i = 0; i < count; ++i) {
        REQUIRE(thrd_create(&threads[i], run, (void*)(uintptr_t)i) == thrd_success);
    }
    for (int i = 0; i < count; ++i) {
        EXPECT_EQ(thrd_join(threads[i], NULL), thrd_success);
    }
}

// Handles are closed while threads wait with them, at any moment.
static atomic_uint waited_with;

static int wait_or_close(void* argument) {
    const bool closes = argument == NULL;
    for (int i = 0; i < 500; ++i) {
        if (closes) {
            zx_handle_t event = new_event();
            atomic_store(&waited_with, event);
            for (int spins = i * 13 % 700; spins > 0; --spins) {
                atomic_load(&waited_with);
            }
            EXPECT_OK(zx_handle_close(event));
        } else {
            zx_signals_t observed = 0;
            const zx_handle_t event = atomic_load(&waited_with);
            const zx_status_t status = zx_object_wait_one(event, ZX_USER_SIGNAL_0, after_ms(1), &observed);
            EXPECT(status == ZX_ERR_CANCELED || status == ZX_ERR_BAD_HANDLE || status == ZX_ERR_TIMED_OUT);
            EXPECT_EQ(status == ZX_ERR_CANCELED, (observed & ZX_SIGNAL_HANDLE_CLOSED) != 0);
        }
    }
    return 0;
}

TEST(concurrency_close_while_waiting) {
    atomic_store(&waited_with, new_event());
    run_all(wait_or_close, THREADS);
}

// Timers of all threads fire at their time, and a wait for one never ends before.
static int set_timers(void* argument) {
    zx_handle_t timer;
    if (!EXPECT_OK(zx_timer_create(ZX_TIMER_SLACK_LATE, ZX_CLOCK_MONOTONIC, &timer))) {
        return 1;
    }
    for (int i = 0; i < 100; ++i) {
        const zx_time_t deadline = zx_deadline_after(ZX_USEC(i * (int)(uintptr_t)argument % 400));
        EXPECT_OK(zx_timer_set(timer, deadline, ZX_USEC(i % 50)));
        EXPECT_OK(zx_object_wait_one(timer, ZX_TIMER_SIGNALED, ZX_TIME_INFINITE, NULL));
        EXPECT(zx_clock_get_monotonic() >= deadline);
    }
    CLOSE(timer);
    return 0;
}

TEST(concurrency_timers) {
    run_all(set_timers, THREADS);
}

// docs/syscalls/timer_*.md, clock_*.md, nanosleep.md, ticks_get.md, deadline_after.md.
#include "test.h"

TEST(clock_monotonic_grows) {
    zx_time_t last = zx_clock_get_monotonic();
    EXPECT(last > 0);
    for (int i = 0; i < 100; ++i) {
        const zx_time_t now = zx_clock_get_monotonic();
        EXPECT(now >= last);
        last = now;
    }
    EXPECT(zx_clock_get(ZX_CLOCK_MONOTONIC) >= last);
}

TEST(clock_ids) {
    zx_time_t time = -1;
    EXPECT_OK(zx_clock_get_new(ZX_CLOCK_MONOTONIC, &time));
    EXPECT(time > 0);
    EXPECT_OK(zx_clock_get_new(ZX_CLOCK_UTC, &time));
    EXPECT_OK(zx_clock_get_new(ZX_CLOCK_THREAD, &time));
    EXPECT(time > 0);
    EXPECT_STATUS(zx_clock_get_new(77, &time), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_clock_get_new(ZX_CLOCK_MONOTONIC, bad_pointer()), ZX_ERR_INVALID_ARGS);
}

TEST(clock_thread_does_not_run_while_sleeping) {
    zx_time_t before, after;
    EXPECT_OK(zx_clock_get_new(ZX_CLOCK_THREAD, &before));
    zx_nanosleep(after_ms(50));
    EXPECT_OK(zx_clock_get_new(ZX_CLOCK_THREAD, &after));
    EXPECT(after - before < 40 * 1000000);
}

TEST(clock_adjust) {
    const zx_handle_t event = new_event();
    EXPECT_STATUS(zx_clock_adjust(event, ZX_CLOCK_UTC, 1), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_clock_adjust(ZX_HANDLE_INVALID, ZX_CLOCK_UTC, 1), ZX_ERR_BAD_HANDLE);
    CLOSE(event);
    if (root_resource != ZX_HANDLE_INVALID) {
        const int64_t year = 365l * 86400 * 1000000000;
        EXPECT_OK(zx_clock_adjust(root_resource, ZX_CLOCK_UTC, year));
        EXPECT(zx_clock_get(ZX_CLOCK_UTC) >= year);
        EXPECT_OK(zx_clock_adjust(root_resource, ZX_CLOCK_UTC, 0));
        EXPECT_STATUS(zx_clock_adjust(root_resource, ZX_CLOCK_MONOTONIC, 1), ZX_ERR_ACCESS_DENIED);
    }
}

TEST(clock_ticks) {
    const zx_ticks_t per_second = zx_ticks_per_second(), start = zx_ticks_get();
    EXPECT(per_second > 0);
    zx_nanosleep(after_ms(10));
    EXPECT(zx_ticks_get() - start >= per_second / 100);
}

// One clock, whether the kernel or the vDSO is asked.
TEST(clock_and_deadline_agree) {
    for (int i = 0; i < 1000; ++i) {
        const zx_time_t before = zx_clock_get_monotonic(), now = zx_deadline_after(0),
                        after = zx_clock_get(ZX_CLOCK_MONOTONIC);
        EXPECT(before <= now && now <= after);
    }
}

static _Atomic zx_time_t latest;
static atomic_int backward;

static void note_time(zx_time_t seen, zx_time_t now) {
    if (now < seen) {
        atomic_fetch_add(&backward, 1);
    }
    while (now > seen && !atomic_compare_exchange_weak(&latest, &seen, now)) {
    }
}

static int look_at_clocks(void* unused) {
    (void)unused;
    for (int i = 0; i < 20000; ++i) {
        zx_time_t seen = atomic_load(&latest);
        note_time(seen, i % 2 == 0 ? zx_clock_get_monotonic() : zx_deadline_after(0));
    }
    return 0;
}

// What one thread has seen is in the past for every other.
TEST(clock_order_between_threads) {
    thrd_t threads[4];
    for (int i = 0; i < 4; ++i) {
        REQUIRE(thrd_create(&threads[i], look_at_clocks, NULL) == thrd_success);
    }
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(thrd_join(threads[i], NULL), thrd_success);
    }
    EXPECT_EQ(backward, 0);
}

TEST(clock_deadline_after) {
    const zx_time_t now = zx_clock_get_monotonic(), deadline = zx_deadline_after(1000000);
    EXPECT(deadline >= now + 1000000 && deadline < now + 1000000000);
    EXPECT_EQ(zx_deadline_after(ZX_TIME_INFINITE), ZX_TIME_INFINITE);
    EXPECT_EQ(zx_deadline_after(INT64_MAX - 1), ZX_TIME_INFINITE);
}

TEST(nanosleep) {
    const zx_time_t deadline = after_ms(4);
    EXPECT_OK(zx_nanosleep(deadline));
    EXPECT(zx_clock_get_monotonic() >= deadline);
    EXPECT_OK(zx_nanosleep(0));
    EXPECT_OK(zx_nanosleep(-1));
    EXPECT_OK(zx_nanosleep(ZX_TIME_INFINITE_PAST));
}

TEST(timer_fires) {
    zx_handle_t timer;
    REQUIRE_OK(zx_timer_create(0, ZX_CLOCK_MONOTONIC, &timer));
    EXPECT_EQ(signals_of(timer), 0);
    const zx_time_t deadline = after_ms(3);
    EXPECT_OK(zx_timer_set(timer, deadline, 0));
    EXPECT_EQ(signals_of(timer), 0);
    EXPECT_OK(zx_object_wait_one(timer, ZX_TIMER_SIGNALED, ZX_TIME_INFINITE, NULL));
    EXPECT(zx_clock_get_monotonic() >= deadline);
    EXPECT_OK(zx_timer_cancel(timer));
    EXPECT_EQ(signals_of(timer), 0);
    // In the past: at once.
    EXPECT_OK(zx_timer_set(timer, 0, 0));
    EXPECT_OK(zx_object_wait_one(timer, ZX_TIMER_SIGNALED, after_ms(1000), NULL));
    // Setting it again takes the signal back.
    EXPECT_OK(zx_timer_set(timer, after_ms(100000), 0));
    EXPECT_EQ(signals_of(timer), 0);
    CLOSE(timer);
}

TEST(timer_cancelled_does_not_fire) {
    zx_handle_t timer;
    REQUIRE_OK(zx_timer_create(ZX_TIMER_SLACK_LATE, ZX_CLOCK_MONOTONIC, &timer));
    EXPECT_OK(zx_timer_cancel(timer));
    EXPECT_OK(zx_timer_set(timer, after_ms(2), 0));
    EXPECT_OK(zx_timer_cancel(timer));
    zx_nanosleep(after_ms(6));
    EXPECT_EQ(signals_of(timer), 0);
    CLOSE(timer);
}

TEST(timer_errors) {
    zx_handle_t timer;
    EXPECT_STATUS(zx_timer_create(9, ZX_CLOCK_MONOTONIC, &timer), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_timer_create(0, ZX_CLOCK_UTC, &timer), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_timer_create(0, ZX_CLOCK_MONOTONIC, bad_pointer()), ZX_ERR_INVALID_ARGS);
    REQUIRE_OK(zx_timer_create(0, ZX_CLOCK_MONOTONIC, &timer));
    const zx_handle_t event = new_event(), waiter = with_rights(timer, ZX_RIGHT_WAIT);
    EXPECT_STATUS(zx_timer_set(timer, 0, -1), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_timer_set(ZX_HANDLE_INVALID, 0, 0), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_timer_set(event, 0, 0), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_timer_set(waiter, 0, 0), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_timer_cancel(ZX_HANDLE_INVALID), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_timer_cancel(event), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_timer_cancel(waiter), ZX_ERR_ACCESS_DENIED);
    CLOSE(timer, event, waiter);
}

// docs/syscalls/object_wait_one.md, object_wait_many.md.
#include "test.h"

static int signal_later(void* event) {
    zx_nanosleep(after_ms(5));
    EXPECT_OK(zx_object_signal(*(zx_handle_t*)event, 0, ZX_EVENT_SIGNALED));
    return 0;
}

static int close_later(void* event) {
    zx_nanosleep(after_ms(5));
    CLOSE(*(zx_handle_t*)event);
    return 0;
}

TEST(wait_one_returns_at_once) {
    zx_handle_t event = new_event();
    zx_signals_t observed = 0;
    EXPECT_OK(zx_object_signal(event, 0, ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_2));
    EXPECT_OK(zx_object_wait_one(event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, &observed));
    EXPECT_EQ(observed, ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_2);
    EXPECT_OK(zx_object_wait_one(event, ZX_USER_SIGNAL_2, ZX_TIME_INFINITE_PAST, NULL));
    CLOSE(event);
}

TEST(wait_one_is_woken) {
    zx_handle_t event = new_event();
    zx_signals_t observed = 0;
    thrd_t thread;
    EXPECT_EQ(thrd_create(&thread, signal_later, &event), thrd_success);
    EXPECT_OK(zx_object_wait_one(event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, &observed));
    EXPECT_EQ(observed, ZX_EVENT_SIGNALED);
    thrd_join(thread, NULL);
    CLOSE(event);
}

TEST(wait_one_times_out_not_before_the_deadline) {
    const zx_handle_t event = new_event();
    const zx_time_t deadline = after_ms(3);
    zx_signals_t observed = ~0u;
    EXPECT_STATUS(zx_object_wait_one(event, ZX_EVENT_SIGNALED, deadline, &observed), ZX_ERR_TIMED_OUT);
    EXPECT(zx_clock_get_monotonic() >= deadline);
    EXPECT_EQ(observed, 0);
    EXPECT_STATUS(zx_object_wait_one(event, ZX_EVENT_SIGNALED, 0, NULL), ZX_ERR_TIMED_OUT);
    CLOSE(event);
}

TEST(wait_one_is_cancelled_when_the_handle_closes) {
    zx_handle_t event = new_event();
    const zx_handle_t kept = with_rights(event, ZX_RIGHT_SAME_RIGHTS);
    zx_signals_t observed = 0;
    thrd_t thread;
    EXPECT_EQ(thrd_create(&thread, close_later, &event), thrd_success);
    EXPECT_STATUS(zx_object_wait_one(event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, &observed), ZX_ERR_CANCELED);
    EXPECT_EQ(observed & ZX_SIGNAL_HANDLE_CLOSED, ZX_SIGNAL_HANDLE_CLOSED);
    thrd_join(thread, NULL);
    CLOSE(kept);
}

TEST(wait_one_errors) {
    const zx_handle_t event = new_event(), deaf = with_rights(event, ZX_RIGHT_SIGNAL);
    zx_handle_t port;
    REQUIRE_OK(zx_port_create(0, &port));
    EXPECT_STATUS(zx_object_wait_one(ZX_HANDLE_INVALID, 0, 0, NULL), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_object_wait_one(closed_handle(), 0, 0, NULL), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_object_wait_one(deaf, ZX_EVENT_SIGNALED, 0, NULL), ZX_ERR_ACCESS_DENIED);
    EXPECT_OK(zx_object_signal(event, 0, ZX_EVENT_SIGNALED));
    EXPECT_STATUS(zx_object_wait_one(event, ZX_EVENT_SIGNALED, 0, bad_pointer()), ZX_ERR_INVALID_ARGS);
    CLOSE(event, deaf, port);
}

TEST(wait_many_returns_what_is_pending) {
    const zx_handle_t first = new_event(), second = new_event();
    zx_wait_item_t items[2] = {{first, ZX_EVENT_SIGNALED, 0}, {second, ZX_EVENT_SIGNALED, 0}};
    EXPECT_OK(zx_object_signal(second, 0, ZX_EVENT_SIGNALED));
    EXPECT_OK(zx_object_signal(first, 0, ZX_USER_SIGNAL_4));
    EXPECT_OK(zx_object_wait_many(items, 2, ZX_TIME_INFINITE));
    EXPECT_EQ(items[0].pending, ZX_USER_SIGNAL_4);
    EXPECT_EQ(items[1].pending, ZX_EVENT_SIGNALED);
    CLOSE(first, second);
}

TEST(wait_many_is_woken_and_times_out) {
    zx_handle_t first = new_event(), second = new_event();
    zx_wait_item_t items[2] = {{first, ZX_EVENT_SIGNALED, 0}, {second, ZX_EVENT_SIGNALED, 0}};
    thrd_t thread;
    EXPECT_STATUS(zx_object_wait_many(items, 2, after_ms(2)), ZX_ERR_TIMED_OUT);
    EXPECT_EQ(thrd_create(&thread, signal_later, &second), thrd_success);
    EXPECT_OK(zx_object_wait_many(items, 2, ZX_TIME_INFINITE));
    EXPECT_EQ(items[1].pending, ZX_EVENT_SIGNALED);
    thrd_join(thread, NULL);
    CLOSE(first, second);
}

TEST(wait_many_is_cancelled_when_a_handle_closes) {
    zx_handle_t first = new_event(), second = new_event();
    zx_wait_item_t items[2] = {{first, ZX_EVENT_SIGNALED, 0}, {second, ZX_EVENT_SIGNALED, 0}};
    thrd_t thread;
    EXPECT_EQ(thrd_create(&thread, close_later, &second), thrd_success);
    EXPECT_STATUS(zx_object_wait_many(items, 2, ZX_TIME_INFINITE), ZX_ERR_CANCELED);
    EXPECT_EQ(items[1].pending & ZX_SIGNAL_HANDLE_CLOSED, ZX_SIGNAL_HANDLE_CLOSED);
    EXPECT_EQ(items[0].pending & ZX_SIGNAL_HANDLE_CLOSED, 0);
    thrd_join(thread, NULL);
    CLOSE(first);
}

TEST(wait_many_errors) {
    const zx_handle_t event = new_event(), deaf = with_rights(event, ZX_RIGHT_SIGNAL);
    zx_wait_item_t items[ZX_WAIT_MANY_MAX_ITEMS + 1];
    for (size_t i = 0; i <= ZX_WAIT_MANY_MAX_ITEMS; ++i) {
        items[i] = (zx_wait_item_t){event, ZX_EVENT_SIGNALED, 0};
    }
    EXPECT_STATUS(zx_object_wait_many(items, ZX_WAIT_MANY_MAX_ITEMS + 1, 0), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_object_wait_many(items, ZX_WAIT_MANY_MAX_ITEMS, 0), ZX_ERR_TIMED_OUT);
    EXPECT_STATUS(zx_object_wait_many(bad_pointer(), 1, 0), ZX_ERR_INVALID_ARGS);
    items[1].handle = deaf;
    EXPECT_STATUS(zx_object_wait_many(items, 2, 0), ZX_ERR_ACCESS_DENIED);
    items[1].handle = ZX_HANDLE_INVALID;
    EXPECT_STATUS(zx_object_wait_many(items, 2, 0), ZX_ERR_BAD_HANDLE);
    CLOSE(event, deaf);
}

// Without items it is a sleep.
TEST(wait_many_of_nothing) {
    const zx_time_t deadline = after_ms(2);
    EXPECT_STATUS(zx_object_wait_many(NULL, 0, deadline), ZX_ERR_TIMED_OUT);
    EXPECT(zx_clock_get_monotonic() >= deadline);
}

TEST(wait_many_tells_each_item_of_one_object) {
    zx_handle_t event = new_event(), other;
    EXPECT_OK(zx_handle_duplicate(event, ZX_RIGHT_SAME_RIGHTS, &other));
    zx_wait_item_t items[2] = {{event, ZX_EVENT_SIGNALED, 0}, {other, ZX_USER_SIGNAL_1, 0}};
    thrd_t thread;
    EXPECT_EQ(thrd_create(&thread, signal_later, &event), thrd_success);
    EXPECT_OK(zx_object_wait_many(items, 2, ZX_TIME_INFINITE));
    EXPECT(items[0].pending == ZX_EVENT_SIGNALED && items[1].pending == ZX_EVENT_SIGNALED);
    thrd_join(thread, NULL);
    CLOSE(event, other);
}

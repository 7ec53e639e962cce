// docs/handles.md, docs/rights.md, docs/syscalls/handle_*.md.
#include "test.h"

TEST(handle_values) {
    zx_handle_t first = new_event(), second = new_event();
    EXPECT(first != ZX_HANDLE_INVALID && second != ZX_HANDLE_INVALID);
    EXPECT(first != second);
    EXPECT_EQ(first & 1, 1);
    EXPECT_EQ(second & 1, 1);
    CLOSE(first, second);
}

TEST(handle_close_errors) {
    EXPECT_OK(zx_handle_close(ZX_HANDLE_INVALID));
    const zx_handle_t event = new_event();
    EXPECT_OK(zx_handle_close(event));
    EXPECT_STATUS(zx_handle_close(event), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_handle_close(0xfffffffe), ZX_ERR_BAD_HANDLE);
}

TEST(handle_stale_value_does_not_hit_a_new_object) {
    const zx_handle_t stale = closed_handle();
    for (int i = 0; i < 32; ++i) {
        const zx_handle_t fresh = new_event();
        EXPECT(fresh != stale);
        EXPECT_STATUS(zx_object_signal(stale, 0, ZX_EVENT_SIGNALED), ZX_ERR_BAD_HANDLE);
        CLOSE(fresh);
    }
}

TEST(handle_close_many) {
    zx_handle_t handles[3] = {new_event(), ZX_HANDLE_INVALID, new_event()};
    EXPECT_OK(zx_handle_close_many(handles, 3));
    EXPECT_STATUS(zx_handle_close(handles[0]), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_handle_close(handles[2]), ZX_ERR_BAD_HANDLE);
    EXPECT_OK(zx_handle_close_many(NULL, 0));
}

TEST(handle_close_many_closes_the_others_beside_a_bad_one) {
    zx_handle_t handles[3] = {new_event(), closed_handle(), new_event()};
    EXPECT_STATUS(zx_handle_close_many(handles, 3), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_handle_close(handles[0]), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_handle_close(handles[2]), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_handle_close_many(bad_pointer(), 1), ZX_ERR_INVALID_ARGS);
}

TEST(handle_duplicate) {
    const zx_handle_t event = new_event();
    zx_handle_t copy;
    REQUIRE_OK(zx_handle_duplicate(event, ZX_RIGHT_SAME_RIGHTS, &copy));
    EXPECT(copy != event);
    EXPECT_EQ(koid_of(copy), koid_of(event));
    EXPECT_EQ(rights_of(copy), rights_of(event));
    EXPECT_OK(zx_object_signal(copy, 0, ZX_EVENT_SIGNALED));
    EXPECT_EQ(signals_of(event) & ZX_EVENT_SIGNALED, ZX_EVENT_SIGNALED);
    CLOSE(event);
    EXPECT_EQ(signals_of(copy) & ZX_EVENT_SIGNALED, ZX_EVENT_SIGNALED);
    CLOSE(copy);
}

TEST(handle_duplicate_errors) {
    const zx_handle_t event = new_event();
    zx_handle_t out;
    EXPECT_STATUS(zx_handle_duplicate(ZX_HANDLE_INVALID, ZX_RIGHT_SAME_RIGHTS, &out), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_handle_duplicate(closed_handle(), ZX_RIGHT_SAME_RIGHTS, &out), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_handle_duplicate(event, ZX_RIGHT_EXECUTE, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_handle_duplicate(event, ZX_RIGHT_SAME_RIGHTS, bad_pointer()), ZX_ERR_INVALID_ARGS);
    const zx_handle_t single = with_rights(event, ZX_RIGHT_WAIT);
    EXPECT_STATUS(zx_handle_duplicate(single, ZX_RIGHT_SAME_RIGHTS, &out), ZX_ERR_ACCESS_DENIED);
    CLOSE(event, single);
}

TEST(handle_replace) {
    const zx_handle_t event = new_event();
    const zx_koid_t koid = koid_of(event);
    zx_handle_t replaced;
    REQUIRE_OK(zx_handle_replace(event, ZX_RIGHT_WAIT | ZX_RIGHT_INSPECT, &replaced));
    EXPECT_EQ(koid_of(replaced), koid);
    EXPECT_EQ(rights_of(replaced), ZX_RIGHT_WAIT | ZX_RIGHT_INSPECT);
    EXPECT_STATUS(zx_handle_close(event), ZX_ERR_BAD_HANDLE);
    // Without ZX_RIGHT_DUPLICATE a handle can still be replaced.
    zx_handle_t again;
    EXPECT_OK(zx_handle_replace(replaced, ZX_RIGHT_SAME_RIGHTS, &again));
    CLOSE(again);
}

TEST(handle_replace_errors) {
    zx_handle_t out = ZX_HANDLE_INVALID;
    EXPECT_STATUS(zx_handle_replace(ZX_HANDLE_INVALID, ZX_RIGHT_SAME_RIGHTS, &out), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_handle_replace(closed_handle(), ZX_RIGHT_SAME_RIGHTS, &out), ZX_ERR_BAD_HANDLE);
    // The old handle is gone in any case.
    const zx_handle_t event = new_event();
    EXPECT_STATUS(zx_handle_replace(event, ZX_RIGHT_EXECUTE, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_handle_close(event), ZX_ERR_BAD_HANDLE);
}

// The rights that <zircon/rights.h> gives to new objects.
TEST(handle_default_rights) {
    zx_handle_t a, b;
    REQUIRE_OK(zx_event_create(0, &a));
    EXPECT_EQ(rights_of(a), ZX_DEFAULT_EVENT_RIGHTS);
    CLOSE(a);
    REQUIRE_OK(zx_eventpair_create(0, &a, &b));
    EXPECT_EQ(rights_of(a), ZX_DEFAULT_EVENTPAIR_RIGHTS);
    EXPECT_EQ(rights_of(b), ZX_DEFAULT_EVENTPAIR_RIGHTS);
    CLOSE(a, b);
    REQUIRE_OK(zx_channel_create(0, &a, &b));
    EXPECT_EQ(rights_of(a), ZX_DEFAULT_CHANNEL_RIGHTS);
    CLOSE(a, b);
    REQUIRE_OK(zx_socket_create(0, &a, &b));
    EXPECT_EQ(rights_of(a), ZX_DEFAULT_SOCKET_RIGHTS);
    CLOSE(a, b);
    REQUIRE_OK(zx_fifo_create(4, 4, 0, &a, &b));
    EXPECT_EQ(rights_of(a), ZX_DEFAULT_FIFO_RIGHTS);
    CLOSE(a, b);
    REQUIRE_OK(zx_port_create(0, &a));
    EXPECT_EQ(rights_of(a), ZX_DEFAULT_PORT_RIGHTS);
    CLOSE(a);
    REQUIRE_OK(zx_timer_create(0, ZX_CLOCK_MONOTONIC, &a));
    EXPECT_EQ(rights_of(a), ZX_DEFAULT_TIMER_RIGHTS);
    CLOSE(a);
    REQUIRE_OK(zx_vmo_create(4096, 0, &a));
    EXPECT_EQ(rights_of(a), ZX_RIGHTS_BASIC | ZX_RIGHTS_IO | ZX_RIGHTS_PROPERTY | ZX_RIGHT_EXECUTE | ZX_RIGHT_MAP |
                                ZX_RIGHT_SIGNAL);
    CLOSE(a);
    REQUIRE_OK(zx_job_create(zx_job_default(), 0, &a));
    EXPECT_EQ(rights_of(a), ZX_DEFAULT_JOB_RIGHTS);
    CLOSE(a);
    REQUIRE_OK(zx_process_create(zx_job_default(), "rights", 6, 0, &a, &b));
    EXPECT_EQ(rights_of(a), ZX_DEFAULT_PROCESS_RIGHTS);
    CLOSE(a, b);
    REQUIRE_OK(zx_thread_create(zx_process_self(), "rights", 6, 0, &a));
    EXPECT_EQ(rights_of(a), ZX_DEFAULT_THREAD_RIGHTS);
    CLOSE(a);
}

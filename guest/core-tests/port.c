// docs/syscalls/port_*.md, object_wait_async.md.
#include <zircon/syscalls/port.h>

#include "test.h"

static zx_handle_t new_port(uint32_t options) {
    zx_handle_t port = ZX_HANDLE_INVALID;
    EXPECT_OK(zx_port_create(options, &port));
    return port;
}

TEST(port_create_errors) {
    zx_handle_t out;
    EXPECT_STATUS(zx_port_create(0x80, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_port_create(0, bad_pointer()), ZX_ERR_INVALID_ARGS);
}

TEST(port_user_packets_in_order) {
    const zx_handle_t port = new_port(0);
    for (uint64_t i = 0; i < 3; ++i) {
        const zx_port_packet_t packet = {.key = i, .type = 99, .status = -5, .user.u64 = {i, i + 1, i + 2, i + 3}};
        EXPECT_OK(zx_port_queue(port, &packet));
    }
    for (uint64_t i = 0; i < 3; ++i) {
        zx_port_packet_t packet = {0};
        EXPECT_OK(zx_port_wait(port, ZX_TIME_INFINITE, &packet));
        EXPECT_EQ(packet.key, i);
        EXPECT_EQ(packet.type, ZX_PKT_TYPE_USER);
        EXPECT_EQ(packet.status, -5);
        EXPECT_EQ(packet.user.u64[3], i + 3);
    }
    zx_port_packet_t none;
    EXPECT_STATUS(zx_port_wait(port, 0, &none), ZX_ERR_TIMED_OUT);
    EXPECT_STATUS(zx_port_wait(port, after_ms(2), &none), ZX_ERR_TIMED_OUT);
    CLOSE(port);
}

TEST(port_errors) {
    const zx_handle_t port = new_port(0), reader = with_rights(port, ZX_RIGHT_READ | ZX_RIGHT_DUPLICATE),
                      writer = with_rights(port, ZX_RIGHT_WRITE), event = new_event();
    zx_port_packet_t packet = {0};
    EXPECT_STATUS(zx_port_queue(ZX_HANDLE_INVALID, &packet), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_port_queue(event, &packet), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_port_queue(reader, &packet), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_port_queue(port, bad_pointer()), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_port_wait(ZX_HANDLE_INVALID, 0, &packet), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_port_wait(event, 0, &packet), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_port_wait(writer, 0, &packet), ZX_ERR_ACCESS_DENIED);
    EXPECT_OK(zx_port_queue(port, &packet));
    EXPECT_STATUS(zx_port_wait(port, ZX_TIME_INFINITE, bad_pointer()), ZX_ERR_INVALID_ARGS);
    CLOSE(port, reader, writer, event);
}

TEST(wait_async_once) {
    const zx_handle_t port = new_port(0), event = new_event();
    zx_port_packet_t packet = {0};
    REQUIRE_OK(zx_object_wait_async(event, port, 77, ZX_EVENT_SIGNALED, ZX_WAIT_ASYNC_ONCE));
    EXPECT_STATUS(zx_port_wait(port, 0, &packet), ZX_ERR_TIMED_OUT);
    EXPECT_OK(zx_object_signal(event, 0, ZX_USER_SIGNAL_0));
    EXPECT_STATUS(zx_port_wait(port, 0, &packet), ZX_ERR_TIMED_OUT);
    EXPECT_OK(zx_object_signal(event, 0, ZX_EVENT_SIGNALED));
    EXPECT_OK(zx_port_wait(port, 0, &packet));
    EXPECT_EQ(packet.key, 77);
    EXPECT_EQ(packet.type, ZX_PKT_TYPE_SIGNAL_ONE);
    EXPECT_EQ(packet.status, ZX_OK);
    EXPECT_EQ(packet.signal.trigger, ZX_EVENT_SIGNALED);
    EXPECT_EQ(packet.signal.observed, ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_0);
    EXPECT_EQ(packet.signal.count, 1);
    EXPECT_OK(zx_object_signal(event, ZX_EVENT_SIGNALED, 0));
    EXPECT_OK(zx_object_signal(event, 0, ZX_EVENT_SIGNALED));
    EXPECT_STATUS(zx_port_wait(port, 0, &packet), ZX_ERR_TIMED_OUT);
    // What is asserted already queues a packet at once.
    EXPECT_OK(zx_object_wait_async(event, port, 78, ZX_EVENT_SIGNALED, ZX_WAIT_ASYNC_ONCE));
    EXPECT_OK(zx_port_wait(port, 0, &packet));
    EXPECT_EQ(packet.key, 78);
    CLOSE(port, event);
}

TEST(wait_async_repeating) {
    const zx_handle_t port = new_port(0), event = new_event();
    zx_port_packet_t packet = {0};
    REQUIRE_OK(zx_object_wait_async(event, port, 5, ZX_EVENT_SIGNALED, ZX_WAIT_ASYNC_REPEATING));
    for (int i = 0; i < 2; ++i) {
        EXPECT_OK(zx_object_signal(event, 0, ZX_EVENT_SIGNALED));
        // A packet in the queue takes further signals in.
        EXPECT_OK(zx_object_signal(event, 0, ZX_USER_SIGNAL_1));
        EXPECT_OK(zx_port_wait(port, 0, &packet));
        EXPECT_EQ(packet.type, ZX_PKT_TYPE_SIGNAL_REP);
        EXPECT_EQ(packet.signal.observed & ZX_EVENT_SIGNALED, ZX_EVENT_SIGNALED);
        EXPECT_STATUS(zx_port_wait(port, 0, &packet), ZX_ERR_TIMED_OUT);
        EXPECT_OK(zx_object_signal(event, ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_1, 0));
    }
    CLOSE(port, event);
}

// Who came last hears first.
TEST(wait_async_newest_first) {
    const zx_handle_t port = new_port(0), event = new_event(), copy = with_rights(event, ZX_RIGHT_SAME_RIGHTS);
    zx_port_packet_t packet = {0};
    for (uint64_t key = 0; key < 6; ++key) {
        const uint32_t options = key % 2 == 0 ? ZX_WAIT_ASYNC_ONCE : ZX_WAIT_ASYNC_REPEATING;
        REQUIRE_OK(zx_object_wait_async(key < 3 ? event : copy, port, key, ZX_EVENT_SIGNALED, options));
    }
    EXPECT_OK(zx_object_signal(event, 0, ZX_EVENT_SIGNALED));
    for (uint64_t key = 6; key-- > 0;) {
        EXPECT_OK(zx_port_wait(port, 0, &packet));
        EXPECT_EQ(packet.key, key);
    }
    EXPECT_STATUS(zx_port_wait(port, 0, &packet), ZX_ERR_TIMED_OUT);
    CLOSE(port, event, copy);
}

TEST(wait_async_errors) {
    const zx_handle_t port = new_port(0), event = new_event(), deaf = with_rights(event, ZX_RIGHT_SIGNAL),
                      reader = with_rights(port, ZX_RIGHT_READ);
    EXPECT_STATUS(zx_object_wait_async(event, port, 1, 1, 7), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_object_wait_async(ZX_HANDLE_INVALID, port, 1, 1, 0), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_object_wait_async(event, ZX_HANDLE_INVALID, 1, 1, 0), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_object_wait_async(event, event, 1, 1, 0), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_object_wait_async(deaf, port, 1, 1, 0), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_object_wait_async(event, reader, 1, 1, 0), ZX_ERR_ACCESS_DENIED);
    CLOSE(port, event, deaf, reader);
}

TEST(port_cancel) {
    const zx_handle_t port = new_port(0), event = new_event(), other = new_event();
    zx_port_packet_t packet;
    EXPECT_STATUS(zx_port_cancel(port, event, 1), ZX_ERR_NOT_FOUND);
    REQUIRE_OK(zx_object_wait_async(event, port, 1, ZX_EVENT_SIGNALED, ZX_WAIT_ASYNC_ONCE));
    EXPECT_STATUS(zx_port_cancel(port, event, 2), ZX_ERR_NOT_FOUND);
    EXPECT_STATUS(zx_port_cancel(port, other, 1), ZX_ERR_NOT_FOUND);
    EXPECT_OK(zx_port_cancel(port, event, 1));
    EXPECT_OK(zx_object_signal(event, 0, ZX_EVENT_SIGNALED));
    EXPECT_STATUS(zx_port_wait(port, 0, &packet), ZX_ERR_TIMED_OUT);
    // A packet that is queued already goes too.
    REQUIRE_OK(zx_object_wait_async(event, port, 1, ZX_EVENT_SIGNALED, ZX_WAIT_ASYNC_ONCE));
    EXPECT_OK(zx_port_cancel(port, event, 1));
    EXPECT_STATUS(zx_port_wait(port, 0, &packet), ZX_ERR_TIMED_OUT);
    EXPECT_STATUS(zx_port_cancel(port, ZX_HANDLE_INVALID, 1), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_port_cancel(event, event, 1), ZX_ERR_WRONG_TYPE);
    CLOSE(port, event, other);
}

TEST(wait_async_ends_when_the_handle_closes) {
    const zx_handle_t port = new_port(0), event = new_event(), kept = with_rights(event, ZX_RIGHT_SAME_RIGHTS);
    zx_port_packet_t packet;
    REQUIRE_OK(zx_object_wait_async(event, port, 1, ZX_EVENT_SIGNALED, ZX_WAIT_ASYNC_ONCE));
    CLOSE(event);
    EXPECT_OK(zx_object_signal(kept, 0, ZX_EVENT_SIGNALED));
    EXPECT_STATUS(zx_port_wait(port, 0, &packet), ZX_ERR_TIMED_OUT);
    CLOSE(port, kept);
}

static int queue_later(void* port) {
    const zx_port_packet_t packet = {.key = 42};
    zx_nanosleep(after_ms(3));
    EXPECT_OK(zx_port_queue(*(zx_handle_t*)port, &packet));
    return 0;
}

TEST(port_wait_is_woken) {
    zx_handle_t port = new_port(0);
    zx_port_packet_t packet = {0};
    thrd_t thread;
    EXPECT_EQ(thrd_create(&thread, queue_later, &port), thrd_success);
    EXPECT_OK(zx_port_wait(port, ZX_TIME_INFINITE, &packet));
    EXPECT_EQ(packet.key, 42);
    thrd_join(thread, NULL);
    CLOSE(port);
}

TEST(interrupt_virtual) {
    const zx_handle_t port = new_port(ZX_PORT_BIND_TO_INTERRUPT), plain = new_port(0);
    zx_handle_t interrupt;
    zx_port_packet_t packet = {0};
    REQUIRE_OK(zx_interrupt_create(ZX_HANDLE_INVALID, 0, ZX_INTERRUPT_VIRTUAL, &interrupt));
    EXPECT_EQ(rights_of(interrupt), ZX_DEFAULT_INTERRUPT_RIGHTS);
    EXPECT_STATUS(zx_interrupt_ack(interrupt), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_interrupt_bind(interrupt, port, 9, 1), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_interrupt_bind(interrupt, interrupt, 9, 0), ZX_ERR_WRONG_TYPE);
    REQUIRE_OK(zx_interrupt_bind(interrupt, port, 9, 0));
    EXPECT_STATUS(zx_interrupt_bind(interrupt, port, 9, 0), ZX_ERR_ALREADY_BOUND);
    EXPECT_STATUS(zx_interrupt_wait(interrupt, NULL), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_interrupt_trigger(interrupt, 1, 0), ZX_ERR_INVALID_ARGS);
    for (zx_time_t time = 1000; time < 1002; ++time) {
        EXPECT_OK(zx_interrupt_trigger(interrupt, 0, time));
        EXPECT_OK(zx_port_wait(port, ZX_TIME_INFINITE, &packet));
        EXPECT_EQ(packet.key, 9);
        EXPECT_EQ(packet.type, ZX_PKT_TYPE_INTERRUPT);
        EXPECT_EQ(packet.interrupt.timestamp, time);
        EXPECT_OK(zx_interrupt_ack(interrupt));
    }
    EXPECT_OK(zx_interrupt_destroy(interrupt));
    EXPECT_STATUS(zx_interrupt_trigger(interrupt, 0, 0), ZX_ERR_CANCELED);
    EXPECT_STATUS(zx_interrupt_ack(interrupt), ZX_ERR_CANCELED);
    CLOSE(interrupt, port, plain);
}

TEST(interrupt_wait) {
    zx_handle_t interrupt;
    zx_time_t time = 0;
    REQUIRE_OK(zx_interrupt_create(ZX_HANDLE_INVALID, 0, ZX_INTERRUPT_VIRTUAL, &interrupt));
    EXPECT_OK(zx_interrupt_trigger(interrupt, 0, 4711));
    EXPECT_OK(zx_interrupt_wait(interrupt, &time));
    EXPECT_EQ(time, 4711);
    EXPECT_OK(zx_interrupt_destroy(interrupt));
    EXPECT_STATUS(zx_interrupt_wait(interrupt, &time), ZX_ERR_CANCELED);
    CLOSE(interrupt);
    const zx_handle_t event = new_event();
    EXPECT_STATUS(zx_interrupt_wait(event, NULL), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_interrupt_wait(ZX_HANDLE_INVALID, NULL), ZX_ERR_BAD_HANDLE);
    CLOSE(event);
}

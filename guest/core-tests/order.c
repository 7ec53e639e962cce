// Of several things that are wrong with a call the first counts: docs/zircon-order-of-checks.md.
#include <zircon/limits.h>
#include <zircon/syscalls/policy.h>
#include <zircon/syscalls/port.h>

#include "test.h"

TEST(order_handle_before_values) {
    const zx_handle_t event = new_event(), vmo = new_vmo(ZX_PAGE_SIZE), weak = with_rights(vmo, ZX_RIGHT_DUPLICATE),
                      none = closed_handle();
    zx_handle_t out;
    EXPECT_STATUS(zx_vmo_read(none, bad_pointer(), UINT64_MAX, 8), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_vmo_read(event, bad_pointer(), UINT64_MAX, 8), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_vmo_read(weak, bad_pointer(), UINT64_MAX, 8), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmo_read(vmo, bad_pointer(), UINT64_MAX, 8), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_vmo_clone(weak, 0, 1, UINT64_MAX, bad_pointer()), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmo_clone(vmo, 0, 1, UINT64_MAX, bad_pointer()), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmo_clone(vmo, ZX_VMO_CLONE_COPY_ON_WRITE, 1, UINT64_MAX, bad_pointer()), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_vmo_op_range(weak, 99, UINT64_MAX, 1, NULL, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmo_op_range(weak, ZX_VMO_OP_COMMIT, UINT64_MAX, 1, NULL, 0), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_handle_duplicate(none, ZX_RIGHT_EXECUTE, bad_pointer()), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_handle_duplicate(event, ZX_RIGHT_EXECUTE, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_object_signal(none, 0, ~0u), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_object_signal(weak, 0, ~0u), ZX_ERR_ACCESS_DENIED);
    CLOSE(event, vmo, weak);
}

TEST(order_options_before_handles) {
    const zx_handle_t event = new_event(), none = closed_handle();
    zx_handle_t out, out2;
    EXPECT_STATUS(zx_object_wait_async(none, none, 0, 0, 99), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_object_wait_async(none, event, 0, 0, 0), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_object_wait_async(event, event, 0, 0, 0), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_job_create(none, 1, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_process_create(none, bad_pointer(), 4, 1, &out, &out2), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_process_create(none, bad_pointer(), 4, 0, &out, &out2), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_thread_create(event, bad_pointer(), 4, 0, &out), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_task_bind_exception_port(none, none, 0, 99), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_task_resume_from_exception(none, none, 99), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_interrupt_bind(none, none, 0, 1), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_job_set_policy(none, 9, 9, NULL, 1000), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_job_set_policy(none, 0, ZX_JOB_POL_BASIC, NULL, 1000), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_job_set_policy(none, 0, ZX_JOB_POL_BASIC, bad_pointer(), 1), ZX_ERR_INVALID_ARGS);
    zx_wait_item_t items[ZX_WAIT_MANY_MAX_ITEMS + 1] = {{none, 0, 0}};
    EXPECT_STATUS(zx_object_wait_many(items, ZX_WAIT_MANY_MAX_ITEMS + 1, 0), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_object_get_info(none, 99, bad_pointer(), 64, NULL, NULL), ZX_ERR_NOT_SUPPORTED);
    CLOSE(event);
}

// What is wrong with the arguments counts before the state that the object is in.
TEST(order_state_comes_last) {
    zx_handle_t ours, theirs, socket, other;
    char bytes[8];
    REQUIRE_OK(zx_channel_create(0, &ours, &theirs));
    REQUIRE_OK(zx_socket_create(0, &socket, &other));
    CLOSE(theirs, other);
    EXPECT_STATUS(zx_channel_write(ours, 1, bytes, 8, NULL, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_channel_write(ours, 0, bad_pointer(), 8, NULL, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_channel_write(ours, 0, bytes, ZX_CHANNEL_MAX_MSG_BYTES + 1, NULL, 0), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_channel_write(ours, 0, bytes, 8, NULL, 0), ZX_ERR_PEER_CLOSED);
    EXPECT_STATUS(zx_channel_read(ours, 99, bytes, NULL, 8, 0, NULL, NULL), ZX_ERR_NOT_SUPPORTED);
    EXPECT_STATUS(zx_channel_read(ours, 0, bad_pointer(), NULL, 8, 0, bad_pointer(), NULL), ZX_ERR_PEER_CLOSED);
    EXPECT_STATUS(zx_socket_write(socket, 99, bytes, 8, NULL), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_socket_write(socket, 0, bad_pointer(), 8, NULL), ZX_ERR_PEER_CLOSED);
    EXPECT_STATUS(zx_socket_read(socket, 0, bad_pointer(), 8, NULL), ZX_ERR_PEER_CLOSED);
    EXPECT_STATUS(zx_socket_read(socket, 0, NULL, 8, NULL), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_object_signal_peer(ours, 0, ~0u), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_object_signal_peer(ours, 0, ZX_USER_SIGNAL_0), ZX_ERR_PEER_CLOSED);
    CLOSE(ours, socket);
}

// A bad pointer for a result leaves everything as it was.
TEST(order_pointers_for_results_come_last) {
    zx_handle_t ours, theirs, port;
    char bytes[8] = {0};
    uint32_t size = 0;
    zx_port_packet_t packet = {.key = 5};
    zx_info_handle_count_t before = {0}, after = {0};
    const zx_handle_t event = new_event();
    REQUIRE_OK(zx_channel_create(0, &ours, &theirs));
    REQUIRE_OK(zx_port_create(0, &port));
    EXPECT_OK(zx_channel_write(theirs, 0, bytes, 8, NULL, 0));
    EXPECT_STATUS(zx_channel_read(ours, 0, bad_pointer(), NULL, 8, 0, &size, NULL), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_channel_read(ours, 0, bytes, NULL, 8, 0, bad_pointer(), NULL), ZX_ERR_INVALID_ARGS);
    EXPECT_OK(zx_channel_read(ours, 0, bytes, NULL, 8, 0, &size, NULL));
    EXPECT_EQ(size, 8);
    EXPECT_OK(zx_port_queue(port, &packet));
    EXPECT_STATUS(zx_port_wait(port, 0, bad_pointer()), ZX_ERR_INVALID_ARGS);
    packet.key = 0;
    EXPECT_OK(zx_port_wait(port, 0, &packet));
    EXPECT_EQ(packet.key, 5);
    EXPECT_OK(zx_object_get_info(event, ZX_INFO_HANDLE_COUNT, &before, sizeof(before), NULL, NULL));
    EXPECT_STATUS(zx_handle_duplicate(event, ZX_RIGHT_SAME_RIGHTS, bad_pointer()), ZX_ERR_INVALID_ARGS);
    EXPECT_OK(zx_object_get_info(event, ZX_INFO_HANDLE_COUNT, &after, sizeof(after), NULL, NULL));
    EXPECT_EQ(after.handle_count, before.handle_count);
    CLOSE(ours, theirs, port, event);
}

// Handles in messages count.
TEST(count_of_handles) {
    zx_handle_t ours, theirs, copy;
    zx_info_handle_count_t count = {0};
    const zx_handle_t event = new_event();
    REQUIRE_OK(zx_channel_create(0, &ours, &theirs));
    copy = with_rights(event, ZX_RIGHT_SAME_RIGHTS);
    EXPECT_OK(zx_channel_write(ours, 0, NULL, 0, &copy, 1));
    EXPECT_OK(zx_object_get_info(event, ZX_INFO_HANDLE_COUNT, &count, sizeof(count), NULL, NULL));
    EXPECT_EQ(count.handle_count, 2);
    CLOSE(ours, theirs);
    EXPECT_OK(zx_object_get_info(event, ZX_INFO_HANDLE_COUNT, &count, sizeof(count), NULL, NULL));
    EXPECT_EQ(count.handle_count, 1);
    size_t actual = 9, available = 9;
    EXPECT_STATUS(zx_object_get_info(event, ZX_INFO_HANDLE_COUNT, &count, 0, &actual, &available),
                  ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT(actual == 0 && available == 1);
    CLOSE(event);
}

// docs/objects/socket.md, docs/syscalls/socket_*.md.
#include "test.h"

static bool new_socket(uint32_t options, zx_handle_t* ours, zx_handle_t* theirs) {
    return EXPECT_OK(zx_socket_create(options, ours, theirs));
}

TEST(socket_create_errors) {
    zx_handle_t out;
    EXPECT_STATUS(zx_socket_create(0x80, &out, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_socket_create(0, bad_pointer(), &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_socket_create(0, &out, bad_pointer()), ZX_ERR_INVALID_ARGS);
}

TEST(socket_stream) {
    zx_handle_t ours, theirs;
    char bytes[16];
    size_t actual = 0;
    REQUIRE(new_socket(ZX_SOCKET_STREAM, &ours, &theirs));
    EXPECT_EQ(signals_of(ours), ZX_SOCKET_WRITABLE);
    EXPECT_OK(zx_socket_write(ours, 0, "hello ", 6, &actual));
    EXPECT_EQ(actual, 6);
    EXPECT_OK(zx_socket_write(ours, 0, "world", 5, NULL));
    EXPECT_EQ(signals_of(theirs), ZX_SOCKET_WRITABLE | ZX_SOCKET_READABLE);
    // Without a buffer: how much could be read.
    zx_info_socket_t info = {0};
    EXPECT_OK(zx_object_get_info(theirs, ZX_INFO_SOCKET, &info, sizeof(info), NULL, NULL));
    EXPECT_EQ(info.rx_buf_available, 11);
    EXPECT_OK(zx_socket_read(theirs, 0, bytes, 8, &actual));
    EXPECT(actual == 8 && memcmp(bytes, "hello wo", 8) == 0);
    EXPECT_OK(zx_socket_read(theirs, 0, bytes, sizeof(bytes), &actual));
    EXPECT(actual == 3 && memcmp(bytes, "rld", 3) == 0);
    EXPECT_STATUS(zx_socket_read(theirs, 0, bytes, sizeof(bytes), &actual), ZX_ERR_SHOULD_WAIT);
    CLOSE(ours, theirs);
}

TEST(socket_stream_fills_up) {
    static char data[16384];
    zx_handle_t ours, theirs;
    size_t total = 0, drained = 0, actual;
    REQUIRE(new_socket(ZX_SOCKET_STREAM, &ours, &theirs));
    for (size_t i = 0; i < sizeof(data); ++i) {
        data[i] = (char)(i * 7);
    }
    while (zx_socket_write(ours, 0, data, sizeof(data), &actual) == ZX_OK) {
        total += actual;
    }
    EXPECT(total >= 65536);
    EXPECT_EQ(signals_of(ours) & ZX_SOCKET_WRITABLE, 0);
    EXPECT_STATUS(zx_socket_write(ours, 0, data, 1, &actual), ZX_ERR_SHOULD_WAIT);
    bool right = true;
    while (zx_socket_read(theirs, 0, data, 1000, &actual) == ZX_OK) {
        for (size_t i = 0; i < actual; ++i) {
            right = right && data[i] == (char)((drained + i) % sizeof(data) * 7);
        }
        drained += actual;
    }
    EXPECT(right);
    EXPECT_EQ(drained, total);
    EXPECT_EQ(signals_of(ours) & ZX_SOCKET_WRITABLE, ZX_SOCKET_WRITABLE);
    CLOSE(ours, theirs);
}

TEST(socket_datagram) {
    zx_handle_t ours, theirs;
    char bytes[8];
    size_t actual = 0;
    REQUIRE(new_socket(ZX_SOCKET_DATAGRAM, &ours, &theirs));
    EXPECT_OK(zx_socket_write(ours, 0, "first", 5, NULL));
    EXPECT_OK(zx_socket_write(ours, 0, "second", 6, NULL));
    EXPECT_OK(zx_socket_write(ours, 0, "third", 5, NULL));
    EXPECT_OK(zx_socket_read(theirs, 0, bytes, sizeof(bytes), &actual));
    EXPECT(actual == 5 && memcmp(bytes, "first", 5) == 0);
    // What does not fit is lost.
    EXPECT_OK(zx_socket_read(theirs, 0, bytes, 3, &actual));
    EXPECT(actual == 3 && memcmp(bytes, "sec", 3) == 0);
    EXPECT_OK(zx_socket_read(theirs, 0, bytes, sizeof(bytes), &actual));
    EXPECT(actual == 5 && memcmp(bytes, "third", 5) == 0);
    CLOSE(ours, theirs);
}

TEST(socket_control) {
    zx_handle_t ours, theirs;
    char bytes[8];
    size_t actual = 0;
    REQUIRE(new_socket(ZX_SOCKET_HAS_CONTROL, &ours, &theirs));
    EXPECT_EQ(signals_of(ours) & ZX_SOCKET_CONTROL_WRITABLE, ZX_SOCKET_CONTROL_WRITABLE);
    EXPECT_OK(zx_socket_write(ours, ZX_SOCKET_CONTROL, "ctl", 3, NULL));
    EXPECT_STATUS(zx_socket_write(ours, ZX_SOCKET_CONTROL, "ctl", 3, NULL), ZX_ERR_SHOULD_WAIT);
    EXPECT_EQ(signals_of(theirs) & (ZX_SOCKET_READABLE | ZX_SOCKET_CONTROL_READABLE), ZX_SOCKET_CONTROL_READABLE);
    EXPECT_OK(zx_socket_read(theirs, ZX_SOCKET_CONTROL, bytes, sizeof(bytes), &actual));
    EXPECT_EQ(actual, 3);
    EXPECT_STATUS(zx_socket_read(theirs, ZX_SOCKET_CONTROL, bytes, sizeof(bytes), &actual), ZX_ERR_SHOULD_WAIT);
    CLOSE(ours, theirs);
    REQUIRE(new_socket(0, &ours, &theirs));
    EXPECT_STATUS(zx_socket_write(ours, ZX_SOCKET_CONTROL, "ctl", 3, NULL), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_socket_read(ours, ZX_SOCKET_CONTROL, bytes, 3, NULL), ZX_ERR_BAD_STATE);
    CLOSE(ours, theirs);
}

TEST(socket_peer_closed) {
    zx_handle_t ours, theirs;
    char bytes[8];
    size_t actual;
    REQUIRE(new_socket(0, &ours, &theirs));
    EXPECT_OK(zx_socket_write(ours, 0, "last", 4, NULL));
    CLOSE(ours);
    EXPECT_EQ(signals_of(theirs) & (ZX_SOCKET_READABLE | ZX_SOCKET_PEER_CLOSED | ZX_SOCKET_WRITABLE),
              ZX_SOCKET_READABLE | ZX_SOCKET_PEER_CLOSED);
    EXPECT_STATUS(zx_socket_write(theirs, 0, "x", 1, NULL), ZX_ERR_PEER_CLOSED);
    EXPECT_OK(zx_socket_read(theirs, 0, bytes, sizeof(bytes), &actual));
    EXPECT_EQ(actual, 4);
    EXPECT_STATUS(zx_socket_read(theirs, 0, bytes, sizeof(bytes), &actual), ZX_ERR_PEER_CLOSED);
    CLOSE(theirs);
}

TEST(socket_shutdown_write) {
    zx_handle_t ours, theirs;
    char bytes[8];
    size_t actual;
    REQUIRE(new_socket(0, &ours, &theirs));
    EXPECT_OK(zx_socket_write(ours, 0, "12", 2, NULL));
    EXPECT_OK(zx_socket_shutdown(ours, ZX_SOCKET_SHUTDOWN_WRITE));
    EXPECT_STATUS(zx_socket_write(ours, 0, "x", 1, NULL), ZX_ERR_BAD_STATE);
    EXPECT_OK(zx_socket_write(theirs, 0, "back", 4, NULL));
    EXPECT_OK(zx_socket_read(theirs, 0, bytes, sizeof(bytes), &actual));
    EXPECT_STATUS(zx_socket_read(theirs, 0, bytes, sizeof(bytes), &actual), ZX_ERR_BAD_STATE);
    EXPECT_EQ(signals_of(ours) & ZX_SOCKET_WRITE_DISABLED, ZX_SOCKET_WRITE_DISABLED);
    EXPECT_EQ(signals_of(theirs) & ZX_SOCKET_PEER_WRITE_DISABLED, ZX_SOCKET_PEER_WRITE_DISABLED);
    CLOSE(ours, theirs);
}

TEST(socket_shutdown_read) {
    zx_handle_t ours, theirs;
    char bytes[8];
    size_t actual;
    REQUIRE(new_socket(0, &ours, &theirs));
    EXPECT_OK(zx_socket_write(theirs, 0, "12", 2, NULL));
    EXPECT_OK(zx_socket_shutdown(ours, ZX_SOCKET_SHUTDOWN_READ));
    EXPECT_STATUS(zx_socket_write(theirs, 0, "x", 1, NULL), ZX_ERR_BAD_STATE);
    EXPECT_OK(zx_socket_read(ours, 0, bytes, sizeof(bytes), &actual));
    EXPECT_EQ(actual, 2);
    EXPECT_STATUS(zx_socket_read(ours, 0, bytes, sizeof(bytes), &actual), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_socket_shutdown(ours, 8), ZX_ERR_INVALID_ARGS);
    CLOSE(ours, theirs);
}

TEST(socket_share_and_accept) {
    zx_handle_t ours, theirs, shared, kept, accepted;
    REQUIRE(new_socket(ZX_SOCKET_HAS_ACCEPT, &ours, &theirs));
    REQUIRE(new_socket(0, &shared, &kept));
    EXPECT_STATUS(zx_socket_accept(theirs, &accepted), ZX_ERR_SHOULD_WAIT);
    EXPECT_EQ(signals_of(ours) & ZX_SOCKET_SHARE, ZX_SOCKET_SHARE);
    EXPECT_OK(zx_socket_share(ours, shared));
    EXPECT_STATUS(zx_handle_close(shared), ZX_ERR_BAD_HANDLE);
    EXPECT_EQ(signals_of(theirs) & ZX_SOCKET_ACCEPT, ZX_SOCKET_ACCEPT);
    EXPECT_EQ(signals_of(ours) & ZX_SOCKET_SHARE, 0);
    zx_handle_t other, other_end;
    REQUIRE(new_socket(0, &other, &other_end));
    EXPECT_STATUS(zx_socket_share(ours, other), ZX_ERR_SHOULD_WAIT);
    REQUIRE_OK(zx_socket_accept(theirs, &accepted));
    EXPECT_OK(zx_socket_write(accepted, 0, "x", 1, NULL));
    EXPECT_EQ(signals_of(kept) & ZX_SOCKET_READABLE, ZX_SOCKET_READABLE);
    zx_handle_close(other);
    CLOSE(ours, theirs, kept, accepted, other_end);
}

TEST(socket_share_errors) {
    zx_handle_t ours, theirs, plain, plain_end, out;
    REQUIRE(new_socket(ZX_SOCKET_HAS_ACCEPT, &ours, &theirs));
    REQUIRE(new_socket(0, &plain, &plain_end));
    EXPECT_STATUS(zx_socket_accept(plain, &out), ZX_ERR_NOT_SUPPORTED);
    EXPECT_STATUS(zx_socket_accept(ZX_HANDLE_INVALID, &out), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_socket_share(ours, ZX_HANDLE_INVALID), ZX_ERR_BAD_HANDLE);
    const zx_handle_t event = new_event();
    EXPECT_STATUS(zx_socket_share(ours, event), ZX_ERR_WRONG_TYPE);
    zx_handle_close(event);
    EXPECT_STATUS(zx_socket_share(ours, with_rights(theirs, ZX_RIGHT_SAME_RIGHTS)), ZX_ERR_BAD_STATE);
    zx_handle_t other, other_end;
    REQUIRE(new_socket(0, &other, &other_end));
    EXPECT_STATUS(zx_socket_share(plain, other), ZX_ERR_NOT_SUPPORTED);
    EXPECT_STATUS(zx_handle_close(other), ZX_ERR_BAD_HANDLE); // gone, whatever comes of it
    // What is to be shared is looked at first: whether it can be, whether it is one of these ends; then who receives it.
    EXPECT_STATUS(zx_socket_share(plain, with_rights(ours, ZX_RIGHT_SAME_RIGHTS)), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_socket_share(plain, with_rights(plain, ZX_RIGHT_SAME_RIGHTS)), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_socket_share(plain, with_rights(plain_end, ZX_RIGHT_SAME_RIGHTS)), ZX_ERR_BAD_STATE);
    CLOSE(ours, theirs, plain, plain_end, other_end);
}

TEST(socket_thresholds) {
    zx_handle_t ours, theirs;
    size_t value = 10;
    char bytes[16] = {0};
    REQUIRE(new_socket(0, &ours, &theirs));
    EXPECT_OK(zx_object_set_property(ours, ZX_PROP_SOCKET_RX_THRESHOLD, &value, sizeof(value)));
    EXPECT_OK(zx_socket_write(theirs, 0, bytes, 9, NULL));
    EXPECT_EQ(signals_of(ours) & ZX_SOCKET_READ_THRESHOLD, 0);
    EXPECT_OK(zx_socket_write(theirs, 0, bytes, 1, NULL));
    EXPECT_EQ(signals_of(ours) & ZX_SOCKET_READ_THRESHOLD, ZX_SOCKET_READ_THRESHOLD);
    EXPECT_OK(zx_socket_read(ours, 0, bytes, 1, NULL));
    EXPECT_EQ(signals_of(ours) & ZX_SOCKET_READ_THRESHOLD, 0);
    value = 0;
    EXPECT_OK(zx_object_get_property(ours, ZX_PROP_SOCKET_RX_THRESHOLD, &value, sizeof(value)));
    EXPECT_EQ(value, 10);
    CLOSE(ours, theirs);
}

TEST(socket_read_and_write_errors) {
    zx_handle_t ours, theirs;
    char byte = 0;
    REQUIRE(new_socket(0, &ours, &theirs));
    const zx_handle_t event = new_event(), reader = with_rights(ours, ZX_RIGHT_READ),
                      writer = with_rights(ours, ZX_RIGHT_WRITE);
    EXPECT_STATUS(zx_socket_write(ZX_HANDLE_INVALID, 0, &byte, 1, NULL), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_socket_write(event, 0, &byte, 1, NULL), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_socket_write(reader, 0, &byte, 1, NULL), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_socket_write(ours, 0, bad_pointer(), 1, NULL), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_socket_read(ZX_HANDLE_INVALID, 0, &byte, 1, NULL), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_socket_read(event, 0, &byte, 1, NULL), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_socket_read(writer, 0, &byte, 1, NULL), ZX_ERR_ACCESS_DENIED);
    EXPECT_OK(zx_socket_write(theirs, 0, &byte, 1, NULL));
    EXPECT_STATUS(zx_socket_read(ours, 0x80, &byte, 1, NULL), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_socket_read(ours, 0, bad_pointer(), 1, NULL), ZX_ERR_INVALID_ARGS);
    CLOSE(ours, theirs, event, reader, writer);
}

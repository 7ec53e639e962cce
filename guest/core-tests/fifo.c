// docs/objects/fifo.md, docs/syscalls/fifo_*.md.
#include "test.h"

TEST(fifo_create_errors) {
    zx_handle_t out;
    EXPECT_STATUS(zx_fifo_create(0, 8, 0, &out, &out), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_fifo_create(8, 0, 0, &out, &out), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_fifo_create(3, 8, 0, &out, &out), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_fifo_create(1024, 8, 0, &out, &out), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_fifo_create(SIZE_MAX, 8, 0, &out, &out), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_fifo_create(8, 8, 1, &out, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_fifo_create(8, 8, 0, bad_pointer(), &out), ZX_ERR_INVALID_ARGS);
}

TEST(fifo_elements_in_order) {
    zx_handle_t ours, theirs;
    uint64_t elements[8], read[8] = {0};
    size_t actual = 0;
    REQUIRE_OK(zx_fifo_create(8, sizeof(uint64_t), 0, &ours, &theirs));
    for (uint64_t i = 0; i < 8; ++i) {
        elements[i] = i * 3;
    }
    EXPECT_EQ(signals_of(ours), ZX_FIFO_WRITABLE);
    EXPECT_OK(zx_fifo_write(ours, 8, elements, 5, &actual));
    EXPECT_EQ(actual, 5);
    EXPECT_EQ(signals_of(theirs), ZX_FIFO_WRITABLE | ZX_FIFO_READABLE);
    EXPECT_OK(zx_fifo_write(ours, 8, elements + 5, 8, &actual)); // only three fit
    EXPECT_EQ(actual, 3);
    EXPECT_EQ(signals_of(ours), 0);
    EXPECT_STATUS(zx_fifo_write(ours, 8, elements, 1, &actual), ZX_ERR_SHOULD_WAIT);
    EXPECT_OK(zx_fifo_read(theirs, 8, read, 2, &actual));
    EXPECT_EQ(actual, 2);
    EXPECT_OK(zx_fifo_read(theirs, 8, read + 2, 8, &actual));
    EXPECT_EQ(actual, 6);
    EXPECT(memcmp(read, elements, sizeof(read)) == 0);
    EXPECT_STATUS(zx_fifo_read(theirs, 8, read, 1, &actual), ZX_ERR_SHOULD_WAIT);
    EXPECT_OK(zx_fifo_write(theirs, 8, elements, 1, NULL));
    EXPECT_OK(zx_fifo_read(ours, 8, read, 1, NULL));
    CLOSE(ours, theirs);
}

TEST(fifo_peer_closed) {
    zx_handle_t ours, theirs;
    uint32_t element = 5;
    REQUIRE_OK(zx_fifo_create(2, 4, 0, &ours, &theirs));
    EXPECT_OK(zx_fifo_write(ours, 4, &element, 1, NULL));
    CLOSE(ours);
    EXPECT_EQ(signals_of(theirs), ZX_FIFO_READABLE | ZX_FIFO_PEER_CLOSED);
    EXPECT_STATUS(zx_fifo_write(theirs, 4, &element, 1, NULL), ZX_ERR_PEER_CLOSED);
    EXPECT_OK(zx_fifo_read(theirs, 4, &element, 1, NULL));
    EXPECT_STATUS(zx_fifo_read(theirs, 4, &element, 1, NULL), ZX_ERR_PEER_CLOSED);
    CLOSE(theirs);
}

TEST(fifo_errors) {
    zx_handle_t ours, theirs;
    uint32_t element = 0;
    REQUIRE_OK(zx_fifo_create(2, 4, 0, &ours, &theirs));
    const zx_handle_t event = new_event(), reader = with_rights(ours, ZX_RIGHT_READ),
                      writer = with_rights(ours, ZX_RIGHT_WRITE);
    EXPECT_STATUS(zx_fifo_write(ours, 8, &element, 1, NULL), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_fifo_write(ours, 4, &element, 0, NULL), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_fifo_write(ours, 4, bad_pointer(), 1, NULL), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_fifo_write(ZX_HANDLE_INVALID, 4, &element, 1, NULL), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_fifo_write(event, 4, &element, 1, NULL), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_fifo_write(reader, 4, &element, 1, NULL), ZX_ERR_ACCESS_DENIED);
    EXPECT_OK(zx_fifo_write(theirs, 4, &element, 1, NULL));
    EXPECT_STATUS(zx_fifo_read(ours, 8, &element, 1, NULL), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_fifo_read(ours, 4, &element, 0, NULL), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_fifo_read(ours, 4, bad_pointer(), 1, NULL), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_fifo_read(writer, 4, &element, 1, NULL), ZX_ERR_ACCESS_DENIED);
    CLOSE(ours, theirs, event, reader, writer);
}

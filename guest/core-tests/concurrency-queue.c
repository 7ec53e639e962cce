// Ports, sockets and fifos between several threads. docs/syscalls/port_wait.md, object_wait_async.md, socket_write.md,
// fifo_write.md.
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/port.h>

#include "concurrency.h"

// A dispatch loop in several threads: each packet goes to one of them, which arms the wait anew.
#define CHANNELS 8
#define MESSAGES 150
static zx_handle_t port, sources[CHANNELS], sinks[CHANNELS];
static atomic_int received[CHANNELS], packets, ended;

static bool take_messages(unsigned i) {
    for (;;) {
        uint32_t number, bytes;
        const zx_status_t status = zx_channel_read(sinks[i], 0, &number, NULL, 4, 0, &bytes, NULL);
        if (status == ZX_ERR_SHOULD_WAIT) {
            return true;
        }
        if (status == ZX_ERR_PEER_CLOSED) {
            return false;
        }
        EXPECT_OK(status);
        // The wait is armed once: only one thread looks at a channel at a time.
        EXPECT_EQ((int)number, atomic_fetch_add(&received[i], 1));
    }
}
static void arm(unsigned i) {
    EXPECT_OK(zx_object_wait_async(sinks[i], port, i, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED,
                                   ZX_WAIT_ASYNC_ONCE));
}

static int dispatch(void* unused) {
    (void)unused;
    for (;;) {
        zx_port_packet_t packet = {0};
        if (!EXPECT_OK(zx_port_wait(port, ZX_TIME_INFINITE, &packet))) {
            return 1;
        }
        if (packet.type == ZX_PKT_TYPE_USER) {
            return 0;
        }
        EXPECT_EQ(packet.type, ZX_PKT_TYPE_SIGNAL_ONE);
        EXPECT((packet.signal.observed & packet.signal.trigger) != 0);
        atomic_fetch_add(&packets, 1);
        const unsigned i = (unsigned)packet.key;
        if (take_messages(i)) {
            arm(i);
        } else if (atomic_fetch_add(&ended, 1) + 1 == CHANNELS) {
            const zx_port_packet_t stop = {.type = ZX_PKT_TYPE_USER};
            for (int j = 0; j < THREADS; ++j) {
                EXPECT_OK(zx_port_queue(port, &stop));
            }
        }
    }
}

static int send(void* unused) {
    (void)unused;
    for (uint32_t number = 0; number < MESSAGES; ++number) {
        for (unsigned i = 0; i < CHANNELS; ++i) {
            EXPECT_OK(zx_channel_write(sources[i], 0, &number, 4, NULL, 0));
        }
    }
    close_all(sources, CHANNELS);
    return 0;
}

TEST(concurrency_dispatch_loop) {
    REQUIRE_OK(zx_port_create(0, &port));
    atomic_store(&ended, 0);
    for (unsigned i = 0; i < CHANNELS; ++i) {
        REQUIRE_OK(zx_channel_create(0, &sources[i], &sinks[i]));
        atomic_store(&received[i], 0);
        arm(i);
    }
    thrd_t sender;
    REQUIRE(thrd_create(&sender, send, NULL) == thrd_success);
    run_all(dispatch, THREADS);
    EXPECT_EQ(thrd_join(sender, NULL), thrd_success);
    for (unsigned i = 0; i < CHANNELS; ++i) {
        EXPECT_EQ(received[i], MESSAGES);
    }
    close_all(sinks, CHANNELS);
    CLOSE(port);
}

// A stream through a socket, of pieces of all sizes, each end waiting when it cannot go on.
#define STREAM_BYTES 300000
static zx_handle_t socket_in, socket_out;

static uint8_t stream_byte(size_t at) {
    return (uint8_t)(at * 7 + (at >> 8));
}

static int write_stream(void* unused) {
    (void)unused;
    static uint8_t piece[5000];
    for (size_t sent = 0; sent < STREAM_BYTES;) {
        size_t size = 1 + sent * 31 % sizeof(piece), actual = 0;
        size = size < STREAM_BYTES - sent ? size : STREAM_BYTES - sent;
        for (size_t i = 0; i < size; ++i) {
            piece[i] = stream_byte(sent + i);
        }
        const zx_status_t status = zx_socket_write(socket_in, 0, piece, size, &actual);
        if (status == ZX_ERR_SHOULD_WAIT) {
            EXPECT_OK(zx_object_wait_one(socket_in, ZX_SOCKET_WRITABLE, ZX_TIME_INFINITE, NULL));
        } else {
            EXPECT_OK(status);
            sent += actual;
        }
    }
    CLOSE(socket_in);
    return 0;
}

TEST(concurrency_socket_stream) {
    static uint8_t piece[3000];
    REQUIRE_OK(zx_socket_create(ZX_SOCKET_STREAM, &socket_in, &socket_out));
    thrd_t writer;
    REQUIRE(thrd_create(&writer, write_stream, NULL) == thrd_success);
    size_t read = 0, wrong = 0;
    for (;;) {
        size_t actual = 0;
        const zx_status_t status = zx_socket_read(socket_out, 0, piece, 1 + read * 17 % sizeof(piece), &actual);
        if (status == ZX_ERR_SHOULD_WAIT) {
            const zx_signals_t signals = ZX_SOCKET_READABLE | ZX_SOCKET_PEER_CLOSED;
            EXPECT_OK(zx_object_wait_one(socket_out, signals, ZX_TIME_INFINITE, NULL));
            continue;
        }
        if (status != ZX_OK) {
            EXPECT_STATUS(status, ZX_ERR_PEER_CLOSED);
            break;
        }
        for (size_t i = 0; i < actual; ++i) {
            wrong += piece[i] != stream_byte(read + i);
        }
        read += actual;
    }
    EXPECT_EQ(read, STREAM_BYTES);
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(thrd_join(writer, NULL), thrd_success);
    CLOSE(socket_out);
}

// Several producers and consumers at a fifo: every element arrives once.
#define ELEMENTS 2000
static zx_handle_t fifo_in, fifo_out;
static atomic_uint_fast64_t sum;
static atomic_int taken;

static int produce(uint64_t number) {
    for (uint64_t i = 0; i < ELEMENTS;) {
        const uint64_t elements[3] = {number << 32 | i, number << 32 | (i + 1), number << 32 | (i + 2)};
        const size_t left = ELEMENTS - i;
        size_t actual = 0;
        const zx_status_t status = zx_fifo_write(fifo_in, 8, elements, left < 3 ? left : 3, &actual);
        if (status == ZX_ERR_SHOULD_WAIT) {
            EXPECT_OK(zx_object_wait_one(fifo_in, ZX_FIFO_WRITABLE, ZX_TIME_INFINITE, NULL));
        } else {
            EXPECT_OK(status);
            i += actual;
        }
    }
    return 0;
}
static int consume(void) {
    while (atomic_load(&taken) < 2 * ELEMENTS) {
        uint64_t elements[5];
        size_t actual = 0;
        const zx_status_t status = zx_fifo_read(fifo_out, 8, elements, 5, &actual);
        if (status == ZX_ERR_SHOULD_WAIT) {
            zx_object_wait_one(fifo_out, ZX_FIFO_READABLE, after_ms(1), NULL);
            continue;
        }
        EXPECT_OK(status);
        for (size_t i = 0; i < actual; ++i) {
            atomic_fetch_add(&sum, elements[i]);
        }
        atomic_fetch_add(&taken, (int)actual);
    }
    return 0;
}
static int produce_or_consume(void* argument) {
    const uintptr_t number = (uintptr_t)argument;
    return number < 2 ? produce(number) : consume();
}

TEST(concurrency_fifo) {
    REQUIRE_OK(zx_fifo_create(16, 8, 0, &fifo_in, &fifo_out));
    atomic_store(&sum, 0);
    atomic_store(&taken, 0);
    run_all(produce_or_consume, THREADS);
    EXPECT_EQ(taken, 2 * ELEMENTS);
    EXPECT_EQ(sum, (uint64_t)ELEMENTS * (ELEMENTS - 1) + ((uint64_t)ELEMENTS << 32));
    CLOSE(fifo_in, fifo_out);
}

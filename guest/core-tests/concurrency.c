// Several threads at once: the algorithms that C libraries, dispatch loops and servers are made of, on futexes, ports,
// channels, sockets and fifos. docs/objects/futex.md, docs/syscalls/port_wait.md, channel_call.md, socket_write.md.
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/port.h>

#include "test.h"

#define THREADS 4

// Runs a function in several threads, with the number of each as its argument.
static void run_all(int (*run)(void*), int count) {
    thrd_t threads[THREADS];
    for (int i = 0; i < count; ++i) {
        REQUIRE(thrd_create(&threads[i], run, (void*)(uintptr_t)i) == thrd_success);
    }
    for (int i = 0; i < count; ++i) {
        EXPECT_EQ(thrd_join(threads[i], NULL), thrd_success);
    }
}

// A mutex whose word is 0, or the holder's handle, with the lowest bit clear if somebody may wait; the kernel is told
// the holder, so that it inherits priority. Handles have the lowest bit set.
static zx_futex_t lock_word;
static zx_handle_t thread_of(zx_futex_t word) {
    return (zx_handle_t)word | 1u;
}
static void lock(void) {
    const int self = (int)thrd_get_zx_handle(thrd_current());
    int seen = 0;
    if (atomic_compare_exchange_strong(&lock_word, &seen, self)) {
        return;
    }
    for (;;) {
        if (seen == 0) {
            // There may be others behind us: take it with the mark.
            if (atomic_compare_exchange_strong(&lock_word, &seen, self & ~1)) {
                return;
            }
            continue;
        }
        if ((seen & 1) != 0 && !atomic_compare_exchange_strong(&lock_word, &seen, seen & ~1)) {
            continue;
        }
        const zx_status_t status =
            zx_futex_wait(&lock_word, seen & ~1, thread_of(seen), ZX_TIME_INFINITE);
        EXPECT(status == ZX_OK || status == ZX_ERR_BAD_STATE);
        seen = atomic_load(&lock_word);
    }
}
static void unlock(void) {
    if ((atomic_exchange(&lock_word, 0) & 1) == 0) {
        zx_futex_wake_single_owner(&lock_word);
    }
}

static volatile long counter;

static int count_up(void* unused) {
    (void)unused;
    for (int i = 0; i < 3000; ++i) {
        lock();
        counter = counter + 1;
        unlock();
    }
    return 0;
}

TEST(concurrency_mutex_with_owner) {
    counter = 0;
    run_all(count_up, THREADS);
    EXPECT_EQ(counter, 3000 * THREADS);
    zx_koid_t owner = 1;
    EXPECT_OK(zx_futex_get_owner(&lock_word, &owner));
    EXPECT_EQ(owner, ZX_KOID_INVALID);
}

// A condition variable whose broadcast wakes one waiter and moves the others to the mutex.
static zx_futex_t sequence;
static volatile int stage, arrived;
#define STAGES 200

static void wait_for_change(void) {
    const int seen = atomic_load(&sequence);
    unlock();
    const zx_status_t status = zx_futex_wait(&sequence, seen, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
    EXPECT(status == ZX_OK || status == ZX_ERR_BAD_STATE);
    lock();
    // Whoever was moved here must not forget those that were moved with it.
    atomic_fetch_and(&lock_word, ~1);
}
static void broadcast(void) {
    const int next = atomic_fetch_add(&sequence, 1) + 1;
    const zx_status_t status = zx_futex_requeue(&sequence, 1, next, &lock_word, UINT32_MAX,
                                                thrd_get_zx_handle(thrd_current()));
    EXPECT(status == ZX_OK || status == ZX_ERR_BAD_STATE);
    atomic_fetch_and(&lock_word, ~1);
}

static int meet(void* unused) {
    (void)unused;
    for (int i = 0; i < STAGES; ++i) {
        lock();
        if (++arrived == THREADS) {
            arrived = 0;
            ++stage;
            broadcast();
        } else {
            while (stage == i) {
                wait_for_change();
            }
        }
        unlock();
    }
    return 0;
}

TEST(concurrency_barrier_with_requeue) {
    stage = arrived = 0;
    run_all(meet, THREADS);
    EXPECT_EQ(stage, STAGES);
}

// Calls from several threads over one channel; the server answers in another order.
static zx_handle_t client, server;
#define CALLS 300

static int serve(void* unused) {
    (void)unused;
    uint32_t pending[THREADS][2];
    zx_handle_t taken[THREADS];
    unsigned count = 0;
    for (;;) {
        const zx_time_t deadline = count == 0 ? ZX_TIME_INFINITE : 0;
        zx_signals_t observed = 0;
        const zx_status_t status =
            zx_object_wait_one(server, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, deadline, &observed);
        if (status == ZX_OK && (observed & ZX_CHANNEL_READABLE) != 0) {
            uint32_t bytes, handles;
            EXPECT_OK(zx_channel_read(server, 0, pending[count], &taken[count], 8, 1, &bytes, &handles));
            EXPECT(bytes == 8 && handles == 1);
            ++count;
        } else if (status == ZX_OK) {
            return 0;
        }
        if (count == THREADS || (count > 0 && status == ZX_ERR_TIMED_OUT)) {
            while (count > 0) {
                --count;
                pending[count][1] ^= 0xffffffff;
                EXPECT_OK(zx_channel_write(server, 0, pending[count], 8, &taken[count], 1));
            }
        }
    }
}

static int make_calls(void* argument) {
    const uint32_t number = (uint32_t)(uintptr_t)argument;
    for (uint32_t i = 0; i < CALLS; ++i) {
        const uint32_t question[2] = {number, number << 16 | i};
        uint32_t answer[2] = {0, 0}, bytes = 0, handles = 0;
        zx_handle_t event = new_event(), back = ZX_HANDLE_INVALID;
        const zx_koid_t koid = koid_of(event);
        const zx_channel_call_args_t args = {
            .wr_bytes = question,
            .wr_handles = &event,
            .wr_num_bytes = 8,
            .wr_num_handles = 1,
            .rd_bytes = answer,
            .rd_handles = &back,
            .rd_num_bytes = 8,
            .rd_num_handles = 1,
        };
        EXPECT_OK(zx_channel_call(client, 0, ZX_TIME_INFINITE, &args, &bytes, &handles));
        EXPECT(bytes == 8 && handles == 1 && answer[1] == ~question[1] && answer[0] >= 0x80000000);
        EXPECT_EQ(koid_of(back), koid);
        CLOSE(back);
    }
    return 0;
}

TEST(concurrency_channel_calls) {
    REQUIRE_OK(zx_channel_create(0, &client, &server));
    thrd_t thread;
    REQUIRE(thrd_create(&thread, serve, NULL) == thrd_success);
    run_all(make_calls, THREADS);
    CLOSE(client);
    EXPECT_EQ(thrd_join(thread, NULL), thrd_success);
    CLOSE(server);
}

// Both ends of a channel make calls and answer the other's.
static zx_handle_t both[2];

static int answer_other_end(void* argument) {
    const zx_handle_t end = both[(uintptr_t)argument];
    for (;;) {
        zx_status_t status = zx_object_wait_one(end, ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, NULL);
        if (status != ZX_OK) {
            // The end of the test closes it.
            EXPECT(status == ZX_ERR_CANCELED || status == ZX_ERR_BAD_HANDLE);
            return 0;
        }
        uint32_t question[2] = {0, 0};
        EXPECT_OK(zx_channel_read(end, 0, question, NULL, 8, 0, NULL, NULL));
        question[1] ^= 0xffffffff;
        EXPECT_OK(zx_channel_write(end, 0, question, 8, NULL, 0));
    }
}

static int call_other_end(void* argument) {
    const uintptr_t number = (uintptr_t)argument;
    for (uint32_t i = 0; i < CALLS; ++i) {
        const uint32_t question[2] = {0, (uint32_t)number << 16 | i};
        uint32_t answer[2] = {0, 0}, bytes = 0, handles = 0;
        const zx_channel_call_args_t args = {
            .wr_bytes = question,
            .wr_num_bytes = 8,
            .rd_bytes = answer,
            .rd_num_bytes = 8,
        };
        EXPECT_OK(zx_channel_call(both[number], 0, ZX_TIME_INFINITE, &args, &bytes, &handles));
        EXPECT(bytes == 8 && answer[1] == ~question[1]);
    }
    return 0;
}

TEST(concurrency_calls_both_ways) {
    REQUIRE_OK(zx_channel_create(0, &both[0], &both[1]));
    thrd_t servers[2];
    for (uintptr_t i = 0; i < 2; ++i) {
        REQUIRE(thrd_create(&servers[i], answer_other_end, (void*)i) == thrd_success);
    }
    run_all(call_other_end, 2);
    CLOSE(both[0], both[1]);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(thrd_join(servers[i], NULL), thrd_success);
    }
}

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

// Calls over channels from several threads, and from both ends. docs/syscalls/channel_call.md.
#include "concurrency.h"

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

// docs/objects/channel.md, docs/syscalls/channel_*.md.
#include <zircon/syscalls/debug.h>

#include "test.h"

static bool new_channel(zx_handle_t* ours, zx_handle_t* theirs) { return EXPECT_OK(zx_channel_create(0, ours, theirs)); }

TEST(channel_create_errors) {
    zx_handle_t out;
    EXPECT_STATUS(zx_channel_create(1, &out, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_channel_create(0, bad_pointer(), &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_channel_create(0, &out, bad_pointer()), ZX_ERR_INVALID_ARGS);
}

TEST(channel_messages_in_order) {
    zx_handle_t ours, theirs;
    REQUIRE(new_channel(&ours, &theirs));
    EXPECT_EQ(signals_of(theirs), ZX_CHANNEL_WRITABLE);
    EXPECT_OK(zx_channel_write(ours, 0, "first", 5, NULL, 0));
    EXPECT_OK(zx_channel_write(ours, 0, NULL, 0, NULL, 0));
    EXPECT_OK(zx_channel_write(ours, 0, "third", 5, NULL, 0));
    EXPECT_EQ(signals_of(theirs), ZX_CHANNEL_WRITABLE | ZX_CHANNEL_READABLE);
    EXPECT_EQ(signals_of(ours), ZX_CHANNEL_WRITABLE);
    char bytes[8];
    uint32_t size = 99, handles = 99;
    EXPECT_OK(zx_channel_read(theirs, 0, bytes, NULL, sizeof(bytes), 0, &size, &handles));
    EXPECT(size == 5 && memcmp(bytes, "first", 5) == 0);
    EXPECT_EQ(handles, 0);
    EXPECT_OK(zx_channel_read(theirs, 0, bytes, NULL, sizeof(bytes), 0, &size, NULL));
    EXPECT_EQ(size, 0);
    EXPECT_OK(zx_channel_read(theirs, 0, bytes, NULL, sizeof(bytes), 0, NULL, NULL));
    EXPECT(memcmp(bytes, "third", 5) == 0);
    EXPECT_STATUS(zx_channel_read(theirs, 0, bytes, NULL, sizeof(bytes), 0, &size, NULL), ZX_ERR_SHOULD_WAIT);
    EXPECT_EQ(signals_of(theirs), ZX_CHANNEL_WRITABLE);
    CLOSE(ours, theirs);
}

TEST(channel_transfers_handles) {
    zx_handle_t ours, theirs;
    REQUIRE(new_channel(&ours, &theirs));
    const zx_handle_t event = new_event(), weak = with_rights(event, ZX_RIGHT_TRANSFER | ZX_RIGHT_WAIT);
    const zx_koid_t koid = koid_of(event);
    zx_handle_t sent[2] = {event, weak}, received[2];
    EXPECT_OK(zx_channel_write(ours, 0, "x", 1, sent, 2));
    EXPECT_STATUS(zx_handle_close(event), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_handle_close(weak), ZX_ERR_BAD_HANDLE);
    char byte;
    uint32_t size, count;
    REQUIRE_OK(zx_channel_read(theirs, 0, &byte, received, 1, 2, &size, &count));
    EXPECT_EQ(count, 2);
    EXPECT_EQ(koid_of(received[0]), koid);
    EXPECT_EQ(rights_of(received[0]), ZX_DEFAULT_EVENT_RIGHTS);
    EXPECT_OK(zx_object_signal(received[0], 0, ZX_EVENT_SIGNALED));
    EXPECT_OK(zx_object_wait_one(received[1], ZX_EVENT_SIGNALED, 0, NULL));
    CLOSE(received[0], received[1], ours, theirs);
}

TEST(channel_read_etc_tells_types_and_rights) {
    zx_handle_t ours, theirs;
    REQUIRE(new_channel(&ours, &theirs));
    const zx_handle_t event = new_event();
    zx_handle_t sent = with_rights(event, ZX_RIGHT_TRANSFER | ZX_RIGHT_SIGNAL);
    zx_handle_info_t info = {0};
    EXPECT_OK(zx_channel_write(ours, 0, NULL, 0, &sent, 1));
    REQUIRE_OK(zx_channel_read_etc(theirs, 0, NULL, &info, 0, 1, NULL, NULL));
    EXPECT_EQ(info.type, ZX_OBJ_TYPE_EVENT);
    EXPECT_EQ(info.rights, ZX_RIGHT_TRANSFER | ZX_RIGHT_SIGNAL);
    CLOSE(event, info.handle, ours, theirs);
}

TEST(channel_read_needs_room) {
    zx_handle_t ours, theirs, received;
    REQUIRE(new_channel(&ours, &theirs));
    zx_handle_t sent = new_event();
    char bytes[4];
    uint32_t size = 0, count = 0;
    EXPECT_OK(zx_channel_write(ours, 0, "1234", 4, &sent, 1));
    EXPECT_STATUS(zx_channel_read(theirs, 0, bytes, &received, 3, 1, &size, &count), ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT(size == 4 && count == 1);
    EXPECT_STATUS(zx_channel_read(theirs, 0, bytes, NULL, 4, 0, &size, &count), ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT_STATUS(zx_channel_read(theirs, ZX_CHANNEL_READ_MAY_DISCARD, bytes, NULL, 4, 0, &size, &count),
                  ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT_STATUS(zx_channel_read(theirs, 0, bytes, &received, 4, 1, &size, &count), ZX_ERR_SHOULD_WAIT);
    CLOSE(ours, theirs);
}

TEST(channel_peer_closed) {
    zx_handle_t ours, theirs;
    REQUIRE(new_channel(&ours, &theirs));
    EXPECT_OK(zx_channel_write(ours, 0, "last", 4, NULL, 0));
    CLOSE(ours);
    // What was written is still read; then the end.
    EXPECT_EQ(signals_of(theirs), ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED);
    EXPECT_STATUS(zx_channel_write(theirs, 0, "x", 1, NULL, 0), ZX_ERR_PEER_CLOSED);
    char bytes[4];
    EXPECT_OK(zx_channel_read(theirs, 0, bytes, NULL, 4, 0, NULL, NULL));
    EXPECT_STATUS(zx_channel_read(theirs, 0, bytes, NULL, 4, 0, NULL, NULL), ZX_ERR_PEER_CLOSED);
    EXPECT_EQ(signals_of(theirs), ZX_CHANNEL_PEER_CLOSED);
    CLOSE(theirs);
}

TEST(channel_read_errors) {
    zx_handle_t ours, theirs;
    REQUIRE(new_channel(&ours, &theirs));
    const zx_handle_t event = new_event();
    char bytes[4];
    EXPECT_STATUS(zx_channel_read(ZX_HANDLE_INVALID, 0, bytes, NULL, 4, 0, NULL, NULL), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_channel_read(event, 0, bytes, NULL, 4, 0, NULL, NULL), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_channel_read(theirs, 0x80, bytes, NULL, 4, 0, NULL, NULL), ZX_ERR_NOT_SUPPORTED);
    EXPECT_OK(zx_channel_write(ours, 0, "1234", 4, NULL, 0));
    EXPECT_STATUS(zx_channel_read(theirs, 0, bad_pointer(), NULL, 4, 0, NULL, NULL), ZX_ERR_INVALID_ARGS);
    CLOSE(ours, theirs, event);
}

TEST(channel_read_needs_the_right) {
    zx_handle_t ours, theirs, weak;
    char bytes[4];
    REQUIRE(new_channel(&ours, &theirs));
    REQUIRE_OK(zx_handle_replace(theirs, ZX_RIGHT_WRITE | ZX_RIGHT_WAIT, &weak));
    EXPECT_STATUS(zx_channel_read(weak, 0, bytes, NULL, 4, 0, NULL, NULL), ZX_ERR_ACCESS_DENIED);
    EXPECT_OK(zx_channel_write(weak, 0, "x", 1, NULL, 0));
    CLOSE(ours, weak);
}

TEST(channel_write_errors) {
    zx_handle_t ours, theirs, weak;
    REQUIRE(new_channel(&ours, &theirs));
    const zx_handle_t event = new_event();
    static char large[ZX_CHANNEL_MAX_MSG_BYTES + 1];
    EXPECT_STATUS(zx_channel_write(ZX_HANDLE_INVALID, 0, "x", 1, NULL, 0), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_channel_write(event, 0, "x", 1, NULL, 0), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_channel_write(ours, 1, "x", 1, NULL, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_channel_write(ours, 0, bad_pointer(), 1, NULL, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_channel_write(ours, 0, "x", 1, bad_pointer(), 1), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_channel_write(ours, 0, large, sizeof(large), NULL, 0), ZX_ERR_OUT_OF_RANGE);
    EXPECT_OK(zx_channel_write(ours, 0, large, sizeof(large) - 1, NULL, 0));
    CLOSE(event);
    REQUIRE_OK(zx_handle_replace(ours, ZX_RIGHT_READ, &weak));
    EXPECT_STATUS(zx_channel_write(weak, 0, "x", 1, NULL, 0), ZX_ERR_ACCESS_DENIED);
    CLOSE(weak, theirs);
}

// Whatever goes wrong, the handles of the message are gone.
TEST(channel_write_consumes_handles_on_failure) {
    zx_handle_t ours, theirs;
    REQUIRE(new_channel(&ours, &theirs));
    zx_handle_t handles[2] = {new_event(), closed_handle()};
    EXPECT_STATUS(zx_channel_write(ours, 0, "x", 1, handles, 2), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_handle_close(handles[0]), ZX_ERR_BAD_HANDLE);
    handles[0] = handles[1] = new_event();
    EXPECT_STATUS(zx_channel_write(ours, 0, "x", 1, handles, 2), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_handle_close(handles[0]), ZX_ERR_BAD_HANDLE);
    const zx_handle_t event = new_event();
    handles[0] = with_rights(event, ZX_RIGHT_WAIT);
    EXPECT_STATUS(zx_channel_write(ours, 0, "x", 1, handles, 1), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_handle_close(handles[0]), ZX_ERR_BAD_HANDLE);
    CLOSE(event, theirs);
    handles[0] = new_event();
    EXPECT_STATUS(zx_channel_write(ours, 0, "x", 1, handles, 1), ZX_ERR_PEER_CLOSED);
    EXPECT_STATUS(zx_handle_close(handles[0]), ZX_ERR_BAD_HANDLE);
    CLOSE(ours);
}

TEST(channel_write_not_into_itself) {
    zx_handle_t ours, theirs;
    REQUIRE(new_channel(&ours, &theirs));
    EXPECT_STATUS(zx_channel_write(ours, 0, "x", 1, &ours, 1), ZX_ERR_NOT_SUPPORTED);
    zx_handle_close(ours);
    CLOSE(theirs);
}

TEST(channel_write_too_many_handles) {
    zx_handle_t ours, theirs, handles[ZX_CHANNEL_MAX_MSG_HANDLES + 1];
    REQUIRE(new_channel(&ours, &theirs));
    for (size_t i = 0; i <= ZX_CHANNEL_MAX_MSG_HANDLES; ++i) {
        handles[i] = new_event();
    }
    EXPECT_STATUS(zx_channel_write(ours, 0, NULL, 0, handles, ZX_CHANNEL_MAX_MSG_HANDLES + 1), ZX_ERR_OUT_OF_RANGE);
    for (size_t i = 0; i <= ZX_CHANNEL_MAX_MSG_HANDLES; ++i) {
        zx_handle_close(handles[i]);
        handles[i] = new_event();
    }
    EXPECT_OK(zx_channel_write(ours, 0, NULL, 0, handles, ZX_CHANNEL_MAX_MSG_HANDLES));
    CLOSE(handles[ZX_CHANNEL_MAX_MSG_HANDLES], ours, theirs);
}

struct server {
    zx_handle_t channel;
    uint32_t answers;
    uint32_t size; // of an answer
};

// Answers in reverse order what it gets, the bytes behind the txid one greater.
static int serve(void* argument) {
    const struct server* server = argument;
    uint32_t messages[4][2];
    for (uint32_t i = 0; i < server->answers; ++i) {
        EXPECT_OK(zx_object_wait_one(server->channel, ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, NULL));
        EXPECT_OK(zx_channel_read(server->channel, 0, messages[i], NULL, sizeof(messages[i]), 0, NULL, NULL));
        EXPECT(messages[i][0] >= 0x80000000);
    }
    for (uint32_t i = server->answers; i-- > 0;) {
        ++messages[i][1];
        EXPECT_OK(zx_channel_write(server->channel, 0, messages[i], server->size, NULL, 0));
    }
    return 0;
}

static zx_status_t call(zx_handle_t channel, uint32_t value, uint32_t* answer, zx_time_t deadline) {
    uint32_t sent[2] = {0, value}, received[2] = {0};
    uint32_t size = 0, handles = 0;
    const zx_channel_call_args_t args = {
        .wr_bytes = sent, .wr_num_bytes = sizeof(sent), .rd_bytes = received, .rd_num_bytes = sizeof(received)};
    const zx_status_t status = zx_channel_call(channel, 0, deadline, &args, &size, &handles);
    *answer = received[1];
    return status;
}

static int call_from_thread(void* channel) {
    uint32_t answer;
    EXPECT_OK(call(*(zx_handle_t*)channel, 20, &answer, ZX_TIME_INFINITE));
    EXPECT_EQ(answer, 21);
    return 0;
}

// Two threads call at once; each gets its own answer.
TEST(channel_call) {
    zx_handle_t ours, theirs;
    REQUIRE(new_channel(&ours, &theirs));
    struct server server = {theirs, 2, 8};
    thrd_t threads[2];
    uint32_t answer;
    EXPECT_EQ(thrd_create(&threads[0], serve, &server), thrd_success);
    EXPECT_EQ(thrd_create(&threads[1], call_from_thread, &ours), thrd_success);
    EXPECT_OK(call(ours, 10, &answer, ZX_TIME_INFINITE));
    EXPECT_EQ(answer, 11);
    thrd_join(threads[0], NULL);
    thrd_join(threads[1], NULL);
    CLOSE(ours, theirs);
}

TEST(channel_call_answer_too_large) {
    zx_handle_t ours, theirs;
    REQUIRE(new_channel(&ours, &theirs));
    struct server server = {theirs, 1, 8};
    uint32_t sent[2] = {0}, received, size, handles;
    const zx_channel_call_args_t args = {.wr_bytes = sent, .wr_num_bytes = 8, .rd_bytes = &received, .rd_num_bytes = 4};
    thrd_t thread;
    EXPECT_EQ(thrd_create(&thread, serve, &server), thrd_success);
    EXPECT_STATUS(zx_channel_call(ours, 0, ZX_TIME_INFINITE, &args, &size, &handles), ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT(size == 8 && handles == 0);
    thrd_join(thread, NULL);
    CLOSE(ours, theirs);
}

TEST(channel_call_errors) {
    zx_handle_t ours, theirs;
    REQUIRE(new_channel(&ours, &theirs));
    uint32_t answer, sent[2] = {0}, size, handles;
    zx_channel_call_args_t args = {.wr_bytes = sent, .wr_num_bytes = 3};
    EXPECT_STATUS(zx_channel_call(ours, 0, 0, &args, &size, &handles), ZX_ERR_INVALID_ARGS);
    args.wr_num_bytes = 8;
    EXPECT_STATUS(zx_channel_call(ours, 1, 0, &args, &size, &handles), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_channel_call(ours, 0, 0, bad_pointer(), &size, &handles), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_channel_call(ZX_HANDLE_INVALID, 0, 0, &args, &size, &handles), ZX_ERR_BAD_HANDLE);
    const zx_handle_t event = new_event();
    EXPECT_STATUS(zx_channel_call(event, 0, 0, &args, &size, &handles), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(call(ours, 1, &answer, after_ms(2)), ZX_ERR_TIMED_OUT);
    CLOSE(theirs, event);
    EXPECT_STATUS(call(ours, 1, &answer, ZX_TIME_INFINITE), ZX_ERR_PEER_CLOSED);
    CLOSE(ours);
}

// An answer that comes too late is a message like any other.
TEST(channel_call_late_answer) {
    zx_handle_t ours, theirs;
    REQUIRE(new_channel(&ours, &theirs));
    uint32_t answer, message[2];
    EXPECT_STATUS(call(ours, 1, &answer, after_ms(2)), ZX_ERR_TIMED_OUT);
    EXPECT_OK(zx_channel_read(theirs, 0, message, NULL, 8, 0, NULL, NULL));
    EXPECT_OK(zx_channel_write(theirs, 0, message, 8, NULL, 0));
    EXPECT_EQ(signals_of(ours) & ZX_CHANNEL_READABLE, ZX_CHANNEL_READABLE);
    CLOSE(ours, theirs);
}

struct suspended_call {
    zx_handle_t channel;
    zx_time_t deadline;
    _Atomic zx_handle_t thread;
    zx_status_t status;
    uint32_t answer;
};

static int call_and_tell(void* argument) {
    struct suspended_call* caller = argument;
    caller->thread = zx_thread_self();
    caller->status = call(caller->channel, 30, &caller->answer, caller->deadline);
    return 0;
}

// Starts a thread that calls, and suspends it there. It has left the call: the vDSO takes it up again.
static bool suspend_in_call(struct suspended_call* caller, thrd_t* thread, zx_handle_t* token) {
    zx_thread_state_general_regs_t registers = {0};
    if (!EXPECT_EQ(thrd_create(thread, call_and_tell, caller), thrd_success)) {
        return false;
    }
    while (caller->thread == ZX_HANDLE_INVALID || state_of(caller->thread) != ZX_THREAD_STATE_BLOCKED_CHANNEL) {
        zx_nanosleep(after_ms(1));
    }
    return EXPECT_OK(zx_task_suspend_token(caller->thread, token)) &&
           EXPECT_OK(zx_object_wait_one(caller->thread, ZX_THREAD_SUSPENDED, after_ms(1000), NULL)) &&
           EXPECT_OK(zx_thread_read_state(caller->thread, ZX_THREAD_STATE_GENERAL_REGS, &registers,
                                          sizeof(registers))) &&
           EXPECT_EQ(registers.r[0], ZX_ERR_INTERNAL_INTR_RETRY);
}

// The answer comes while it is suspended, or later.
TEST(channel_call_left_while_suspended) {
    for (int late = 0; late < 2; ++late) {
        zx_handle_t ours, theirs, token;
        uint32_t message[2];
        thrd_t thread;
        REQUIRE(new_channel(&ours, &theirs));
        struct suspended_call caller = {.channel = ours, .deadline = ZX_TIME_INFINITE};
        REQUIRE(suspend_in_call(&caller, &thread, &token));
        EXPECT_OK(zx_channel_read(theirs, 0, message, NULL, sizeof(message), 0, NULL, NULL));
        message[1] = 31;
        if (late) {
            CLOSE(token);
            while (state_of(caller.thread) != ZX_THREAD_STATE_BLOCKED_CHANNEL) {
                zx_nanosleep(after_ms(1));
            }
        }
        EXPECT_OK(zx_channel_write(theirs, 0, message, sizeof(message), NULL, 0));
        EXPECT_EQ(signals_of(ours) & ZX_CHANNEL_READABLE, 0);
        if (!late) {
            CLOSE(token);
        }
        thrd_join(thread, NULL);
        EXPECT_OK(caller.status);
        EXPECT_EQ(caller.answer, 31);
        CLOSE(ours, theirs);
    }
}

// Its deadline passes, or its channel is closed, in the meantime.
TEST(channel_call_ends_while_suspended) {
    for (int closes = 0; closes < 2; ++closes) {
        zx_handle_t ours, theirs, token;
        thrd_t thread;
        REQUIRE(new_channel(&ours, &theirs));
        struct suspended_call caller = {.channel = ours, .deadline = closes ? ZX_TIME_INFINITE : after_ms(20)};
        REQUIRE(suspend_in_call(&caller, &thread, &token));
        if (closes) {
            CLOSE(theirs);
        } else {
            zx_nanosleep(caller.deadline);
        }
        CLOSE(token);
        thrd_join(thread, NULL);
        EXPECT_STATUS(caller.status, closes ? ZX_ERR_PEER_CLOSED : ZX_ERR_TIMED_OUT);
        if (!closes) {
            CLOSE(theirs);
        }
        CLOSE(ours);
    }
}

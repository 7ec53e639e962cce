// Messages: in one thread, and to another process and back.
#include <string.h>

#include "bench.h"
#include "child.h"

#define MESSAGE_SIZE 10

static void write_and_read(void) {
    const uint64_t count = scaled(100000);
    zx_handle_t near, far;
    char message[MESSAGE_SIZE] = "nine char";
    uint32_t bytes, handles;
    CHECK(zx_channel_create(0, &near, &far));
    begin("channel-write-read", count);
    for (uint64_t i = 0; i < count; ++i) {
        CHECK(zx_channel_write(near, 0, message, sizeof(message), NULL, 0));
        CHECK(zx_channel_read(far, 0, message, NULL, sizeof(message), 0, &bytes, &handles));
    }
    end();
    zx_handle_close(near);
    zx_handle_close(far);
}

static void round_trips(void) {
    const uint64_t count = scaled(20000);
    zx_handle_t near, far;
    char message[MESSAGE_SIZE] = "nine char";
    uint32_t bytes, handles;
    struct child child;
    CHECK(zx_channel_create(0, &near, &far));
    child_create(&child);
    child_start(&child, CHILD_ECHOES, far);
    begin("channel-round-trip", count);
    for (uint64_t i = 0; i < count; ++i) {
        CHECK(zx_channel_write(near, 0, message, sizeof(message), NULL, 0));
        CHECK(zx_object_wait_one(near, ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, NULL));
        CHECK(zx_channel_read(near, 0, message, NULL, sizeof(message), 0, &bytes, &handles));
    }
    end();
    // Its end of the channel closed, the child ends.
    zx_handle_close(near);
    child_join(&child);
}

void bench_channels(void) {
    write_and_read();
    round_trips();
}

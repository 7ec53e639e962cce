#include "child-code.h"

#include "child.h"

#define CHILD_CODE __attribute__((__section__("child_code"), __used__))

CHILD_CODE void child_exits(zx_handle_t none, const struct child_calls* calls) {
    (void)none;
    calls->exit(CHILD_DONE);
}

CHILD_CODE void child_echoes(zx_handle_t channel, const struct child_calls* calls) {
    char message[64];
    uint32_t bytes, handles;
    for (;;) {
        zx_signals_t seen = 0;
        calls->wait_one(channel, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, ZX_TIME_INFINITE, &seen);
        if ((seen & ZX_CHANNEL_READABLE) == 0) {
            calls->exit(CHILD_DONE);
        }
        calls->read(channel, 0, message, NULL, sizeof(message), 0, &bytes, &handles);
        calls->write(channel, 0, message, bytes, NULL, 0);
    }
}

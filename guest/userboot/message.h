// Bootstrap messages (<zircon/processargs.h>): the one that the kernel sent, and those for the child.
#pragma once

#include <stdbool.h>
#include <zircon/processargs.h>
#include <zircon/types.h>

// The kernel's message, read and checked.
struct bootstrap {
    union {
        zx_proc_args_t header;
        char bytes[ZX_CHANNEL_MAX_MSG_BYTES];
    };
    uint32_t size;
    uint32_t handle_count;
    zx_handle_t handles[ZX_CHANNEL_MAX_MSG_HANDLES];
    uint32_t infos[ZX_CHANNEL_MAX_MSG_HANDLES];
};

// Reads the message from the channel. Fails if there is none or it breaks the protocol.
void bootstrap_read(zx_handle_t channel, struct bootstrap* bootstrap);

// The handle whose info is `info`, still in the table. Fails if there is none.
zx_handle_t* bootstrap_handle(struct bootstrap* bootstrap, uint32_t info, const char* name);

// Strings, NUL-terminated one after another.
struct strings {
    const char* first;
    uint32_t size;
    uint32_t count;
};

// The kernel's command line: the message's environment.
struct strings bootstrap_environment(const struct bootstrap* bootstrap);

// Sends a message with these arguments, environment and handles, which are moved. Fails if the channel does.
void message_send(zx_handle_t log, zx_handle_t channel, struct strings arguments, struct strings environment,
                  const zx_handle_t* handles, const uint32_t* infos, uint32_t handle_count);

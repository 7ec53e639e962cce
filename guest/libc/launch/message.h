// processargs messages, written. docs/program_loading.md, <zircon/processargs.h>.
#pragma once

#include <stddef.h>
#include <zircon/types.h>

struct strings {
    const char* const* list;
    size_t count;
};

struct message {
    zx_handle_t handles[ZX_CHANNEL_MAX_MSG_HANDLES];
    uint32_t infos[ZX_CHANNEL_MAX_MSG_HANDLES];
    size_t handle_count;
    struct strings arguments, environment, names;
};

// Adds a handle; one that is ZX_HANDLE_INVALID or finds no room is left out.
void message_add_handle(struct message* message, uint32_t info, zx_handle_t handle);

// Writes the message with its handles, which are gone in any case.
zx_status_t message_write(const struct message* message, zx_handle_t channel);

#include "message.h"

#include <stdlib.h>
#include <string.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>

void message_add_handle(struct message* message, uint32_t info, zx_handle_t handle) {
    if (handle == ZX_HANDLE_INVALID) {
        return;
    }
    if (message->handle_count == countof(message->handles)) {
        zx_handle_close(handle);
        return;
    }
    message->handles[message->handle_count] = handle;
    message->infos[message->handle_count++] = info;
}

static size_t strings_size(const struct strings* strings) {
    size_t size = 0;
    for (size_t i = 0; i < strings->count; ++i) {
        size += strlen(strings->list[i]) + 1;
    }
    return size;
}

// Appends the strings at *offset; returns where they begin, 0 if there are none.
static uint32_t put_strings(char* bytes, uint32_t* offset, const struct strings* strings) {
    const uint32_t start = *offset;
    for (size_t i = 0; i < strings->count; ++i) {
        const size_t size = strlen(strings->list[i]) + 1;
        memcpy(bytes + *offset, strings->list[i], size);
        *offset += (uint32_t)size;
    }
    return strings->count == 0 ? 0 : start;
}

zx_status_t message_write(const struct message* message, zx_handle_t channel) {
    const size_t infos_size = message->handle_count * sizeof(uint32_t);
    const size_t size = sizeof(zx_proc_args_t) + infos_size + strings_size(&message->arguments) +
                        strings_size(&message->environment) + strings_size(&message->names);
    char* bytes = size <= ZX_CHANNEL_MAX_MSG_BYTES ? malloc(size) : NULL;
    if (bytes == NULL) {
        zx_handle_close_many(message->handles, message->handle_count);
        return size <= ZX_CHANNEL_MAX_MSG_BYTES ? ZX_ERR_NO_MEMORY : ZX_ERR_OUT_OF_RANGE;
    }
    zx_proc_args_t header = {
        .protocol = ZX_PROCARGS_PROTOCOL,
        .version = ZX_PROCARGS_VERSION,
        .handle_info_off = sizeof(header),
        .args_num = (uint32_t)message->arguments.count,
        .environ_num = (uint32_t)message->environment.count,
        .names_num = (uint32_t)message->names.count,
    };
    uint32_t offset = (uint32_t)(sizeof(header) + infos_size);
    header.args_off = put_strings(bytes, &offset, &message->arguments);
    header.environ_off = put_strings(bytes, &offset, &message->environment);
    header.names_off = put_strings(bytes, &offset, &message->names);
    memcpy(bytes, &header, sizeof(header));
    memcpy(bytes + sizeof(header), message->infos, infos_size);
    const zx_status_t status =
        zx_channel_write(channel, 0, bytes, (uint32_t)size, message->handles, (uint32_t)message->handle_count);
    free(bytes);
    return status;
}

#include <zircon/syscalls.h>

#include "../startup.h"

zx_status_t process_args_size(zx_handle_t channel, uint32_t* size) {
    uint32_t handles;
    const zx_status_t status = zx_channel_read(channel, 0, NULL, NULL, 0, 0, size, &handles);
    return status == ZX_ERR_BUFFER_TOO_SMALL ? ZX_OK : status == ZX_OK ? ZX_ERR_INVALID_ARGS : status;
}

// True if `count` strings, each ended by a NUL, begin at `offset`.
static bool strings_fit(const char* bytes, uint32_t size, uint32_t offset, uint32_t count) {
    while (count > 0) {
        if (offset >= size) {
            return false;
        }
        if (bytes[offset++] == '\0') {
            --count;
        }
    }
    return true;
}

zx_status_t process_args_read(zx_handle_t channel, void* buffer, uint32_t size, struct process_args* out) {
    uint32_t actual;
    const zx_status_t status = zx_channel_read(channel, 0, buffer, out->handles, size, ZX_CHANNEL_MAX_MSG_HANDLES,
                                               &actual, &out->handle_count);
    if (status != ZX_OK) {
        return status;
    }
    const zx_proc_args_t* header = buffer;
    if (actual < sizeof(*header) || header->protocol != ZX_PROCARGS_PROTOCOL || header->version != ZX_PROCARGS_VERSION) {
        return ZX_ERR_INVALID_ARGS;
    }
    const bool infos_fit = header->handle_info_off % sizeof(uint32_t) == 0 && header->handle_info_off <= actual &&
                           out->handle_count <= (actual - header->handle_info_off) / sizeof(uint32_t);
    if (!infos_fit || !strings_fit(buffer, actual, header->args_off, header->args_num) ||
        !strings_fit(buffer, actual, header->environ_off, header->environ_num) ||
        !strings_fit(buffer, actual, header->names_off, header->names_num)) {
        return ZX_ERR_INVALID_ARGS;
    }
    out->bytes = buffer;
    out->header = header;
    out->infos = (const uint32_t*)(const void*)((const char*)buffer + header->handle_info_off);
    return ZX_OK;
}

zx_handle_t process_args_take(struct process_args* args, uint32_t info) {
    for (uint32_t i = 0; i < args->handle_count; ++i) {
        if (args->infos[i] == info && args->handles[i] != ZX_HANDLE_INVALID) {
            const zx_handle_t handle = args->handles[i];
            args->handles[i] = ZX_HANDLE_INVALID;
            return handle;
        }
    }
    return ZX_HANDLE_INVALID;
}

void process_args_strings(const struct process_args* args, uint32_t offset, uint32_t count, char** strings) {
    char* at = args->bytes + offset;
    for (uint32_t i = 0; i < count; ++i) {
        strings[i] = at;
        while (*at++ != '\0') {
        }
    }
    strings[count] = NULL;
}

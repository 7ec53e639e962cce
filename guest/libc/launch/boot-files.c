// The client's side of <boot-files.h>.
#include <boot-files.h>
#include <string.h>
#include <threads.h>
#include <zircon/syscalls.h>

#include "../startup.h"

static once_flag once = ONCE_FLAG_INIT;
static zx_handle_t service;

static void find_service(void) { service = take_namespace_handle("/boot"); }

static const char* relative(const char* path) {
    if (strncmp(path, "/boot", 5) == 0 && (path[5] == '/' || path[5] == '\0')) {
        path += 5;
    }
    while (*path == '/') {
        ++path;
    }
    return path;
}

// One request and its reply; `reply` has room for BOOT_MESSAGE_MAX bytes.
static zx_status_t call(uint32_t ordinal, const char* path, uint32_t index, boot_reply_t* reply, size_t* names_size,
                        zx_handle_t* object) {
    boot_request_t request = {.header.ordinal = ordinal, .index = index};
    path = relative(path);
    const size_t size = strlen(path);
    call_once(&once, find_service);
    if (size > sizeof(request.path)) {
        return ZX_ERR_BAD_PATH;
    }
    if (service == ZX_HANDLE_INVALID) {
        return ZX_ERR_UNAVAILABLE;
    }
    request.path_size = (uint32_t)size;
    memcpy(request.path, path, size);
    zx_handle_t received = ZX_HANDLE_INVALID;
    const zx_channel_call_args_t args = {
        .wr_bytes = &request,
        .wr_num_bytes = (uint32_t)(offsetof(boot_request_t, path) + size),
        .rd_bytes = reply,
        .rd_num_bytes = BOOT_MESSAGE_MAX,
        .rd_handles = &received,
        .rd_num_handles = 1,
    };
    uint32_t bytes = 0, handles = 0;
    zx_status_t status = zx_channel_call(service, 0, ZX_TIME_INFINITE, &args, &bytes, &handles);
    if (status != ZX_OK) {
        return status;
    }
    status = bytes < sizeof(*reply) ? ZX_ERR_IO : reply->status;
    if (status == ZX_OK && object != NULL) {
        *object = received;
        return handles == 1 ? ZX_OK : ZX_ERR_IO;
    }
    if (handles == 1) {
        zx_handle_close(received);
    }
    if (names_size != NULL && status == ZX_OK) {
        *names_size = bytes - sizeof(*reply);
    }
    return status;
}

typedef union {
    boot_reply_t reply;
    char bytes[BOOT_MESSAGE_MAX];
} reply_buffer_t;

zx_status_t boot_stat(const char* path, boot_stat_t* out) {
    reply_buffer_t buffer;
    const zx_status_t status = call(BOOT_OP_STAT, path, 0, &buffer.reply, NULL, NULL);
    if (status == ZX_OK) {
        *out = (boot_stat_t){buffer.reply.kind, buffer.reply.size};
    }
    return status;
}

zx_status_t boot_open(const char* path, zx_handle_t* vmo, uint64_t* size) {
    reply_buffer_t buffer;
    const zx_status_t status = call(BOOT_OP_OPEN, path, 0, &buffer.reply, NULL, vmo);
    if (status == ZX_OK && size != NULL) {
        *size = buffer.reply.size;
    }
    return status;
}

zx_status_t boot_list(const char* path, int (*each)(void* context, const char* name), void* context) {
    reply_buffer_t buffer;
    uint32_t index = 0;
    do {
        size_t size;
        const zx_status_t status = call(BOOT_OP_LIST, path, index, &buffer.reply, &size, NULL);
        if (status != ZX_OK) {
            return status;
        }
        index = (uint32_t)buffer.reply.size;
        const char* name = buffer.reply.names;
        const char* end = name + size;
        for (uint32_t i = 0; i < buffer.reply.kind && name < end; ++i) {
            if (memchr(name, '\0', (size_t)(end - name)) == NULL) {
                return ZX_ERR_IO;
            }
            if (!each(context, name)) {
                return ZX_OK;
            }
            name += strlen(name) + 1;
        }
    } while (index != 0);
    return ZX_OK;
}

static zx_status_t call_for_channel(uint32_t ordinal, zx_handle_t* out) {
    reply_buffer_t buffer;
    return call(ordinal, "", 0, &buffer.reply, NULL, out);
}

zx_status_t boot_clone(zx_handle_t* out) { return call_for_channel(BOOT_OP_CLONE, out); }

zx_status_t boot_loader(zx_handle_t* out) { return call_for_channel(BOOT_OP_LOADER, out); }

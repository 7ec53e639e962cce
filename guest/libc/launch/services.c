// Both ends of <services.h>.
#include <services.h>
#include <string.h>
#include <threads.h>
#include <zircon/syscalls.h>

#include "../startup.h"

static once_flag once = ONCE_FLAG_INIT;
static zx_handle_t directory;

static void find_directory(void) { directory = take_namespace_handle("/svc"); }

static zx_status_t send(uint32_t ordinal, const char* name, zx_handle_t channel) {
    service_request_t request = {.header.ordinal = ordinal};
    const size_t size = strlen(name);
    call_once(&once, find_directory);
    if (size > sizeof(request.name) || directory == ZX_HANDLE_INVALID) {
        zx_handle_close(channel);
        return directory == ZX_HANDLE_INVALID ? ZX_ERR_UNAVAILABLE : ZX_ERR_BAD_PATH;
    }
    request.name_size = (uint32_t)size;
    memcpy(request.name, name, size);
    return zx_channel_write(directory, 0, &request, (uint32_t)(offsetof(service_request_t, name) + size), &channel, 1);
}

zx_status_t service_connect(const char* path, zx_handle_t channel) {
    const size_t prefix = sizeof("/svc/") - 1;
    return send(SERVICE_OP_CONNECT, strncmp(path, "/svc/", prefix) == 0 ? path + prefix : path, channel);
}

// Sends one end of a new channel away and returns the other.
static zx_status_t send_new(zx_status_t (*act)(const char* path, zx_handle_t channel), const char* path,
                            zx_handle_t* out) {
    zx_handle_t theirs;
    zx_status_t status = zx_channel_create(0, out, &theirs);
    if (status != ZX_OK) {
        return status;
    }
    status = act(path, theirs);
    if (status != ZX_OK) {
        zx_handle_close(*out);
        *out = ZX_HANDLE_INVALID;
    }
    return status;
}

zx_status_t service_open(const char* path, zx_handle_t* out) { return send_new(service_connect, path, out); }

static zx_status_t clone(const char* unused, zx_handle_t channel) { return send(SERVICE_OP_CLONE, unused, channel); }

zx_status_t service_clone(zx_handle_t* out) { return send_new(clone, "", out); }

zx_status_t service_accept(zx_handle_t requests, zx_handle_t* client) {
    service_request_t request;
    uint32_t size = 0, handles = 0;
    *client = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_channel_read(requests, 0, &request, client, sizeof(request), 1, &size, &handles);
    if (status == ZX_OK && (handles != 1 || request.header.ordinal != SERVICE_OP_CONNECT)) {
        zx_handle_close(*client);
        *client = ZX_HANDLE_INVALID;
        return ZX_ERR_INVALID_ARGS;
    }
    return status;
}

#include "loader-service.h"

#include <ldmsg/ldmsg.h>
#include <stdbool.h>
#include <string.h>
#include <zircon/boot/image.h>
#include <zircon/syscalls.h>

#include "log.h"

#define LIBRARY_PREFIX "lib/"

struct service {
    zx_handle_t log;
    const struct boot_files* files;
    zx_handle_t channel;
    // The configuration: a folder of lib/ that is searched first, with a '/' at its end, or alone.
    char folder[ZBI_BOOTFS_MAX_NAME_LEN];
    size_t folder_length;
    bool exclusive;
};

struct request {
    union {
        ldmsg_req_t message;
        char bytes[sizeof(ldmsg_req_t)];
    };
    uint32_t size;
    // The string of requests that have one, within the message.
    const char* string;
    size_t string_length;
    zx_handle_t handle;
};

// Checks the request against the layout of its ordinal and finds its string; padding behind it does not matter.
static bool decode_request(struct request* request) {
    const size_t header = sizeof(fidl_message_header_t);
    size_t before_string;
    switch (request->message.header.ordinal) {
    case LDMSG_OP_DONE:
        return true;
    case LDMSG_OP_CLONE:
        return request->size >= header + sizeof(zx_handle_t);
    case LDMSG_OP_LOAD_OBJECT:
    case LDMSG_OP_LOAD_SCRIPT_INTERPRETER:
    case LDMSG_OP_CONFIG:
    case LDMSG_OP_DEBUG_LOAD_CONFIG:
        before_string = header + sizeof(fidl_string_t);
        break;
    case LDMSG_OP_DEBUG_PUBLISH_DATA_SINK:
        before_string = header + sizeof(ldmsg_common_t);
        break;
    default:
        return false;
    }
    if (request->size < before_string) {
        return false;
    }
    const fidl_string_t* string = &request->message.common.string;
    if (string->size > request->size - before_string || (uintptr_t)string->data != FIDL_ALLOC_PRESENT) {
        return false;
    }
    request->string = request->bytes + before_string;
    request->string_length = string->size;
    return true;
}

// "lib/", the folder (which may be empty) and the name.
static zx_status_t load_from(const struct service* service, size_t folder_length, const struct request* request,
                             zx_handle_t* vmo) {
    const size_t prefix = sizeof(LIBRARY_PREFIX) - 1;
    char path[ZBI_BOOTFS_MAX_NAME_LEN];
    const size_t length = prefix + folder_length + request->string_length;
    if (length > sizeof(path)) {
        return ZX_ERR_NOT_FOUND;
    }
    memcpy(path, LIBRARY_PREFIX, prefix);
    memcpy(path + prefix, service->folder, folder_length);
    memcpy(path + prefix + folder_length, request->string, request->string_length);
    uint32_t size;
    return boot_files_get(service->files, path, length, vmo, &size);
}

static zx_status_t load_object(const struct service* service, const struct request* request, zx_handle_t* vmo) {
    zx_status_t status = ZX_ERR_NOT_FOUND;
    if (service->folder_length > 0) {
        status = load_from(service, service->folder_length, request, vmo);
    }
    if (status == ZX_ERR_NOT_FOUND && !service->exclusive) {
        status = load_from(service, 0, request, vmo);
    }
    return status;
}

// "asan": lib/asan/ before lib/; "!dfsan" or "dfsan!": lib/dfsan/ only; "": lib/. Programs put the mark on either side.
static zx_status_t configure(struct service* service, const struct request* request) {
    const char* name = request->string;
    size_t length = request->string_length;
    const bool in_front = length > 0 && name[0] == '!';
    const bool exclusive = in_front || (length > 0 && name[length - 1] == '!');
    name += in_front;
    length -= exclusive;
    if (length > sizeof(service->folder) - sizeof(LIBRARY_PREFIX) || (exclusive && length == 0)) {
        return ZX_ERR_INVALID_ARGS;
    }
    service->exclusive = exclusive;
    memcpy(service->folder, name, length);
    service->folder_length = length;
    if (length > 0) {
        service->folder[service->folder_length++] = '/';
    }
    return ZX_OK;
}

static void log_string(const struct service* service, const struct request* request, const char* what,
                       zx_status_t status) {
    char text[128];
    const size_t room = sizeof(text) - 1;
    const size_t length = request->string_length < room ? request->string_length : room;
    memcpy(text, request->string, length);
    text[length] = '\0';
    log_line(service->log, "loader service: %s %s: %e", what, text, status);
}

// Does what is asked. The object, if any, goes into the response.
static zx_status_t serve(struct service* service, const struct request* request, zx_handle_t* object) {
    zx_status_t status = ZX_ERR_NOT_SUPPORTED;
    switch (request->message.header.ordinal) {
    case LDMSG_OP_LOAD_OBJECT:
        status = load_object(service, request, object);
        log_string(service, request, "load", status);
        return status;
    case LDMSG_OP_CONFIG:
        status = configure(service, request);
        log_string(service, request, "configure", status);
        return status;
    default:
        // No scripts, no debugging data, and only one thread: no clones.
        return status;
    }
}

static bool returns_object(uint32_t ordinal) {
    return ordinal == LDMSG_OP_LOAD_OBJECT || ordinal == LDMSG_OP_LOAD_SCRIPT_INTERPRETER ||
           ordinal == LDMSG_OP_DEBUG_LOAD_CONFIG;
}

static zx_status_t respond(const struct service* service, const fidl_message_header_t* header, zx_status_t status,
                           zx_handle_t object) {
    ldmsg_rsp_t response = {.header = *header, .rv = status};
    const bool present = object != ZX_HANDLE_INVALID;
    uint32_t size = offsetof(ldmsg_rsp_t, object);
    if (returns_object(header->ordinal)) {
        response.object = present ? FIDL_HANDLE_PRESENT : FIDL_HANDLE_ABSENT;
        size = sizeof(response);
    }
    return _zx_channel_write(service->channel, 0, &response, size, &object, present ? 1 : 0);
}

// Waits for a request. ZX_ERR_PEER_CLOSED: there will be none.
static zx_status_t read_request(const struct service* service, struct request* request) {
    for (;;) {
        uint32_t handles = 0;
        request->handle = ZX_HANDLE_INVALID;
        const zx_status_t status =
            _zx_channel_read(service->channel, 0, request->bytes, &request->handle, sizeof(request->bytes), 1,
                             &request->size, &handles);
        if (status != ZX_ERR_SHOULD_WAIT) {
            return status;
        }
        _zx_object_wait_one(service->channel, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, ZX_TIME_INFINITE, NULL);
    }
}

// One request and its answer. False: the service is over.
static bool handle_request(struct service* service) {
    struct request request;
    const zx_status_t status = read_request(service, &request);
    if (status != ZX_OK) {
        if (status != ZX_ERR_PEER_CLOSED) {
            log_line(service->log, "loader service: cannot read a request: %e", status);
        }
        return false;
    }
    if (request.handle != ZX_HANDLE_INVALID) {
        _zx_handle_close(request.handle);
    }
    if (request.size < sizeof(fidl_message_header_t) || !decode_request(&request)) {
        log_line(service->log, "loader service: malformed request of %u bytes", (uint64_t)request.size);
        return false;
    }
    if (request.message.header.ordinal == LDMSG_OP_DONE) {
        return false;
    }
    zx_handle_t object = ZX_HANDLE_INVALID;
    const zx_status_t result = serve(service, &request, &object);
    return respond(service, &request.message.header, result, object) == ZX_OK;
}

void loader_service_run(zx_handle_t log, const struct boot_files* files, zx_handle_t channel) {
    struct service service = {.log = log, .files = files, .channel = channel};
    while (handle_request(&service)) {
    }
    _zx_handle_close(channel);
    log_line(log, "loader service: done");
}

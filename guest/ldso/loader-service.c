#include "loader-service.h"

#include <ldmsg/ldmsg.h>
#include <string.h>
#include <zircon/syscalls.h>

static zx_status_t call(zx_handle_t service, ldmsg_req_t* request, uint32_t size, zx_handle_t sent, zx_handle_t* object) {
    ldmsg_rsp_t response;
    zx_handle_t received = ZX_HANDLE_INVALID;
    const zx_channel_call_args_t args = {
        .wr_bytes = request,
        .wr_num_bytes = size,
        .wr_handles = &sent,
        .wr_num_handles = sent == ZX_HANDLE_INVALID ? 0 : 1,
        .rd_bytes = &response,
        .rd_num_bytes = sizeof(response),
        .rd_handles = &received,
        .rd_num_handles = 1,
    };
    uint32_t bytes = 0, handles = 0;
    zx_status_t status = zx_channel_call(service, 0, ZX_TIME_INFINITE, &args, &bytes, &handles);
    if (status != ZX_OK) {
        return status;
    }
    // A response without an object may end before the word that says so.
    const bool whole = bytes >= offsetof(ldmsg_rsp_t, object) && response.header.ordinal == request->header.ordinal;
    status = whole ? response.rv : ZX_ERR_IO;
    if (object != NULL && status == ZX_OK && handles == 1) {
        *object = received;
        return ZX_OK;
    }
    if (handles == 1) {
        zx_handle_close(received);
    }
    return status == ZX_OK && object != NULL ? ZX_ERR_IO : status;
}

zx_status_t loader_load_object(zx_handle_t service, const char* name, zx_handle_t* vmo) {
    ldmsg_req_t request = {.header.ordinal = LDMSG_OP_LOAD_OBJECT};
    const size_t size = strlen(name);
    const size_t room = sizeof(request.data) - sizeof(request.common.string);
    if (size == 0 || size > room) {
        return ZX_ERR_OUT_OF_RANGE;
    }
    request.common.string.size = size;
    request.common.string.data = (char*)FIDL_ALLOC_PRESENT;
    memcpy(request.data + sizeof(request.common.string), name, size);
    const size_t body = sizeof(request.common.string) + FIDL_ALIGN(size);
    return call(service, &request, (uint32_t)(sizeof(request.header) + body), ZX_HANDLE_INVALID, vmo);
}

zx_status_t loader_clone(zx_handle_t service, zx_handle_t* channel) {
    ldmsg_req_t request = {.header.ordinal = LDMSG_OP_CLONE};
    request.clone.object = FIDL_HANDLE_PRESENT;
    zx_handle_t theirs;
    zx_status_t status = zx_channel_create(0, channel, &theirs);
    if (status != ZX_OK) {
        return status;
    }
    const uint32_t size = sizeof(request.header) + sizeof(request.clone);
    status = call(service, &request, size, theirs, NULL);
    if (status != ZX_OK) {
        zx_handle_close(*channel);
    }
    return status;
}

// What a program gets of the component manager that the shell does not ask for: other configurations of the loader
// service, and services that there are not.
#include <ldmsg/ldmsg.h>
#include <services.h>
#include <stdio.h>
#include <string.h>
#include <zircon/dlfcn.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>

static zx_status_t ask(zx_handle_t loader, uint32_t ordinal, const char* string) {
    ldmsg_req_t request = {.header.ordinal = ordinal};
    ldmsg_rsp_t response = {0};
    zx_handle_t object = ZX_HANDLE_INVALID;
    const size_t size = strlen(string);
    request.common.string.size = size;
    request.common.string.data = (char*)FIDL_ALLOC_PRESENT;
    memcpy(request.data + sizeof(request.common.string), string, size);
    const zx_channel_call_args_t args = {
        .wr_bytes = &request,
        .wr_num_bytes = (uint32_t)(sizeof(request.header) + sizeof(request.common.string) + FIDL_ALIGN(size)),
        .rd_bytes = &response,
        .rd_num_bytes = sizeof(response),
        .rd_handles = &object,
        .rd_num_handles = 1,
    };
    uint32_t bytes, handles;
    const zx_status_t status = zx_channel_call(loader, 0, ZX_TIME_INFINITE, &args, &bytes, &handles);
    zx_handle_close(object);
    return status == ZX_OK ? response.rv : status;
}

static void show(zx_handle_t loader, const char* configuration) {
    printf("'%s': %s", configuration, zx_status_get_string(ask(loader, LDMSG_OP_CONFIG, configuration)));
    printf(", plain %s", zx_status_get_string(ask(loader, LDMSG_OP_LOAD_OBJECT, "libgreeting.so")));
    printf(", special %s\n", zx_status_get_string(ask(loader, LDMSG_OP_LOAD_OBJECT, "special")));
}

static void connect(const char* path) {
    zx_handle_t channel = ZX_HANDLE_INVALID;
    const zx_status_t status = service_open(path, &channel);
    printf("%s: %s", path, zx_status_get_string(status));
    if (status == ZX_OK) {
        zx_object_wait_one(channel, ZX_CHANNEL_PEER_CLOSED, ZX_TIME_INFINITE, NULL);
        printf(", closed");
        zx_handle_close(channel);
    }
    printf("\n");
}

int main(void) {
    zx_handle_t loader;
    if (dl_clone_loader_service(&loader) != ZX_OK) {
        return 1;
    }
    static const char* const configurations[] = {"", "other", "!other", "other!", "!", "", "!none"};
    for (size_t i = 0; i < countof(configurations); ++i) {
        show(loader, configurations[i]);
    }
    connect("/svc/none");
    connect("../bin/sh");
    connect("a-name-that-is-much-longer-than-any-service-of-any-boot-image-may-have");
    return 0;
}

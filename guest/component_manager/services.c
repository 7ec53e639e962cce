// Services by name, the protocol of <services.h>: svc/NAME of the boot image is started when the first client asks for
// it, and again when it has ended. What the client sent goes on to it as it is.
#include <services.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>

#include "files.h"
#include "programs.h"
#include "server.h"

#define SERVICE_PATH_MAX (sizeof("svc/") + SERVICE_NAME_MAX)

struct service {
    struct service* next;
    char path[SERVICE_PATH_MAX];
    zx_handle_t requests; // its end of this channel is PA_DIRECTORY_REQUEST
};

// Only the thread of services_server comes here.
static struct service* services;

static void complain(const char* path, const char* what, zx_status_t status) {
    printf("component_manager: %s: %s (%s)\n", path, what, zx_status_get_string(status));
}

// The service of this path; null if the boot image has none.
static struct service* find(const char* path) {
    for (struct service* service = services; service != NULL; service = service->next) {
        if (strcmp(service->path, path) == 0) {
            return service;
        }
    }
    if (files_find(path, strlen(path)) == NULL) {
        complain(path, "expected a program in the boot image", ZX_ERR_NOT_FOUND);
        return NULL;
    }
    struct service* service = calloc(1, sizeof(*service));
    if (service != NULL) {
        strlcpy(service->path, path, sizeof(service->path));
        service->next = services;
        services = service;
    }
    return service;
}

// A job of its own, to be killed when memory runs short.
static zx_handle_t new_job(const char* path) {
    const size_t kill = 1;
    zx_handle_t job = ZX_HANDLE_INVALID;
    zx_job_create(zx_job_default(), 0, &job);
    zx_object_set_property(job, ZX_PROP_NAME, path, strlen(path));
    zx_object_set_property(job, ZX_PROP_JOB_KILL_ON_OOM, &kill, sizeof(kill));
    return job;
}

// A standard input that is at its end.
static zx_handle_t no_input(void) {
    zx_handle_t ours, theirs;
    if (zx_socket_create(ZX_SOCKET_STREAM, &ours, &theirs) != ZX_OK) {
        return ZX_HANDLE_INVALID;
    }
    zx_handle_close(ours);
    return theirs;
}

static zx_status_t start(struct service* service) {
    zx_handle_t theirs, process;
    const char* what = "expected a channel";
    zx_handle_close(service->requests);
    service->requests = ZX_HANDLE_INVALID;
    zx_status_t status = zx_channel_create(0, &service->requests, &theirs);
    if (status == ZX_OK) {
        const uint32_t infos[] = {PA_HND(PA_DIRECTORY_REQUEST, 0), PA_HND(PA_FDIO_SOCKET, 0)};
        const zx_handle_t handles[] = {theirs, no_input()};
        const zx_handle_t job = new_job(service->path);
        status = program_start(service->path, job, countof(handles), infos, handles, &process, &what);
        zx_handle_close(job);
    }
    if (status != ZX_OK) {
        complain(service->path, what, status);
        zx_handle_close(service->requests);
        service->requests = ZX_HANDLE_INVALID;
        return status;
    }
    zx_handle_close(process);
    return ZX_OK;
}

static bool is_running(const struct service* service) {
    zx_signals_t observed = 0;
    return service->requests != ZX_HANDLE_INVALID &&
           zx_object_wait_one(service->requests, ZX_CHANNEL_PEER_CLOSED, ZX_TIME_INFINITE_PAST, &observed) != ZX_OK;
}

// Hands a client's message on to the service; if there is none the client's channel is closed.
static void connect(const service_request_t* request, uint32_t size, zx_handle_t client) {
    char path[SERVICE_PATH_MAX];
    const size_t name_size = request->name_size;
    snprintf(path, sizeof(path), "svc/%.*s", (int)name_size, request->name);
    const bool is_name = memchr(request->name, '/', name_size) == NULL && memchr(request->name, '\0', name_size) == NULL;
    struct service* service = is_name ? find(path) : NULL;
    if (service == NULL || (!is_running(service) && start(service) != ZX_OK)) {
        zx_handle_close(client);
        return;
    }
    zx_channel_write(service->requests, 0, request, size, &client, 1);
}

bool answer_services(struct client* client) {
    service_request_t request = {0};
    uint32_t size = 0, handles = 0;
    zx_handle_t received = ZX_HANDLE_INVALID;
    const zx_status_t status =
        zx_channel_read(client->channel, 0, &request, &received, sizeof(request), 1, &size, &handles);
    const size_t header = offsetof(service_request_t, name);
    if (status != ZX_OK || handles != 1 || size < header || request.name_size != size - header) {
        zx_handle_close(received);
        return false;
    }
    if (request.header.ordinal == SERVICE_OP_CONNECT) {
        connect(&request, size, received);
    } else if (request.header.ordinal == SERVICE_OP_CLONE) {
        server_add(client->server, answer_services, received);
    } else {
        zx_handle_close(received);
    }
    return true;
}

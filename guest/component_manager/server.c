#include "server.h"

#include <launch.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/port.h>

struct server files_server = {.name = "files"};
struct server services_server = {.name = "services"};

static zx_status_t wait_for_message(struct client* client) {
    return zx_object_wait_async(client->channel, client->server->port, (uintptr_t)client,
                                ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, ZX_WAIT_ASYNC_ONCE);
}

static void forget(struct client* client) {
    zx_handle_close(client->channel);
    free(client);
}

static int serve(void* argument) {
    const struct server* server = argument;
    zx_port_packet_t packet;
    while (zx_port_wait(server->port, ZX_TIME_INFINITE, &packet) == ZX_OK) {
        struct client* client = (struct client*)packet.key;
        // What was sent before the other end closed is still answered.
        const bool readable = (packet.signal.observed & ZX_CHANNEL_READABLE) != 0;
        if (!readable || !client->answer(client) || wait_for_message(client) != ZX_OK) {
            forget(client);
        }
    }
    return 0;
}

void server_start(struct server* server) {
    thrd_t thread;
    if (zx_port_create(0, &server->port) != ZX_OK ||
        thrd_create_with_name(&thread, serve, server, server->name) != thrd_success) {
        printf("component_manager: expected to be let start a server\n");
        exit(EXIT_FAILURE);
    }
    launch_precede(zx_job_default(), thrd_get_zx_handle(thread));
    thrd_detach(thread);
}

zx_status_t server_add(struct server* server, answer_t* answer, zx_handle_t channel) {
    struct client* client = calloc(1, sizeof(*client));
    if (client == NULL) {
        zx_handle_close(channel);
        return ZX_ERR_NO_MEMORY;
    }
    client->channel = channel;
    client->server = server;
    client->answer = answer;
    const zx_status_t status = wait_for_message(client);
    if (status != ZX_OK) {
        forget(client);
    }
    return status;
}

zx_status_t server_open(struct server* server, answer_t* answer, zx_handle_t* channel) {
    zx_handle_t ours;
    zx_status_t status = zx_channel_create(0, &ours, channel);
    if (status != ZX_OK) {
        return status;
    }
    status = server_add(server, answer, ours);
    if (status != ZX_OK) {
        zx_handle_close(*channel);
    }
    return status;
}

// Services by name, which bin/component_manager connects programs to: /svc. A small protocol on a channel, of messages
// without replies. docs/built-in-system.md describes it.
#pragma once

#include <libc-export.h>
#include <stddef.h>
#include <zircon/fidl.h>
#include <zircon/types.h>

LIBC_BEGIN

#define SERVICE_NAME_MAX 64

// Ordinals. Both messages carry one handle, the end of a channel.
#define SERVICE_OP_CONNECT 0x73000001 // to the service of this name: its client's channel, closed if there is no such
#define SERVICE_OP_CLONE 0x73000002   // to become another channel like this one

typedef struct service_request {
    fidl_message_header_t header;
    uint32_t name_size; // without a NUL
    char name[SERVICE_NAME_MAX];
} service_request_t;

// Connects to the service "NAME" or "/svc/NAME", which is started if it does not run. `channel` is consumed: messages
// can be written to its other end at once. As fdio_service_connect() in Zircon.
zx_status_t service_connect(const char* path, zx_handle_t channel);
// The same with a new channel, whose other end is returned.
zx_status_t service_open(const char* path, zx_handle_t* out);
// A channel to /svc for another process.
zx_status_t service_clone(zx_handle_t* out);

// For programs that are services (svc/NAME in the boot image): the channel of the next client, from the handle
// PA_HND(PA_DIRECTORY_REQUEST, 0). ZX_ERR_SHOULD_WAIT: there is none yet; ZX_ERR_PEER_CLOSED: there will be none.
zx_status_t service_accept(zx_handle_t requests, zx_handle_t* client);

LIBC_END

// The protocol of the service `notes`: short texts under names, kept while the service runs. One request, one reply, on
// the channel that service_open("/svc/notes", ...) gives; zx_channel_call() matches them by their transaction IDs.
// docs/built-in-system.md tells it with an example.
#pragma once

#include <stdint.h>
#include <zircon/fidl.h>
#include <zircon/types.h>

#define NOTES_OP_WRITE 0x6e000001 // name, text -> status
#define NOTES_OP_READ 0x6e000002  // name       -> status, text
#define NOTES_OP_ERASE 0x6e000003 // name       -> status
#define NOTES_OP_LIST 0x6e000004  // index      -> status, the name of that note; ZX_ERR_NOT_FOUND behind the last one

#define NOTES_NAME_MAX 32
#define NOTES_TEXT_MAX 512

typedef struct notes_request {
    fidl_message_header_t header;
    uint32_t index;
    uint32_t name_size;
    uint32_t text_size;
    char data[NOTES_NAME_MAX + NOTES_TEXT_MAX]; // the name, then the text; no NUL
} notes_request_t;

typedef struct notes_reply {
    fidl_message_header_t header; // the request's
    zx_status_t status;
    uint32_t size;
    char data[NOTES_TEXT_MAX];
} notes_reply_t;

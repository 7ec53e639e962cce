// The loader service, as userboot has it and docs/program_loading.md tells it: objects come from lib/.
#include <ldmsg/ldmsg.h>
#include <stdio.h>
#include <string.h>
#include <zircon/syscalls.h>

#include "files.h"
#include "server.h"

static zx_status_t open_in_lib(const char* prefix, const char* name, zx_handle_t* object) {
    char path[320];
    const int size = snprintf(path, sizeof(path), "lib/%s%s%s", prefix, *prefix == '\0' ? "" : "/", name);
    const struct file* file = size < (int)sizeof(path) ? files_find(path, (size_t)size) : NULL;
    return file == NULL ? ZX_ERR_NOT_FOUND : file_open(file, object);
}

static zx_status_t load_object(struct client* client, const char* name, zx_handle_t* object) {
    zx_status_t status = ZX_ERR_NOT_FOUND;
    if (client->prefix[0] != '\0') {
        status = open_in_lib(client->prefix, name, object);
    }
    if (status == ZX_ERR_NOT_FOUND && !client->exclusive) {
        status = open_in_lib("", name, object);
    }
    return status;
}

// An interpreter of scripts is named by its path in the name space, where this tree is /boot.
static zx_status_t load_script_interpreter(const char* name, zx_handle_t* object) {
    if (strncmp(name, "/boot/", 6) != 0) {
        return ZX_ERR_NOT_FOUND;
    }
    const struct file* file = files_find(name + 6, strlen(name + 6));
    return file == NULL ? ZX_ERR_NOT_FOUND : file_open(file, object);
}

// "asan": lib/asan/ before lib/; "!dfsan" or "dfsan!": lib/dfsan/ only; "": lib/. Programs put the mark on either side.
static zx_status_t configure(struct client* client, const char* name) {
    size_t size = strlen(name);
    const bool in_front = name[0] == '!';
    const bool exclusive = in_front || (size > 0 && name[size - 1] == '!');
    name += in_front;
    size -= exclusive;
    if (size >= sizeof(client->prefix) || (exclusive && size == 0)) {
        return ZX_ERR_INVALID_ARGS;
    }
    client->exclusive = exclusive;
    strlcpy(client->prefix, name, size + 1);
    return ZX_OK;
}

// The string of a request, ended by NUL; null if the message is not as it should be.
static const char* string_of(ldmsg_req_t* request, uint32_t size, char* text, size_t room) {
    const size_t start = offsetof(ldmsg_req_t, data) + sizeof(fidl_string_t);
    const fidl_string_t* string = &request->common.string;
    if (size < start || (uintptr_t)string->data != FIDL_ALLOC_PRESENT || string->size >= room ||
        string->size > size - start) {
        return NULL;
    }
    memcpy(text, (const char*)request + start, string->size);
    text[string->size] = '\0';
    return strlen(text) == string->size ? text : NULL;
}

struct outcome {
    zx_status_t status;
    bool has_object; // the response says whether there is one
    zx_handle_t object;
};

static struct outcome act(struct client* client, ldmsg_req_t* request, uint32_t size, zx_handle_t* received) {
    char text[256];
    struct outcome outcome = {.status = ZX_ERR_INVALID_ARGS};
    const char* name = string_of(request, size, text, sizeof(text));
    switch (request->header.ordinal) {
        case LDMSG_OP_LOAD_OBJECT:
        case LDMSG_OP_LOAD_SCRIPT_INTERPRETER:
            outcome.has_object = true;
            if (name != NULL) {
                outcome.status = request->header.ordinal == LDMSG_OP_LOAD_OBJECT
                                     ? load_object(client, name, &outcome.object)
                                     : load_script_interpreter(name, &outcome.object);
            }
            return outcome;
        case LDMSG_OP_CONFIG:
            outcome.status = name == NULL ? ZX_ERR_INVALID_ARGS : configure(client, name);
            return outcome;
        case LDMSG_OP_CLONE:
            if (*received != ZX_HANDLE_INVALID) {
                outcome.status = server_add(client->server, answer_loader, *received);
                *received = ZX_HANDLE_INVALID;
            }
            return outcome;
        case LDMSG_OP_DEBUG_LOAD_CONFIG: outcome.has_object = true; break;
    }
    outcome.status = ZX_ERR_NOT_SUPPORTED;
    return outcome;
}

bool answer_loader(struct client* client) {
    ldmsg_req_t request = {0};
    uint32_t size = 0, handles = 0;
    zx_handle_t received = ZX_HANDLE_INVALID;
    const zx_status_t read =
        zx_channel_read(client->channel, 0, &request, &received, sizeof(request), 1, &size, &handles);
    if (read != ZX_OK || size < sizeof(request.header) || request.header.ordinal == LDMSG_OP_DONE) {
        zx_handle_close(received);
        return false;
    }
    struct outcome outcome = act(client, &request, size, &received);
    zx_handle_close(received);
    const bool present = outcome.status == ZX_OK && outcome.has_object;
    const ldmsg_rsp_t response = {
        .header = request.header,
        .rv = outcome.status,
        .object = present ? FIDL_HANDLE_PRESENT : FIDL_HANDLE_ABSENT,
    };
    const uint32_t response_size = outcome.has_object ? sizeof(response) : offsetof(ldmsg_rsp_t, object);
    return zx_channel_write(client->channel, 0, &response, response_size, &outcome.object, present ? 1 : 0) == ZX_OK;
}

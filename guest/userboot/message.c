#include "message.h"

#include <string.h>
#include <zircon/syscalls.h>

#include "log.h"

// True if `count` NUL-terminated strings lie between `offset` and the message's end; `*size` is what they take.
static bool measure_strings(const struct bootstrap* bootstrap, uint32_t offset, uint32_t count, uint32_t* size) {
    uint32_t at = offset;
    for (uint32_t i = 0; i < count; ++i) {
        do {
            if (at >= bootstrap->size) {
                return false;
            }
        } while (bootstrap->bytes[at++] != '\0');
    }
    *size = at - offset;
    return true;
}

void bootstrap_read(zx_handle_t channel, struct bootstrap* bootstrap) {
    check(ZX_HANDLE_INVALID,
          _zx_channel_read(channel, 0, bootstrap->bytes, bootstrap->handles, sizeof(bootstrap->bytes),
                           countof(bootstrap->handles), &bootstrap->size, &bootstrap->handle_count),
          "cannot read the bootstrap message");
    const zx_proc_args_t* header = &bootstrap->header;
    if (bootstrap->size < sizeof(*header) || header->protocol != ZX_PROCARGS_PROTOCOL ||
        header->version != ZX_PROCARGS_VERSION) {
        fail(ZX_HANDLE_INVALID, "bootstrap message is not of the processargs protocol");
    }
    const uint32_t table_size = bootstrap->handle_count * sizeof(uint32_t);
    if (header->handle_info_off > bootstrap->size || table_size > bootstrap->size - header->handle_info_off) {
        fail(ZX_HANDLE_INVALID, "bootstrap message ends in its handle table");
    }
    memcpy(bootstrap->infos, bootstrap->bytes + header->handle_info_off, table_size);
    uint32_t size;
    if (!measure_strings(bootstrap, header->environ_off, header->environ_num, &size)) {
        fail(ZX_HANDLE_INVALID, "bootstrap message ends in its environment");
    }
}

zx_handle_t* bootstrap_handle(struct bootstrap* bootstrap, uint32_t info, const char* name) {
    for (uint32_t i = 0; i < bootstrap->handle_count; ++i) {
        if (bootstrap->infos[i] == info && bootstrap->handles[i] != ZX_HANDLE_INVALID) {
            return &bootstrap->handles[i];
        }
    }
    fail(ZX_HANDLE_INVALID, "bootstrap message without %s", name);
}

struct strings bootstrap_environment(const struct bootstrap* bootstrap) {
    struct strings environment = {bootstrap->bytes + bootstrap->header.environ_off, 0,
                                  bootstrap->header.environ_num};
    measure_strings(bootstrap, bootstrap->header.environ_off, environment.count, &environment.size);
    return environment;
}

void message_send(zx_handle_t log, zx_handle_t channel, struct strings arguments, struct strings environment,
                  const zx_handle_t* handles, const uint32_t* infos, uint32_t handle_count) {
    union {
        zx_proc_args_t header;
        char bytes[ZX_CHANNEL_MAX_MSG_BYTES];
    } message;
    const uint32_t handle_info_off = sizeof(zx_proc_args_t);
    const uint32_t args_off = handle_info_off + handle_count * (uint32_t)sizeof(uint32_t);
    const uint64_t environ_off = (uint64_t)args_off + arguments.size;
    const uint64_t size = environ_off + environment.size;
    if (size > sizeof(message)) {
        fail(log, "arguments and environment of %u bytes exceed a message", size);
    }
    message.header = (zx_proc_args_t){
        .protocol = ZX_PROCARGS_PROTOCOL,
        .version = ZX_PROCARGS_VERSION,
        .handle_info_off = handle_info_off,
        .args_off = args_off,
        .args_num = arguments.count,
        .environ_off = (uint32_t)environ_off,
        .environ_num = environment.count,
    };
    memcpy(message.bytes + handle_info_off, infos, handle_count * sizeof(uint32_t));
    memcpy(message.bytes + args_off, arguments.first, arguments.size);
    memcpy(message.bytes + environ_off, environment.first, environment.size);
    check(log, _zx_channel_write(channel, 0, message.bytes, (uint32_t)size, handles, handle_count),
          "cannot write the bootstrap message");
}

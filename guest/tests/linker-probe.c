// In a dynamic linker's place: tells what userboot sent it, and what the loader service answers.
#include <ldmsg/ldmsg.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include "../static/include/vdso-lookup.h"
#include "report.h"

#define CALL(name) VDSO_FUNCTION(vdso_base, name)

static uintptr_t vdso_base;

static union {
    zx_proc_args_t header;
    char bytes[ZX_CHANNEL_MAX_MSG_BYTES];
} message;
static zx_handle_t handles[ZX_CHANNEL_MAX_MSG_HANDLES];
static uint32_t handle_count;

static void report_strings(struct report* report, const char* name, uint32_t offset, uint32_t count) {
    report_number(report, name, count);
    const char* text = message.bytes + offset;
    for (uint32_t i = 0; i < count; ++i) {
        report_text(report, text);
        while (*text++ != '\0') {
        }
    }
}

// One message of the bootstrap channel: its handle infos in order, arguments, environment.
static void report_message(struct report* report, const char* name, zx_handle_t channel) {
    uint32_t size = 0;
    const zx_status_t status = CALL(zx_channel_read)(channel, 0, &message, handles, sizeof(message),
                                                     countof(handles), &size, &handle_count);
    report_text(report, name);
    report_signed(report, "status", status);
    const uint32_t* infos = (const uint32_t*)(message.bytes + message.header.handle_info_off);
    for (uint32_t i = 0; i < handle_count; ++i) {
        report_hex(report, "handle", infos[i]);
    }
    report_end(report);
    report_text(report, name);
    report_strings(report, "arguments", message.header.args_off, message.header.args_num);
    report_strings(report, "environment", message.header.environ_off, message.header.environ_num);
    report_end(report);
}

static zx_handle_t handle_of(uint32_t info) {
    const uint32_t* infos = (const uint32_t*)(message.bytes + message.header.handle_info_off);
    for (uint32_t i = 0; i < handle_count; ++i) {
        if (infos[i] == info) {
            return handles[i];
        }
    }
    return ZX_HANDLE_INVALID;
}

static void report_content(struct report* report, zx_handle_t vmo) {
    char text[9] = {0};
    zx_info_handle_basic_t info = {0};
    report_signed(report, "read", CALL(zx_vmo_read)(vmo, text, 0, sizeof(text) - 1));
    report_text(report, text);
    CALL(zx_object_get_info)(vmo, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), NULL, NULL);
    report_hex(report, "rights", info.rights);
    CALL(zx_handle_close)(vmo);
}

static void request(struct report* report, zx_handle_t service, uint32_t ordinal, const char* string,
                    bool with_handle) {
    union {
        ldmsg_req_t request;
        char bytes[sizeof(ldmsg_req_t)];
    } sent = {.request.header = {.ordinal = ordinal, .flags = 0x55}};
    ldmsg_rsp_t response = {0};
    zx_handle_t given = ZX_HANDLE_INVALID, object = ZX_HANDLE_INVALID;
    size_t size = sizeof(fidl_message_header_t);
    if (string != NULL) {
        const size_t before = ordinal == LDMSG_OP_DEBUG_PUBLISH_DATA_SINK ? sizeof(ldmsg_common_t) : sizeof(fidl_string_t);
        size_t length = 0;
        for (; string[length] != '\0'; ++length) {
            sent.bytes[size + before + length] = string[length];
        }
        sent.request.common.string.size = length;
        sent.request.common.string.data = (char*)FIDL_ALLOC_PRESENT;
        size += before + FIDL_ALIGN(length);
    } else if (with_handle) {
        sent.request.clone.object = FIDL_HANDLE_PRESENT;
        size += sizeof(ldmsg_clone_t);
    }
    if (with_handle) {
        CALL(zx_event_create)(0, &given);
    }
    const zx_channel_call_args_t args = {&sent,        &given,     &response, &object, (uint32_t)size, with_handle ? 1 : 0,
                                         sizeof(response), 1};
    uint32_t actual_bytes = 0, actual_handles = 0;
    report_number(report, "ordinal", ordinal);
    if (string != NULL) {
        report_text(report, string);
    }
    report_signed(report, "call", CALL(zx_channel_call)(service, 0, ZX_TIME_INFINITE, &args, &actual_bytes, &actual_handles));
    report_number(report, "bytes", actual_bytes);
    report_number(report, "handles", actual_handles);
    report_number(report, "echoed", response.header.ordinal);
    report_signed(report, "rv", response.rv);
    report_hex(report, "object", response.object);
    if (actual_handles == 1) {
        report_content(report, object);
    }
    report_end(report);
}

static void report_places(struct report* report, zx_handle_t vmar) {
    zx_info_vmar_t space = {0};
    CALL(zx_object_get_info)(vmar, ZX_INFO_VMAR, &space, sizeof(space), NULL, NULL);
    const zx_vaddr_t middle = (space.base + space.len) / 2;
    report_text(report, "places");
    report_number(report, "code", (zx_vaddr_t)&report_places >= middle);
    report_number(report, "stack", (zx_vaddr_t)&space >= middle);
    report_number(report, "vdso", vdso_base >= middle);
    zx_handle_t low = ZX_HANDLE_INVALID;
    zx_vaddr_t address = 0;
    report_signed(report, "low", CALL(zx_vmar_allocate)(vmar, ZX_VM_SPECIFIC, 0, 0x10000, &low, &address));
    report_end(report);
}

__NO_RETURN void _start(zx_handle_t bootstrap, uintptr_t vdso) {
    vdso_base = vdso;
    struct report report = {.vdso_base = vdso};
    report_message(&report, "first", bootstrap);
    const zx_handle_t service = handle_of(PA_HND(PA_LDSVC_LOADER, 0));
    const zx_handle_t vmar = handle_of(PA_HND(PA_VMAR_ROOT, 0));
    report_places(&report, vmar);
    request(&report, service, LDMSG_OP_LOAD_OBJECT, "one", false);
    request(&report, service, LDMSG_OP_LOAD_OBJECT, "missing", false);
    request(&report, service, LDMSG_OP_LOAD_OBJECT, "", false);
    request(&report, service, LDMSG_OP_CONFIG, "asan", false);
    request(&report, service, LDMSG_OP_LOAD_OBJECT, "one", false);
    request(&report, service, LDMSG_OP_LOAD_OBJECT, "two", false);
    request(&report, service, LDMSG_OP_CONFIG, "!dfsan", false);
    request(&report, service, LDMSG_OP_LOAD_OBJECT, "two", false);
    request(&report, service, LDMSG_OP_LOAD_OBJECT, "three", false);
    request(&report, service, LDMSG_OP_CONFIG, "", false);
    request(&report, service, LDMSG_OP_LOAD_OBJECT, "two", false);
    request(&report, service, LDMSG_OP_CONFIG, "dfsan!", false);
    request(&report, service, LDMSG_OP_LOAD_OBJECT, "two", false);
    request(&report, service, LDMSG_OP_LOAD_OBJECT, "three", false);
    request(&report, service, LDMSG_OP_CONFIG, "!", false);
    request(&report, service, LDMSG_OP_LOAD_SCRIPT_INTERPRETER, "/boot/bin/sh", false);
    request(&report, service, LDMSG_OP_DEBUG_LOAD_CONFIG, "x", false);
    request(&report, service, LDMSG_OP_DEBUG_PUBLISH_DATA_SINK, "sink", true);
    request(&report, service, LDMSG_OP_CLONE, NULL, true);
    const fidl_message_header_t done = {.ordinal = LDMSG_OP_DONE};
    CALL(zx_channel_write)(service, 0, &done, sizeof(done), NULL, 0);
    zx_signals_t observed = 0;
    report_text(&report, "done");
    report_signed(&report, "status", CALL(zx_object_wait_one)(service, ZX_CHANNEL_PEER_CLOSED, ZX_TIME_INFINITE, &observed));
    report_end(&report);

    report_message(&report, "main", bootstrap);
    uint64_t stack_size = 0;
    CALL(zx_vmo_get_size)(handle_of(PA_HND(PA_VMO_STACK, 0)), &stack_size);
    report_text(&report, "stack");
    report_number(&report, "size", stack_size);
    report_end(&report);
    CALL(zx_process_exit)(42);
    __builtin_trap();
}

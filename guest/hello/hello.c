// The smallest program: no library, no interpreter. Says hello, and the words that it was started with.
#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include "../static/include/vdso-lookup.h"

static size_t length(const char* text) {
    size_t size = 0;
    while (text[size] != '\0') {
        ++size;
    }
    return size;
}

// One line, gathered so that it is written at once.
struct line {
    size_t size;
    char text[1024];
};

static void append(struct line* line, const char* text) {
    const size_t size = length(text);
    for (size_t i = 0; i < size && line->size < sizeof(line->text); ++i) {
        line->text[line->size++] = text[i];
    }
}

__NO_RETURN void _start(zx_handle_t bootstrap, uintptr_t vdso_base) {
    static union {
        zx_proc_args_t header;
        char bytes[ZX_CHANNEL_MAX_MSG_BYTES];
    } message;
    zx_handle_t handles[ZX_CHANNEL_MAX_MSG_HANDLES];
    uint32_t bytes = 0, handle_count = 0;
    struct line line = {0};

    append(&line, "hello");
    zx_status_t status = VDSO_FUNCTION(vdso_base, zx_channel_read)(
        bootstrap, 0, &message, handles, sizeof(message), countof(handles), &bytes, &handle_count);
    if (status == ZX_OK && message.header.protocol == ZX_PROCARGS_PROTOCOL) {
        const char* word = message.bytes + message.header.args_off;
        for (uint32_t i = 0; i < message.header.args_num; ++i) {
            append(&line, i == 0 ? " from " : " ");
            append(&line, word);
            word += length(word) + 1;
        }
    }
    append(&line, "\n");
    VDSO_FUNCTION(vdso_base, zx_debug_write)(line.text, line.size);
    VDSO_FUNCTION(vdso_base, zx_process_exit)(status == ZX_OK ? 0 : 1);
    __builtin_trap();
}

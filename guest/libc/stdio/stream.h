// What the parts of a stream share.
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <threads.h>
#include <zircon/types.h>

// The most that zx_debug_write takes at once.
#define CONSOLE_WRITE_MAX 256

enum stream_kind { STREAM_CONSOLE, STREAM_FILE, STREAM_EMPTY };

struct libc_stream {
    mtx_t lock;
    enum stream_kind kind;
    bool at_once; // written without waiting for the end of a line
    bool end, error;
    bool pushed; // `back` is the next character
    unsigned char back;
    // Of a file: its contents, and where in them reading goes on.
    zx_handle_t vmo;
    uint64_t size, position;
    uint64_t buffer_start; // where in the file the buffer begins
    size_t used;           // bytes in the buffer: yet to be written, or read ahead
    char buffer[CONSOLE_WRITE_MAX];
};

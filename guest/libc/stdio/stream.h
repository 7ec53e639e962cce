// What the parts of a stream share.
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <threads.h>
#include <zircon/types.h>

#include "reader.h"

// The most that zx_debug_write takes at once.
#define CONSOLE_WRITE_MAX 256
// Characters that may be pushed back at least.
#define PUSHBACK_MAX 8

enum stream_kind { STREAM_OUTPUT, STREAM_FILE, STREAM_INPUT };

struct libc_stream {
    mtx_t lock;
    enum stream_kind kind;
    int mode; // of output: _IOFBF, _IOLBF or _IONBF
    bool end, error;
    // Of the buffer, bytes [at, used) are the next to be read, or bytes [0, used) are yet to be written.
    size_t at, used;
    // Of a file: its contents, and where in them what follows the buffer begins.
    zx_handle_t vmo;
    uint64_t size, next;
    char buffer[PUSHBACK_MAX + CONSOLE_WRITE_MAX];
};

// With the stream locked: the next character, or EOF; and back with it.
int stream_get(FILE* stream);
int stream_push(FILE* stream, int character);

// Writes what is buffered of a stream for output.
void stream_flush(FILE* stream);

// A reader of a stream, which is locked; what was looked at and not taken is to be given back at the end.
struct reader reader_of_stream(FILE* stream);
void reader_give_back(struct reader* reader);

// The next bytes of this process's standard input, at most `size`; 0 at its end, -1 with errno if there are none to be
// had.
long standard_input(char* data, size_t size);

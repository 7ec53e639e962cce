// stdin, stdout and stderr: the kernel's console, which programs only write to.
#include <errno.h>
#include <string.h>
#include <zircon/syscalls.h>

#include "format.h"
#include "stream.h"

static struct libc_stream in_stream = {.lock = {.type = mtx_recursive}, .kind = STREAM_EMPTY};
static struct libc_stream out_stream = {.lock = {.type = mtx_recursive}};
static struct libc_stream error_stream = {.lock = {.type = mtx_recursive}, .at_once = true};
FILE* const stdin = &in_stream;
FILE* const stdout = &out_stream;
FILE* const stderr = &error_stream;

// Whether the stream can be written; says so if not.
static bool is_writable(FILE* stream) {
    if (stream->kind == STREAM_CONSOLE) {
        return true;
    }
    stream->error = true;
    errno = EBADF;
    return false;
}

static void flush(FILE* stream) {
    if (stream->used > 0) {
        zx_debug_write(stream->buffer, stream->used);
        stream->used = 0;
    }
}

static void write_locked(FILE* stream, const char* text, size_t size) {
    bool line = false;
    while (size > 0) {
        const size_t room = sizeof(stream->buffer) - stream->used;
        const size_t part = size < room ? size : room;
        memcpy(stream->buffer + stream->used, text, part);
        line = line || memchr(text, '\n', part) != NULL;
        stream->used += part;
        text += part;
        size -= part;
        if (stream->used == sizeof(stream->buffer)) {
            flush(stream);
        }
    }
    if (line) {
        flush(stream);
    }
}

size_t fwrite(const void* restrict data, size_t size, size_t count, FILE* restrict stream) {
    if (!is_writable(stream)) {
        return 0;
    }
    mtx_lock(&stream->lock);
    write_locked(stream, data, size * count);
    if (stream->at_once) {
        flush(stream);
    }
    mtx_unlock(&stream->lock);
    return count;
}

int fflush(FILE* stream) {
    if (stream == NULL) {
        fflush(stdout);
        stream = stderr;
    }
    if (stream->kind == STREAM_CONSOLE) {
        mtx_lock(&stream->lock);
        flush(stream);
        mtx_unlock(&stream->lock);
    }
    return 0;
}

struct stream_sink {
    struct sink sink;
    FILE* stream;
};

static void write_to_stream(struct sink* sink, const char* text, size_t size) {
    write_locked(((struct stream_sink*)sink)->stream, text, size);
}

int vfprintf(FILE* restrict stream, const char* restrict format, va_list arguments) {
    struct stream_sink to = {{write_to_stream, 0}, stream};
    if (!is_writable(stream)) {
        return EOF;
    }
    mtx_lock(&stream->lock);
    format_to(&to.sink, format, arguments);
    if (stream->at_once) {
        flush(stream);
    }
    mtx_unlock(&stream->lock);
    return (int)to.sink.total;
}

int vprintf(const char* restrict format, va_list arguments) { return vfprintf(stdout, format, arguments); }

int printf(const char* restrict format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int size = vfprintf(stdout, format, arguments);
    va_end(arguments);
    return size;
}

int fprintf(FILE* restrict stream, const char* restrict format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int size = vfprintf(stream, format, arguments);
    va_end(arguments);
    return size;
}

int fputs(const char* restrict text, FILE* restrict stream) {
    const size_t size = strlen(text);
    return fwrite(text, 1, size, stream) == size ? 0 : EOF;
}

int fputc(int character, FILE* stream) {
    const char byte = (char)character;
    return fwrite(&byte, 1, 1, stream) == 1 ? (unsigned char)byte : EOF;
}

int putc(int character, FILE* stream) { return fputc(character, stream); }

int puts(const char* text) {
    mtx_lock(&stdout->lock);
    fputs(text, stdout);
    fputs("\n", stdout);
    mtx_unlock(&stdout->lock);
    return 0;
}

int putchar(int character) { return fputc(character, stdout); }

void perror(const char* text) {
    const char* error = strerror(errno);
    if (text != NULL && *text != '\0') {
        fprintf(stderr, "%s: %s\n", text, error);
    } else {
        fprintf(stderr, "%s\n", error);
    }
}

int feof(FILE* stream) { return stream->end; }
int ferror(FILE* stream) { return stream->error; }
void clearerr(FILE* stream) { stream->end = stream->error = false; }

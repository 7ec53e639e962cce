// Writing: stdout and stderr are the kernel's console. C11, 7.21.6 and 7.21.7.
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zircon/syscalls.h>

#include "format.h"
#include "stream.h"

static struct libc_stream out_stream = {.lock = {.type = mtx_recursive}, .mode = _IOLBF};
static struct libc_stream error_stream = {.lock = {.type = mtx_recursive}, .mode = _IONBF};
FILE* const stdout = &out_stream;
FILE* const stderr = &error_stream;

// Whether the stream can be written; says so if not.
static bool is_writable(FILE* stream) {
    if (stream->kind == STREAM_OUTPUT) {
        return true;
    }
    stream->error = true;
    errno = EBADF;
    return false;
}

void stream_flush(FILE* stream) {
    if (stream->kind == STREAM_OUTPUT && stream->used > 0) {
        zx_debug_write(stream->buffer, stream->used);
        stream->used = 0;
    }
}

static void write_locked(FILE* stream, const char* text, size_t size) {
    bool line = false;
    while (size > 0) {
        const size_t room = CONSOLE_WRITE_MAX - stream->used;
        const size_t part = size < room ? size : room;
        memcpy(stream->buffer + stream->used, text, part);
        line = line || memchr(text, '\n', part) != NULL;
        stream->used += part;
        text += part;
        size -= part;
        if (stream->used == CONSOLE_WRITE_MAX) {
            stream_flush(stream);
        }
    }
    if (line && stream->mode == _IOLBF) {
        stream_flush(stream);
    }
}

// What is written at once is written whole.
static void end_write(FILE* stream) {
    if (stream->mode == _IONBF) {
        stream_flush(stream);
    }
    mtx_unlock(&stream->lock);
}

size_t fwrite(const void* restrict data, size_t size, size_t count, FILE* restrict stream) {
    if (!is_writable(stream)) {
        return 0;
    }
    mtx_lock(&stream->lock);
    write_locked(stream, data, size * count);
    end_write(stream);
    return count;
}

int fflush(FILE* stream) {
    if (stream == NULL) {
        fflush(stdout);
        stream = stderr;
    }
    mtx_lock(&stream->lock);
    stream_flush(stream);
    mtx_unlock(&stream->lock);
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
    const int size = format_to(&to.sink, format, arguments);
    end_write(stream);
    return size;
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

int setvbuf(FILE* restrict stream, char* restrict buffer, int mode, size_t size) {
    (void)buffer, (void)size; // a stream has its own
    if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF) {
        errno = EINVAL;
        return -1;
    }
    fflush(stream);
    stream->mode = mode;
    return 0;
}

void setbuf(FILE* restrict stream, char* restrict buffer) {
    setvbuf(stream, buffer, buffer == NULL ? _IONBF : _IOFBF, BUFSIZ);
}

ssize_t write(int file, const void* data, size_t size) {
    if (file != STDOUT_FILENO && file != STDERR_FILENO) {
        errno = EBADF;
        return -1;
    }
    for (size_t done = 0; done < size; done += CONSOLE_WRITE_MAX) {
        zx_debug_write((const char*)data + done, size - done < CONSOLE_WRITE_MAX ? size - done : CONSOLE_WRITE_MAX);
    }
    return (ssize_t)size;
}

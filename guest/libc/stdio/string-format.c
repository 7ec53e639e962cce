// snprintf and its kin: formatted text into memory. C11, 7.21.6; asprintf and dprintf as in BSD and POSIX.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format.h"

struct string_sink {
    struct sink sink;
    char* buffer;
    size_t size;
};

static void write_to_string(struct sink* sink, const char* text, size_t size) {
    struct string_sink* to = (struct string_sink*)sink;
    if (sink->total + 1 < to->size) {
        const size_t room = to->size - 1 - sink->total;
        memcpy(to->buffer + sink->total, text, size < room ? size : room);
    }
}

int vsnprintf(char* restrict buffer, size_t size, const char* restrict format, va_list arguments) {
    struct string_sink to = {{write_to_string, 0}, buffer, size};
    const int length = format_to(&to.sink, format, arguments);
    if (size > 0) {
        buffer[to.sink.total < size ? to.sink.total : size - 1] = '\0';
    }
    return length;
}

int snprintf(char* restrict buffer, size_t size, const char* restrict format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

int vsprintf(char* restrict buffer, const char* restrict format, va_list arguments) {
    return vsnprintf(buffer, SIZE_MAX, format, arguments);
}

int sprintf(char* restrict buffer, const char* restrict format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int length = vsprintf(buffer, format, arguments);
    va_end(arguments);
    return length;
}

int vasprintf(char** restrict out, const char* restrict format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    *out = length < 0 ? NULL : malloc((size_t)length + 1);
    return *out == NULL ? -1 : vsnprintf(*out, (size_t)length + 1, format, arguments);
}

int asprintf(char** restrict out, const char* restrict format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int length = vasprintf(out, format, arguments);
    va_end(arguments);
    return length;
}

int vdprintf(int file, const char* restrict format, va_list arguments) {
    char* text;
    const int length = vasprintf(&text, format, arguments);
    const ssize_t written = length < 0 ? -1 : write(file, text, (size_t)length);
    free(text);
    return (int)written;
}

int dprintf(int file, const char* restrict format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int written = vdprintf(file, format, arguments);
    va_end(arguments);
    return written;
}

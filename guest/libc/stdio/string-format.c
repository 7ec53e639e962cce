// snprintf and its kin: formatted text into memory. ISO C11, 7.21.6.
#include <stdio.h>
#include <string.h>

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
    format_to(&to.sink, format, arguments);
    if (size > 0) {
        buffer[to.sink.total < size ? to.sink.total : size - 1] = '\0';
    }
    return (int)to.sink.total;
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

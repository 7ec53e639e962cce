// scanf and its kin. C11, 7.21.6.
#include <stdarg.h>

#include "scan.h"
#include "stream.h"

int vfscanf(FILE* restrict stream, const char* restrict format, va_list arguments) {
    struct reader reader = reader_of_stream(stream);
    mtx_lock(&stream->lock);
    const int assigned = scan_from(&reader, format, arguments);
    reader_give_back(&reader);
    mtx_unlock(&stream->lock);
    return assigned;
}

int vscanf(const char* restrict format, va_list arguments) { return vfscanf(stdin, format, arguments); }

int vsscanf(const char* restrict text, const char* restrict format, va_list arguments) {
    struct reader reader = reader_of_string(text);
    return scan_from(&reader, format, arguments);
}

int scanf(const char* restrict format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int assigned = vscanf(format, arguments);
    va_end(arguments);
    return assigned;
}

int fscanf(FILE* restrict stream, const char* restrict format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int assigned = vfscanf(stream, format, arguments);
    va_end(arguments);
    return assigned;
}

int sscanf(const char* restrict text, const char* restrict format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int assigned = vsscanf(text, format, arguments);
    va_end(arguments);
    return assigned;
}

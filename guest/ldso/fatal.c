#include "fatal.h"

#include <stdio.h>
#include <string.h>
#include <zircon/syscalls.h>

zx_handle_t log_handle;

static void write_line(const char* format, va_list arguments) {
    char line[200] = "ld.so.1: ";
    const size_t start = strlen(line);
    vsnprintf(line + start, sizeof(line) - start - 1, format, arguments);
    if (log_handle != ZX_HANDLE_INVALID) {
        zx_debuglog_write(log_handle, 0, line, strlen(line));
        return;
    }
    strlcat(line, "\n", sizeof(line));
    zx_debug_write(line, strlen(line));
}

void note(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_line(format, arguments);
    va_end(arguments);
}

void fatal(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_line(format, arguments);
    va_end(arguments);
    zx_process_exit(-1);
    __builtin_unreachable();
}

#include "log.h"

#include <stdarg.h>
#include <string.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/log.h>

struct line {
    size_t size;
    char text[ZX_LOG_RECORD_MAX - sizeof(zx_log_record_t)];
};

// One byte stays free for a newline.
static void put(struct line* line, char character) {
    if (line->size < sizeof(line->text) - 1) {
        line->text[line->size++] = character;
    }
}

static void put_text(struct line* line, const char* text) {
    while (*text != '\0') {
        put(line, *text++);
    }
}

static void put_number(struct line* line, uint64_t value, unsigned base) {
    char digits[20];
    size_t count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (count > 0) {
        put(line, digits[--count]);
    }
}

static void put_signed(struct line* line, int64_t value) {
    if (value < 0) {
        put(line, '-');
    }
    put_number(line, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10);
}

// Names come from files and the command line. A terminal is to obey none: control characters, those of one byte and
// U+0080 to U+009F in UTF-8, are shown by their numbers.
static void put_name(struct line* line, const char* name) {
    for (bool second = false; *name != '\0'; ++name) {
        const uint8_t byte = (uint8_t)*name;
        const bool first = byte == 0xc2 && (uint8_t)name[1] >= 0x80 && (uint8_t)name[1] < 0xa0;
        if (first || second || byte < 0x20 || byte == 0x7f) {
            put_text(line, byte < 0x10 ? "\\x0" : "\\x");
            put_number(line, byte, 16);
        } else {
            put(line, *name);
        }
        second = first;
    }
}

static void format_line(struct line* line, const char* format, va_list arguments) {
    line->size = 0;
    put_text(line, "userboot: ");
    for (; *format != '\0'; ++format) {
        if (*format != '%') {
            put(line, *format);
            continue;
        }
        switch (*++format) {
        case 's':
            put_name(line, va_arg(arguments, const char*));
            break;
        case 'u':
            put_number(line, va_arg(arguments, uint64_t), 10);
            break;
        case 'x':
            put_text(line, "0x");
            put_number(line, va_arg(arguments, uint64_t), 16);
            break;
        case 'd':
            put_signed(line, va_arg(arguments, int64_t));
            break;
        case 'e':
            put_text(line, _zx_status_get_string(va_arg(arguments, zx_status_t)));
            break;
        }
    }
}

static void write_line(zx_handle_t log, struct line* line) {
    if (log != ZX_HANDLE_INVALID && _zx_debuglog_write(log, 0, line->text, line->size) == ZX_OK) {
        return;
    }
    line->text[line->size++] = '\n';
    _zx_debug_write(line->text, line->size);
}

static void write_formatted(zx_handle_t log, const char* format, va_list arguments) {
    struct line line;
    format_line(&line, format, arguments);
    write_line(log, &line);
}

void log_line(zx_handle_t log, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_formatted(log, format, arguments);
    va_end(arguments);
}

void fail(zx_handle_t log, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_formatted(log, format, arguments);
    va_end(arguments);
    _zx_process_exit(1);
}

void check(zx_handle_t log, zx_status_t status, const char* what) {
    if (status != ZX_OK) {
        fail(log, "%s: %e", what, status);
    }
}

void check_problem(zx_handle_t log, struct problem problem, const char* file) {
    if (problem.text != NULL) {
        fail(log, "%s: %s, at %x", file, problem.text, problem.offset);
    }
}

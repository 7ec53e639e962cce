#include "report.h"

#include <zircon/syscalls.h>

#include "../static/include/vdso-lookup.h"

static void put(struct report* report, char character) {
    if (report->size < sizeof(report->text) - 1) {
        report->text[report->size++] = character;
    }
}

void report_text(struct report* report, const char* text) {
    if (report->size > 0) {
        put(report, ' ');
    }
    while (*text != '\0') {
        put(report, *text++);
    }
}

static void put_digits(struct report* report, uint64_t value, unsigned base) {
    char digits[20];
    size_t count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (count > 0) {
        put(report, digits[--count]);
    }
}

void report_number(struct report* report, const char* name, uint64_t value) {
    report_text(report, name);
    put(report, '=');
    put_digits(report, value, 10);
}

void report_signed(struct report* report, const char* name, int64_t value) {
    report_text(report, name);
    put(report, '=');
    if (value < 0) {
        put(report, '-');
    }
    put_digits(report, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10);
}

void report_hex(struct report* report, const char* name, uint64_t value) {
    report_text(report, name);
    put(report, '=');
    put_digits(report, value, 16);
}

void report_end(struct report* report) {
    put(report, '\n');
    VDSO_FUNCTION(report->vdso_base, zx_debug_write)(report->text, report->size);
    report->size = 0;
}

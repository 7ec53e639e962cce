// Lines of a test program: a few words and numbers, to the console.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct report {
    uintptr_t vdso_base;
    size_t size;
    char text[512];
};

void report_text(struct report* report, const char* text);
void report_number(struct report* report, const char* name, uint64_t value);
// Negative numbers too: statuses.
void report_signed(struct report* report, const char* name, int64_t value);
void report_hex(struct report* report, const char* name, uint64_t value);
// Writes the line and begins the next.
void report_end(struct report* report);

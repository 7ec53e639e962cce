// Records of the kernel's trace, one a line: <zircon/ktrace.h>.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRACE_CPUS_MAX 64

struct trace {
    const char* bytes;
    size_t size, at;
    struct name* names; // by tag and number
    size_t name_count;
    uint64_t ticks_per_second;
    uint32_t running[TRACE_CPUS_MAX]; // the thread on each core, by the records so far
};

// Takes the names out of all the records.
void trace_open(struct trace* trace, const char* bytes, size_t size);
void trace_close(struct trace* trace);

// Prints the next record that is not a name; false if there is none.
bool trace_print_next(struct trace* trace);

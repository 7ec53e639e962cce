// The program bin/bench: runs all groups of operations, or those that are named.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/status.h>

#include "bench.h"

static int percent = 100;

static uint64_t operations;
static zx_time_t begun;

void begin(const char* name, uint64_t count) {
    printf("begin %s %lu\n", name, count);
    operations = count;
    begun = zx_clock_get_monotonic();
}

void end(void) {
    const zx_time_t passed = zx_clock_get_monotonic() - begun;
    printf("end %lu\n", (uint64_t)passed / operations);
}

void check(zx_status_t status, const char* what) {
    if (status != ZX_OK) {
        printf("bench: %s: %s\n", what, zx_status_get_string(status));
        exit(EXIT_FAILURE);
    }
}

uint64_t scaled(uint64_t count) {
    const uint64_t result = count * (uint64_t)percent / 100;
    return result == 0 ? 1 : result;
}

static const struct {
    const char* name;
    void (*run)(void);
} groups[] = {
    {"calls", bench_calls},     {"channels", bench_channels},   {"memory", bench_memory},
    {"threads", bench_threads}, {"processes", bench_processes}, {"numbers", bench_numbers},
};

static int is_chosen(const char* name, int argc, char** argv) {
    for (int i = 2; i < argc; ++i) {
        if (strcmp(argv[i], name) == 0) {
            return 1;
        }
    }
    return argc <= 2;
}

// bench [percent of the usual counts [group...]]
int main(int argc, char** argv) {
    if (argc > 1) {
        percent = atoi(argv[1]);
    }
    for (size_t i = 0; i < countof(groups); ++i) {
        if (is_chosen(groups[i].name, argc, argv)) {
            groups[i].run();
        }
    }
    return EXIT_SUCCESS;
}

// The program bin/core-tests: runs the tests that were chosen, says which failed and where, and counts.
#include <stdio.h>
#include <stdlib.h>
#include <zircon/processargs.h>
#include <zircon/status.h>

#include "test.h"

// Made by the linker around the section that TEST() fills.
extern const struct test __start_core_tests[] __LOCAL;
extern const struct test __stop_core_tests[] __LOCAL;

zx_handle_t root_resource;
zx_handle_t vdso_vmo;
zx_handle_t bootdata_vmo;
zx_handle_t vdso_variants[2];

static unsigned failures; // of the running test
static mtx_t lock;        // expectations come from several threads

static bool note(bool holds, const char* file, int line) {
    if (!holds) {
        mtx_lock(&lock);
        ++failures;
        mtx_unlock(&lock);
        const char* name = strrchr(file, '/');
        printf("    %s:%d: ", name == NULL ? file : name + 1, line);
    }
    return holds;
}

bool expect(bool condition, const char* text, const char* file, int line) {
    if (!note(condition, file, line)) {
        printf("expected %s\n", text);
    }
    return condition;
}

bool expect_equal(int64_t actual, int64_t expected, const char* actual_text, const char* expected_text,
                  const char* file, int line) {
    if (!note(actual == expected, file, line)) {
        printf("expected %s to be %s, 0x%lx, found 0x%lx\n", actual_text, expected_text, expected, actual);
    }
    return actual == expected;
}

bool expect_status(zx_status_t actual, zx_status_t expected, const char* text, const char* file, int line) {
    if (!note(actual == expected, file, line)) {
        printf("expected %s from %s, found %s\n", zx_status_get_string(expected), text, zx_status_get_string(actual));
    }
    return actual == expected;
}

// Without arguments all tests are chosen, else those whose names begin with one.
static bool is_chosen(const char* name, int argc, char** argv) {
    bool any = false;
    for (int i = 1; i < argc; ++i) {
        if (argv[i][0] != '-') {
            any = true;
            if (strncmp(name, argv[i], strlen(argv[i])) == 0) {
                return true;
            }
        }
    }
    return !any;
}

static bool has_option(const char* option, int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        if (strcmp(argv[i], option) == 0) {
            return true;
        }
    }
    return false;
}

int main(int argc, char** argv) {
    const bool list = has_option("--list", argc, argv), verbose = has_option("-v", argc, argv);
    unsigned passed = 0, failed = 0;
    root_resource = zx_take_startup_handle(PA_HND(PA_RESOURCE, 0));
    vdso_vmo = zx_take_startup_handle(PA_HND(PA_VMO_VDSO, 0));
    bootdata_vmo = zx_take_startup_handle(PA_HND(PA_VMO_BOOTDATA, 0));
    vdso_variants[0] = zx_take_startup_handle(PA_HND(PA_VMO_VDSO, 1));
    vdso_variants[1] = zx_take_startup_handle(PA_HND(PA_VMO_VDSO, 2));
    for (const struct test* test = __start_core_tests; test < __stop_core_tests; ++test) {
        if (!is_chosen(test->name, argc, argv)) {
            continue;
        }
        if (list) {
            printf("%s\n", test->name);
            continue;
        }
        if (verbose) {
            printf("%s\n", test->name);
        }
        failures = 0;
        test->run();
        if (failures > 0) {
            printf("FAILED %s\n", test->name);
            ++failed;
        } else {
            ++passed;
        }
    }
    if (!list) {
        printf("%u passed, %u failed\n", passed, failed);
    }
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

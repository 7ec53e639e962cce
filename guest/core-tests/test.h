// Tests of the kernel's ABI from user space: one function a property, with the documents of Zircon as the oracle.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <threads.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/types.h>

struct test {
    const char* name;
    void (*run)(void);
};

// Defines a test; `name` is family_property.
#define TEST(name)                                                                                         \
    static void test_##name(void);                                                                         \
    static const struct test entry_##name __attribute__((__section__("core_tests"), __used__)) = {#name, test_##name}; \
    static void test_##name(void)

// One expectation; a test passes if all of its hold. Each gives whether it does.
#define EXPECT(condition) expect((condition), #condition, __FILE__, __LINE__)
#define EXPECT_EQ(actual, expected) \
    expect_equal((int64_t)(actual), (int64_t)(expected), #actual, #expected, __FILE__, __LINE__)
#define EXPECT_STATUS(call, expected) expect_status((call), (expected), #call, __FILE__, __LINE__)
#define EXPECT_OK(call) EXPECT_STATUS(call, ZX_OK)
// What the rest of the test is no use without.
#define REQUIRE(condition)       \
    do {                         \
        if (!EXPECT(condition)) { \
            return;              \
        }                        \
    } while (0)
#define REQUIRE_OK(call)       \
    do {                       \
        if (!EXPECT_OK(call)) { \
            return;            \
        }                      \
    } while (0)

bool expect(bool condition, const char* text, const char* file, int line);
bool expect_equal(int64_t actual, int64_t expected, const char* actual_text, const char* expected_text,
                  const char* file, int line);
bool expect_status(zx_status_t actual, zx_status_t expected, const char* text, const char* file, int line);

// Handed to this program; ZX_HANDLE_INVALID if it was not.
extern zx_handle_t root_resource;
extern zx_handle_t vdso_vmo;
extern zx_handle_t bootdata_vmo;
extern zx_handle_t vdso_variants[2]; // with calls hidden, for tests

// helpers.c: short ways to what many tests need.
zx_rights_t rights_of(zx_handle_t handle);
zx_koid_t koid_of(zx_handle_t handle);
zx_signals_t signals_of(zx_handle_t handle);
zx_thread_state_t state_of(zx_handle_t thread);
// A copy with only these rights.
zx_handle_t with_rights(zx_handle_t handle, zx_rights_t rights);
// A value that is no handle, as it was closed.
zx_handle_t closed_handle(void);
zx_handle_t new_event(void);
zx_handle_t new_vmo(uint64_t size);
zx_time_t after_ms(int64_t milliseconds);
// An address where nothing is mapped.
void* bad_pointer(void);
void close_all(const zx_handle_t* handles, size_t count);
#define CLOSE(...)                                                       \
    do {                                                                 \
        const zx_handle_t closing[] = {__VA_ARGS__};                     \
        close_all(closing, sizeof(closing) / sizeof(closing[0]));        \
    } while (0)

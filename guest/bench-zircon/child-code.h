// What is copied into a child process, and what it works with.
#pragma once

#include <stddef.h>
#include <zircon/types.h>

// At the bottom of its stack: the system calls as they lie in its own vDSO.
struct child_calls {
    zx_status_t (*wait_one)(zx_handle_t, zx_signals_t, zx_time_t, zx_signals_t*);
    zx_status_t (*read)(zx_handle_t, uint32_t, void*, zx_handle_t*, uint32_t, uint32_t, uint32_t*, uint32_t*);
    zx_status_t (*write)(zx_handle_t, uint32_t, const void*, uint32_t, const zx_handle_t*, uint32_t);
    void (*exit)(int64_t);
};

// Entry points. They and nothing else are in the section, and refer to nothing outside of it.
void child_exits(zx_handle_t none, const struct child_calls* calls);
void child_echoes(zx_handle_t channel, const struct child_calls* calls);

extern const char __start_child_code[] __LOCAL;
extern const char __stop_child_code[] __LOCAL;

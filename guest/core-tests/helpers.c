#include <zircon/limits.h>

#include "test.h"

static zx_info_handle_basic_t basic_of(zx_handle_t handle) {
    zx_info_handle_basic_t info = {0};
    EXPECT_OK(zx_object_get_info(handle, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), NULL, NULL));
    return info;
}

zx_rights_t rights_of(zx_handle_t handle) { return basic_of(handle).rights; }

zx_koid_t koid_of(zx_handle_t handle) { return basic_of(handle).koid; }

zx_thread_state_t state_of(zx_handle_t thread) {
    zx_info_thread_t info = {0};
    EXPECT_OK(zx_object_get_info(thread, ZX_INFO_THREAD, &info, sizeof(info), NULL, NULL));
    return info.state;
}

zx_signals_t signals_of(zx_handle_t handle) {
    zx_signals_t signals = 0;
    zx_object_wait_one(handle, 0, ZX_TIME_INFINITE_PAST, &signals);
    return signals;
}

zx_handle_t with_rights(zx_handle_t handle, zx_rights_t rights) {
    zx_handle_t copy = ZX_HANDLE_INVALID;
    EXPECT_OK(zx_handle_duplicate(handle, rights, &copy));
    return copy;
}

zx_handle_t closed_handle(void) {
    const zx_handle_t event = new_event();
    zx_handle_close(event);
    return event;
}

zx_handle_t new_event(void) {
    zx_handle_t event = ZX_HANDLE_INVALID;
    EXPECT_OK(zx_event_create(0, &event));
    return event;
}

zx_handle_t new_vmo(uint64_t size) {
    zx_handle_t vmo = ZX_HANDLE_INVALID;
    EXPECT_OK(zx_vmo_create(size, 0, &vmo));
    return vmo;
}

zx_time_t after_ms(int64_t milliseconds) { return zx_deadline_after(milliseconds * 1000000); }

// The first page of every address space is outside of what can be mapped.
void* bad_pointer(void) { return (void*)ZX_PAGE_SIZE; }

void close_all(const zx_handle_t* handles, size_t count) { EXPECT_OK(zx_handle_close_many(handles, count)); }

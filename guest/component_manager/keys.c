#include "keys.h"

#include <launch.h>
#include <threads.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>

#include "../terminal/keys.h"

static zx_handle_t debug_resource;
static zx_handle_t ours, theirs;

// What was typed before Ctrl-C is gone with it.
static void forget(void) {
    unsigned char byte;
    while (zx_socket_read(theirs, 0, &byte, 1, NULL) == ZX_OK) {
    }
}

static void pass(char byte) {
    if (byte == KEY_INTERRUPT &&
        zx_object_wait_one(ours, KEYS_INTERRUPTS_WANTED, ZX_TIME_INFINITE_PAST, NULL) == ZX_OK) {
        forget();
        zx_object_signal(theirs, 0, KEYS_INTERRUPT);
        return;
    }
    while (zx_socket_write(ours, 0, &byte, 1, NULL) == ZX_ERR_SHOULD_WAIT) {
        zx_object_wait_one(ours, ZX_SOCKET_WRITABLE, ZX_TIME_INFINITE, NULL);
    }
}

static int pump(void* unused) {
    (void)unused;
    char bytes[64];
    for (;;) {
        size_t size = sizeof(bytes);
        if (zx_debug_read(debug_resource, bytes, &size) != ZX_OK) {
            return 1;
        }
        for (size_t i = 0; i < size; ++i) {
            pass(bytes[i]);
        }
    }
}

zx_status_t keys_start(zx_handle_t resource) {
    thrd_t thread;
    debug_resource = resource;
    const zx_status_t status = zx_socket_create(ZX_SOCKET_STREAM, &ours, &theirs);
    if (status != ZX_OK) {
        return status;
    }
    if (thrd_create_with_name(&thread, pump, NULL, "keys") != thrd_success) {
        return ZX_ERR_NO_MEMORY;
    }
    launch_precede(zx_job_default(), thrd_get_zx_handle(thread));
    thrd_detach(thread);
    return ZX_OK;
}

zx_handle_t keys_for_shell(void) {
    zx_handle_t copy = ZX_HANDLE_INVALID;
    zx_object_signal(ours, KEYS_INTERRUPTS_WANTED, 0);
    zx_object_signal(theirs, KEYS_INTERRUPT, 0);
    zx_handle_duplicate(theirs, ZX_RIGHT_SAME_RIGHTS, &copy);
    return copy;
}

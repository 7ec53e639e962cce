#include "console.h"

#include <launch.h>
#include <stdatomic.h>
#include <threads.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>

static zx_handle_t debug_resource;
static zx_handle_t ours, theirs;
static atomic_bool interruptible;

// Passes bytes on to where console_read() takes them.
static void pass(const char* bytes, size_t size) {
    for (size_t done = 0, part; done < size; done += part) {
        part = 0;
        if (zx_socket_write(theirs, 0, bytes + done, size - done, &part) == ZX_ERR_SHOULD_WAIT) {
            zx_object_wait_one(theirs, ZX_SOCKET_WRITABLE, ZX_TIME_INFINITE, NULL);
        }
    }
}

// What was typed before Ctrl-C is gone with it.
static void forget(void) {
    unsigned char byte;
    while (console_take(&byte)) {
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
            if (bytes[i] == KEY_INTERRUPT && atomic_load(&interruptible)) {
                forget();
                zx_object_signal_peer(theirs, 0, CONSOLE_INTERRUPT);
            } else {
                pass(&bytes[i], 1);
            }
        }
    }
}

bool console_start(zx_handle_t resource) {
    thrd_t thread;
    debug_resource = resource;
    if (zx_socket_create(ZX_SOCKET_STREAM, &ours, &theirs) != ZX_OK ||
        thrd_create_with_name(&thread, pump, NULL, "console") != thrd_success) {
        return false;
    }
    launch_precede(zx_job_default(), thrd_get_zx_handle(thread));
    thrd_detach(thread);
    return true;
}

bool console_take(unsigned char* byte) {
    size_t actual;
    return zx_socket_read(ours, 0, byte, 1, &actual) == ZX_OK;
}

int console_read(void) {
    unsigned char byte;
    while (!console_take(&byte)) {
        zx_object_wait_one(ours, ZX_SOCKET_READABLE, ZX_TIME_INFINITE, NULL);
    }
    return byte;
}

void console_interrupts(bool wanted) {
    atomic_store(&interruptible, wanted);
    zx_object_signal(ours, CONSOLE_INTERRUPT, 0);
}

zx_handle_t console_handle(void) { return ours; }

#include "console.h"

#include <zircon/process.h>
#include <zircon/syscalls.h>

static zx_handle_t keys;

bool console_start(void) {
    keys = zx_take_startup_handle(KEYS_HANDLE);
    return keys != ZX_HANDLE_INVALID;
}

bool console_take(unsigned char* byte) { return zx_socket_read(keys, 0, byte, 1, NULL) == ZX_OK; }

int console_read(void) {
    unsigned char byte;
    while (!console_take(&byte)) {
        zx_object_wait_one(keys, ZX_SOCKET_READABLE, ZX_TIME_INFINITE, NULL);
    }
    return byte;
}

void console_interrupts(bool wanted) {
    zx_object_signal_peer(keys, wanted ? 0 : KEYS_INTERRUPTS_WANTED, wanted ? KEYS_INTERRUPTS_WANTED : 0);
    zx_object_signal(keys, CONSOLE_INTERRUPT, 0);
}

zx_handle_t console_handle(void) { return keys; }

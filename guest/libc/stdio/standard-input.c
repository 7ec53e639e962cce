// Where the standard input comes from: the socket that was given for file 0, or else, with the root resource, the
// console. Without either it is at its end.
#include <errno.h>
#include <launch.h>
#include <string.h>
#include <unistd.h>
#include <zircon/syscalls.h>

#include "../../terminal/typed-line.h"
#include "../startup.h"
#include "stream.h"

static once_flag once = ONCE_FLAG_INIT;
static mtx_t lock;
static zx_handle_t socket;
static zx_handle_t console;

static void find_input(void) {
    socket = zx_take_startup_handle(PA_HND(PA_FDIO_SOCKET, STDIN_FILENO));
    if (socket == ZX_HANDLE_INVALID) {
        console = startup_resource();
    }
}

// Whoever has the other end of the socket hears by this signal that somebody waits for input, and may ask for it.
static long read_socket(char* data, size_t size) {
    for (;;) {
        size_t actual = 0;
        const zx_status_t status = zx_socket_read(socket, 0, data, size, &actual);
        if (status == ZX_ERR_PEER_CLOSED || status == ZX_ERR_BAD_STATE) {
            return 0;
        }
        if (status != ZX_ERR_SHOULD_WAIT) {
            errno = status == ZX_OK ? errno : EIO;
            return status == ZX_OK ? (long)actual : -1;
        }
        zx_object_signal_peer(socket, 0, LAUNCH_INPUT_WANTED);
        zx_object_wait_one(socket, ZX_SOCKET_READABLE | ZX_SOCKET_PEER_WRITE_DISABLED | ZX_SOCKET_PEER_CLOSED,
                           ZX_TIME_INFINITE, NULL);
    }
}

static void echo(const char* text, size_t size) { zx_debug_write(text, size); }

// Keys, until a line is typed; of a longer one than there is room for, the rest is for the next call.
static long read_console(char* data, size_t size) {
    static struct typed_line line;
    static size_t given;
    static char keys[16];
    static size_t key, key_count;
    while (given == 0) {
        if (key == key_count) {
            key = 0;
            key_count = sizeof(keys);
            if (zx_debug_read(console, keys, &key_count) != ZX_OK) {
                errno = EIO;
                return -1;
            }
        }
        const enum typed_result result = key < key_count ? typed_line_key(&line, (unsigned char)keys[key++], echo)
                                                         : TYPED_MORE;
        if (result == TYPED_END) {
            return 0;
        }
        if (result == TYPED_READY) {
            break;
        }
    }
    const size_t part = line.size - given < size ? line.size - given : size;
    memcpy(data, line.text + given, part);
    given += part;
    if (given == line.size) {
        given = line.size = 0;
    }
    return (long)part;
}

long standard_input(char* data, size_t size) {
    call_once(&once, find_input);
    mtx_lock(&lock);
    const long result = socket != ZX_HANDLE_INVALID    ? read_socket(data, size)
                        : console != ZX_HANDLE_INVALID ? read_console(data, size)
                                                       : 0;
    mtx_unlock(&lock);
    return result;
}

ssize_t read(int file, void* data, size_t size) {
    if (file != STDIN_FILENO) {
        errno = EBADF;
        return -1;
    }
    return size == 0 ? 0 : standard_input(data, size);
}

int isatty(int file) {
    call_once(&once, find_input);
    if (file < STDIN_FILENO || file > STDERR_FILENO) {
        errno = EBADF;
        return 0;
    }
    return file != STDIN_FILENO || socket != ZX_HANDLE_INVALID || console != ZX_HANDLE_INVALID;
}

// Random bytes, in pieces that the kernel draws at once.
#include "vdso.h"

__EXPORT void _zx_cprng_draw(void* buffer, size_t buffer_size) {
    char* at = buffer;
    while (buffer_size > 0) {
        const size_t size = buffer_size < ZX_CPRNG_DRAW_MAX_LEN ? buffer_size : ZX_CPRNG_DRAW_MAX_LEN;
        // Only a bad pointer fails, and nobody would look at a status.
        if (syscall_cprng_draw_once(at, size) != ZX_OK) {
            __builtin_trap();
        }
        at += size;
        buffer_size -= size;
    }
}
VDSO_EXPORT(cprng_draw);

// The first user process. Its code is entered by the kernel with the bootstrap channel and the vDSO's base.
#include <zircon/syscalls.h>

__EXPORT __NO_RETURN void _start(zx_handle_t bootstrap, uintptr_t vdso_base) {
    (void)vdso_base;
    static const char line[] = "userboot: started\n";
    zx_debug_write(line, sizeof(line) - 1);
    zx_handle_close(bootstrap);
    zx_process_exit(0);
}

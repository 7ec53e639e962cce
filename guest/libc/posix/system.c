// What unistd.h and sched.h say of the system.
#include <errno.h>
#include <sched.h>
#include <unistd.h>
#include <zircon/compiler.h>
#include <zircon/limits.h>
#include <zircon/syscalls.h>

long sysconf(int name) {
    switch (name) {
        case _SC_PAGESIZE: return ZX_PAGE_SIZE;
        case _SC_NPROCESSORS_CONF:
        case _SC_NPROCESSORS_ONLN: return zx_system_get_num_cpus();
        case _SC_PHYS_PAGES: return (long)(zx_system_get_physmem() / ZX_PAGE_SIZE);
        case _SC_CLK_TCK: return 100;
        default: errno = EINVAL; return -1;
    }
}

int sched_yield(void) {
    zx_nanosleep(0);
    return 0;
}

// What __builtin___clear_cache() is: of instructions that have been written.
__EXPORT void __clear_cache(void* start, void* end) {
    zx_cache_flush(start, (size_t)((char*)end - (char*)start), ZX_CACHE_FLUSH_DATA | ZX_CACHE_FLUSH_INSN);
}

int getpagesize(void) { return ZX_PAGE_SIZE; }

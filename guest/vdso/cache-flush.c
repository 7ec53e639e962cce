// Cache maintenance by address, to the points that the Arm ARM names for it (D4.4, "Caches and branch predictors").
#include "vdso.h"

#define FOR_EACH_LINE(addr, size, line_size, instruction)                                                    \
    for (uintptr_t line = (addr) & -(uintptr_t)(line_size), end = (addr) + (size); line < end;               \
         line += (line_size)) {                                                                              \
        __asm__ volatile(instruction ", %0" : : "r"(line) : "memory");                                       \
    }

__EXPORT zx_status_t _zx_cache_flush(const void* addr, size_t size, uint32_t options) {
    switch (options) {
    case ZX_CACHE_FLUSH_INSN:
    case ZX_CACHE_FLUSH_DATA:
    case ZX_CACHE_FLUSH_DATA | ZX_CACHE_FLUSH_INSN:
    case ZX_CACHE_FLUSH_DATA | ZX_CACHE_FLUSH_INVALIDATE:
    case ZX_CACHE_FLUSH_DATA | ZX_CACHE_FLUSH_INVALIDATE | ZX_CACHE_FLUSH_INSN:
        break;
    default:
        return ZX_ERR_INVALID_ARGS;
    }
    const uintptr_t start = (uintptr_t)addr;
    const uintptr_t dcache_line = vdso_constants.dcache_line_size;
    const uintptr_t icache_line = vdso_constants.icache_line_size;

    if (options & ZX_CACHE_FLUSH_INVALIDATE) {
        FOR_EACH_LINE(start, size, dcache_line, "dc civac")
    } else if (options & ZX_CACHE_FLUSH_DATA) {
        FOR_EACH_LINE(start, size, dcache_line, "dc cvac")
    } else {
        FOR_EACH_LINE(start, size, dcache_line, "dc cvau")
    }
    __asm__ volatile("dsb ish" : : : "memory");

    if (options & ZX_CACHE_FLUSH_INSN) {
        FOR_EACH_LINE(start, size, icache_line, "ic ivau")
        __asm__ volatile("dsb ish\n\tisb" : : : "memory");
    }
    return ZX_OK;
}
VDSO_EXPORT(cache_flush);

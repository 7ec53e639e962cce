// What the system is: constants that the kernel wrote at boot.
#include <zircon/features.h>

#include "vdso.h"

__EXPORT uint32_t _zx_system_get_dcache_line_size(void) {
    return vdso_constants.dcache_line_size;
}
VDSO_EXPORT(system_get_dcache_line_size);

__EXPORT uint32_t _zx_system_get_num_cpus(void) {
    return vdso_constants.max_num_cpus;
}
VDSO_EXPORT(system_get_num_cpus);

__EXPORT uint64_t _zx_system_get_physmem(void) {
    return vdso_constants.physmem;
}
VDSO_EXPORT(system_get_physmem);

__EXPORT zx_status_t _zx_system_get_features(uint32_t kind, uint32_t* features) {
    if (kind != ZX_FEATURE_KIND_CPU) {
        return ZX_ERR_NOT_SUPPORTED;
    }
    *features = vdso_constants.features_cpu;
    return ZX_OK;
}
VDSO_EXPORT(system_get_features);

__EXPORT zx_status_t _zx_system_get_version(char* version, size_t version_size) {
    const char* text = vdso_constants.version_string;
    size_t size = 1;
    while (text[size - 1] != '\0') {
        ++size;
    }
    if (version_size < size) {
        return ZX_ERR_BUFFER_TOO_SMALL;
    }
    for (size_t i = 0; i < size; ++i) {
        // One byte at a time, by itself: the compiler must not make a call to memcpy of this.
        *(volatile char*)&version[i] = text[i];
    }
    return ZX_OK;
}
VDSO_EXPORT(system_get_version);

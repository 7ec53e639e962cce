// The name of a status, from the vDSO.
#pragma once

#include <zircon/types.h>

__BEGIN_CDECLS

// "ZX_OK", "ZX_ERR_..." or "(UNKNOWN)"; constant, never null.
const char* zx_status_get_string(zx_status_t status);
const char* _zx_status_get_string(zx_status_t status);

__END_CDECLS

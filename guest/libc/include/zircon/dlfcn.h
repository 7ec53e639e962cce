// The dynamic linker's loader service.
#pragma once

#include <libc-export.h>
#include <zircon/types.h>

LIBC_BEGIN

// Gives the dynamic linker another loader service, and the caller the old one. ZX_HANDLE_INVALID for none.
zx_handle_t dl_set_loader_service(zx_handle_t service);

// A new channel to the same service, for another process.
zx_status_t dl_clone_loader_service(zx_handle_t* out);

LIBC_END

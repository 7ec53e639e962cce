// The client's side of the loader service, docs/program_loading.md and <ldmsg/ldmsg.h>.
#pragma once

#include <zircon/types.h>

// Asks for a shared library, or for a program interpreter, by name.
zx_status_t loader_load_object(zx_handle_t service, const char* name, zx_handle_t* vmo);

// Asks for another channel to the same service.
zx_status_t loader_clone(zx_handle_t service, zx_handle_t* channel);

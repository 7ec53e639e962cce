// The keyboard: bytes of the kernel's console, read by a thread of its own, for the shells. ../terminal/keys.h.
#pragma once

#include <zircon/types.h>

// Starts the thread.
zx_status_t keys_start(zx_handle_t resource);

// The shells' end of the keys, for the next one: Ctrl-C is a byte again.
zx_handle_t keys_for_shell(void);

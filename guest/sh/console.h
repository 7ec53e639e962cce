// The keyboard: bytes of the kernel's console, read by a thread of its own so that waiting for a program and for a key
// can be one wait.
#pragma once

#include <stdbool.h>
#include <zircon/types.h>

#define KEY_INTERRUPT 3 // Ctrl-C

// Starts the thread.
bool console_start(zx_handle_t resource);

// The next byte; waits for it.
int console_read(void);

// Readable while bytes wait.
zx_handle_t console_handle(void);

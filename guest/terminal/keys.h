// Keys of the console, from the component manager to its shell: a socket, given as KEYS_HANDLE. It is the same for each
// shell, so that what one has not read is for the next.
#pragma once

#include <zircon/processargs.h>
#include <zircon/types.h>

#define KEYS_HANDLE PA_HND(PA_USER0, 0)

#define KEY_INTERRUPT 3 // Ctrl-C

// Raised on the component manager's end: Ctrl-C is to be no byte but the signal KEYS_INTERRUPT on the shell's end.
#define KEYS_INTERRUPTS_WANTED ZX_USER_SIGNAL_0
#define KEYS_INTERRUPT ZX_USER_SIGNAL_0

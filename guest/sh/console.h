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

// The next byte, if there is one: none may be left where there was one, as Ctrl-C takes with it what was typed before.
bool console_take(unsigned char* byte);

// While it is wanted, Ctrl-C is no byte but the signal CONSOLE_INTERRUPT on the console's handle, which goes away here.
#define CONSOLE_INTERRUPT ZX_USER_SIGNAL_0
void console_interrupts(bool wanted);

// Readable when there is a byte; it is signalled for the above.
zx_handle_t console_handle(void);
#define CONSOLE_READABLE ZX_SOCKET_READABLE

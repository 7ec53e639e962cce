// The keyboard: keys that the component manager reads from the kernel's console, in a socket, so that waiting for a
// program and for a key can be one wait. ../terminal/keys.h.
#pragma once

#include <stdbool.h>
#include <zircon/types.h>

#include "../terminal/keys.h"

// Takes the keys that this program was given; false if it was given none.
bool console_start(void);

// The next byte; waits for it.
int console_read(void);

// The next byte, if there is one: none may be left where there was one, as Ctrl-C takes with it what was typed before.
bool console_take(unsigned char* byte);

// While it is wanted, Ctrl-C is no byte but the signal CONSOLE_INTERRUPT on the console's handle, which goes away here.
#define CONSOLE_INTERRUPT KEYS_INTERRUPT
void console_interrupts(bool wanted);

// Readable when there is a byte; it is signalled for the above.
zx_handle_t console_handle(void);
#define CONSOLE_READABLE ZX_SOCKET_READABLE

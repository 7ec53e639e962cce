// The end of a program that cannot be started: one line in the debug log, exit status -1.
#pragma once

#include <zircon/types.h>

extern zx_handle_t log_handle;

_Noreturn void fatal(const char* format, ...) __attribute__((__format__(__printf__, 1, 2)));

// One line about what the dynamic linker does.
void note(const char* format, ...) __attribute__((__format__(__printf__, 1, 2)));

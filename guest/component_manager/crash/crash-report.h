// What is known of a thread that is in an exception, on the console.
#pragma once

#include <zircon/types.h>

void print_crash_report(zx_handle_t process, zx_handle_t thread, uint32_t exception);

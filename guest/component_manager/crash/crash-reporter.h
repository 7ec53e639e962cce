// Tells of programs that crash, before the kernel ends them: docs/exceptions.md, "Exception handlers".
#pragma once

#include <zircon/types.h>

// Starts a thread that hears of the exceptions of all processes in `job` and below that nobody else handles.
void crash_reporter_start(zx_handle_t job);

// Who called whom, from the registers of a thread on: by frame pointers. AAPCS64, 6.4.6 "The Frame Pointer".
#pragma once

#include <zircon/syscalls/debug.h>
#include <zircon/types.h>

#include "modules.h"

void backtrace_print(zx_handle_t process, const zx_thread_state_general_regs_t* registers,
                     const struct modules* modules);

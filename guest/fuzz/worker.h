// A process that makes random system calls with several threads.
// Hidden throughout: nobody relocates a program without a library.
#pragma once

#include <stdint.h>
#include <zircon/types.h>

// In its first message: process, thread, root VMAR, job, vDSO.
enum { WORKER_HANDLES = 5 };

__LOCAL __NO_RETURN void worker_entry(zx_handle_t bootstrap, uintptr_t vdso_base);

// Where the stack of a worker's thread begins.
__LOCAL uintptr_t worker_stack_top(uint32_t thread);

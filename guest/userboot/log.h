// Userboot's words: one line each, to the kernel's debug log, or to the console before that is open.
#pragma once

#include <zircon/compiler.h>
#include <zircon/types.h>

#include "problem.h"

// Formats: %s string, %u decimal (uint64_t), %x hexadecimal (uint64_t), %d decimal (int64_t), %e name of a status
// (zx_status_t). A line that is too long is cut.
void log_line(zx_handle_t log, const char* format, ...);

// Says what went wrong and ends userboot with status 1.
__NO_RETURN void fail(zx_handle_t log, const char* format, ...);

// Fails with `what` and the status's name unless it is ZX_OK.
void check(zx_handle_t log, zx_status_t status, const char* what);

// Fails with the name of the file and the problem, if there is one.
void check_problem(zx_handle_t log, struct problem problem, const char* file);

// Starts programs in new processes, as Zircon's docs/program_loading.md says.
#pragma once

#include <libc-export.h>
#include <stddef.h>
#include <zircon/types.h>

LIBC_BEGIN

// A program's standard input is a socket, given as PA_HND(PA_FDIO_SOCKET, 0). A program that finds it empty raises this
// signal on the other end before it waits, so that a terminal knows when keys are for the program.
#define LAUNCH_INPUT_WANTED ZX_USER_SIGNAL_0

typedef struct launch {
    const char* name;              // of the process
    zx_handle_t job;               // borrowed: where the process goes
    zx_handle_t executable;        // consumed: VMO of an ELF file, readable and executable
    zx_handle_t vdso;              // borrowed: VMO of the vDSO
    zx_handle_t loader;            // consumed: loader service; may be ZX_HANDLE_INVALID for a static program
    size_t argument_count;
    const char* const* arguments;
    size_t environment_count;
    const char* const* environment;
    size_t name_count;
    const char* const* names;      // that PA_NS_ handles refer to
    size_t handle_count;
    const zx_handle_t* handles;    // consumed, with one info each
    const uint32_t* handle_infos;
} launch_t;

// Starts the program and returns its process. The handles marked as consumed are gone in any case; on failure *what is
// one line that says what went wrong.
zx_status_t launch(const launch_t* request, zx_handle_t* process, const char** what);

// Has a thread run before those of all programs that ask for nothing, however many and busy they are. Only the root job,
// `job`, gives the right to that.
zx_status_t launch_precede(zx_handle_t job, zx_handle_t thread);

LIBC_END

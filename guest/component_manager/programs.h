// Programs that the component manager starts: the shell, and services.
#pragma once

#include <stddef.h>
#include <zircon/types.h>

// What the kernel handed out, to be handed on.
extern zx_handle_t root_resource;
extern zx_handle_t vdso;

// Starts a program of the boot image in `job`, with /boot, /svc and the root resource. `infos` and `handles` are given
// to it besides, and are gone in any case. On failure *what says in one line what was expected.
zx_status_t program_start(const char* path, zx_handle_t job, size_t count, const uint32_t* infos,
                          const zx_handle_t* handles, zx_handle_t* process, const char** what);

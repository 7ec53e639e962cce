// A debugger's session with a process of mini.h. docs/exceptions.md.
#pragma once

#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/port.h>

#include "mini.h"

#define OFFSET(place) ((uintptr_t)((place) - mini_begin))
#define INSTRUCTION 4
// Of the packets at the session's port.
#define SESSION_KEY 77

struct session {
    struct mini mini;
    zx_handle_t port;
    zx_handle_t token; // while it is suspended
};

// A process with a debugger, in the exception of its start; it is to begin at a place in mini.S.
bool session_attach(struct session* session, const char* place, zx_handle_t argument);
// The same, suspended before its first instruction: there it has registers.
bool session_attach_at_entry(struct session* session, const char* place, zx_handle_t argument);
// Closes the port, kills the process if need be.
void session_detach(const struct session* session);

// The next exception of the thread; 0 if none comes.
uint32_t wait_exception(const struct session* session);
// Resumes the thread from its suspension, or from its exception.
void go_on(struct session* session);
zx_thread_state_general_regs_t registers_of(const struct session* session);
void set_registers(const struct session* session, zx_thread_state_general_regs_t registers);
void set_stepping(const struct session* session, zx_thread_state_single_step_t value);
zx_thread_state_t session_state(const struct session* session);

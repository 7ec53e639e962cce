// Processes with a thread and next to nothing else: a stack, the vDSO and a page of code (mini.S).
#pragma once

#include "test.h"

struct mini {
    zx_handle_t process, vmar, thread;
    zx_vaddr_t code; // of mini_begin in it; the script lies MINI_SCRIPT behind
    zx_vaddr_t stack_top;
    zx_vaddr_t vdso;
};

// What a process that runs a script does: calls, one after the other. A script ends with a call that does not return.
struct mini_call {
    void* function; // of this process's vDSO; the child's is called
    uint64_t first; // MINI_ARGUMENT, MINI_RESULT, or 0: what the first argument is
    uint64_t arguments[6];
};

enum { MINI_PLAIN, MINI_ARGUMENT /* the handle that it was started with */, MINI_RESULT /* of the call before */ };

// Offset of the script in the page of code.
#define MINI_SCRIPT 2048
#define MINI_CALLS_MAX 16

// Places in mini.S where a process can start.
extern const char mini_begin[], mini_end[];
extern const char mini_run[];         // the script
extern const char mini_loop[];        // for ever
extern const char mini_read[];        // reads address 0x2000
extern const char mini_write[];       // writes to its own code
extern const char mini_execute[];     // jumps into its stack
extern const char mini_undefined[];   // an instruction that there is not
extern const char mini_breakpoint[];  // brk
extern const char mini_unaligned[];   // a load-acquire from an odd address
extern const char mini_count[];       // counts in x2, at each turn of three instructions; the count is stored to sp-16
extern const char mini_system_call[]; // svc of its own, number in the handle argument

// Makes the process in a job, everything mapped, not started.
bool mini_create(struct mini* mini, zx_handle_t job);
// Puts a script in.
void mini_script(const struct mini* mini, const struct mini_call* calls, size_t count);
// Starts it at a place in mini.S with a handle, which it then owns.
zx_status_t mini_start(const struct mini* mini, const char* place, zx_handle_t argument);
// Waits until it has ended, at most five seconds; returns its return code.
int64_t mini_join(const struct mini* mini);
// Kills it if need be, and closes the handles.
void mini_close(const struct mini* mini);
// All of it: runs a script in a process in the default job and returns the return code.
int64_t mini_execute_script(const struct mini_call* calls, size_t count, zx_handle_t argument);

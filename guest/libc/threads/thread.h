// A thread's own memory. TPIDR_EL0 points at its end, as the variant I layout of TLS wants it on arm64:
//
//     struct thread | TCB (16 bytes) | TLS blocks of the program and its libraries
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <threads.h>
#include <zircon/tls.h>
#include <zircon/types.h>

enum thread_state { THREAD_JOINABLE, THREAD_DETACHED, THREAD_EXITING, THREAD_DONE };

struct thread {
    zx_handle_t handle;
    zx_futex_t state;
    union {
        thrd_start_t c11;
        void* (*posix)(void* argument);
    } start;
    void* argument;
    intptr_t result; // of what `start` is: an int or a pointer
    // The region that holds everything below.
    zx_vaddr_t region;
    size_t region_size;
    uintptr_t stack_top;
    // Where calls return to, for code built with -fsanitize=shadow-call-stack; x18 points into it.
    uintptr_t shadow_stack;
    void** specifics; // TSS_MAX values, or null
    struct thread_destructor* destructors; // of the thread's C++ objects
    bool is_posix;
    int error; // errno
    // At fixed distances from TPIDR_EL0, <zircon/tls.h>.
    uintptr_t stack_guard;
    uintptr_t unsafe_stack;
};

_Static_assert(offsetof(struct thread, stack_guard) - sizeof(struct thread) == (size_t)ZX_TLS_STACK_GUARD_OFFSET,
               "the stack guard is where compilers look for it");
_Static_assert(offsetof(struct thread, unsafe_stack) - sizeof(struct thread) == (size_t)ZX_TLS_UNSAFE_SP_OFFSET,
               "the unsafe stack pointer is where compilers look for it");

// Keys of tss_create.
#define TSS_MAX 128

static inline struct thread* thread_self(void) { return (struct thread*)__builtin_thread_pointer() - 1; }

// Memory for a thread: stacks, struct and TLS blocks; null if there is none.
struct thread* thread_allocate(size_t stack_size);

// Gives back what thread_allocate gave; the thread must not run (any more).
void thread_free(struct thread* thread);

// Makes `thread` the running thread's own, and goes on with `function` on its stack.
_Noreturn void thread_switch_to(struct thread* thread, void (*function)(void));

// Starts a thread of which name, start function and argument are set; a thrd_ result.
int thread_start(struct thread* thread, const char* name);

// Ends the running thread.
_Noreturn void thread_exit(intptr_t result);

// Calls the destructors of the running thread's objects, the last one made first.
void thread_end_destructors(void);

// Calls the destructors of the running thread's specifics.
void thread_end_specifics(struct thread* thread);

// Waits until the thread has ended, and gives its memory back; a thrd_ result.
int thread_join(struct thread* thread, intptr_t* result);

// Where threads that thread_start() starts begin: sets TPIDR_EL0 and x18, then calls thread_main.
void thread_entry(struct thread* thread);

// C11, 7.26.5.
#include "thread.h"

#include <stdatomic.h>
#include <string.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>

#include "../startup.h"

size_t default_stack_size = 256 * 1024;

_Noreturn void thread_main(struct thread* thread);

static int futex_load(const zx_futex_t* futex) { return __atomic_load_n((const int*)futex, __ATOMIC_ACQUIRE); }

static bool state_change(struct thread* thread, int from, int to) {
    return __atomic_compare_exchange_n((int*)&thread->state, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

_Noreturn void thread_main(struct thread* thread) {
    void* argument = thread->argument;
    thread_exit(thread->is_posix ? (intptr_t)thread->start.posix(argument) : thread->start.c11(argument));
}

int thread_start(struct thread* thread, const char* name) {
    if (zx_thread_create(zx_process_self(), name, strlen(name), 0, &thread->handle) != ZX_OK) {
        thread_free(thread);
        return thrd_error;
    }
    const uintptr_t entry = (uintptr_t)thread_entry;
    if (zx_thread_start(thread->handle, entry, thread->stack_top, (uintptr_t)thread, 0) != ZX_OK) {
        zx_handle_close(thread->handle);
        thread_free(thread);
        return thrd_error;
    }
    return thrd_success;
}

int thrd_create_with_name(thrd_t* out, thrd_start_t start, void* argument, const char* name) {
    struct thread* thread = thread_allocate(default_stack_size);
    if (thread == NULL) {
        return thrd_nomem;
    }
    thread->start.c11 = start;
    thread->argument = argument;
    *out = thread;
    return thread_start(thread, name);
}

int thrd_create(thrd_t* out, thrd_start_t start, void* argument) {
    return thrd_create_with_name(out, start, argument, "thread");
}

void thread_exit(intptr_t result) {
    struct thread* thread = thread_self();
    thread_end_destructors();
    thread_end_specifics(thread);
    thread->result = result;
    // A thread's own memory goes before it does: only the vDSO can leave without a stack.
    if (state_change(thread, THREAD_JOINABLE, THREAD_EXITING)) {
        zx_futex_wake_handle_close_thread_exit(&thread->state, UINT32_MAX, THREAD_DONE, thread->handle);
    }
    zx_vmar_unmap_handle_close_thread_exit(zx_vmar_root_self(), thread->region, thread->region_size, thread->handle);
    __builtin_trap();
}

void thrd_exit(int result) { thread_exit(result); }

int thread_join(struct thread* thread, intptr_t* result) {
    for (int state; (state = futex_load(&thread->state)) != THREAD_DONE;) {
        if (state == THREAD_DETACHED) {
            return thrd_error;
        }
        zx_futex_wait(&thread->state, state, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
    }
    *result = thread->result;
    thread_free(thread);
    return thrd_success;
}

int thrd_join(thrd_t thread, int* result) {
    intptr_t value = 0;
    const int joined = thread_join(thread, &value);
    if (result != NULL) {
        *result = (int)value;
    }
    return joined;
}

int thrd_detach(thrd_t thread) {
    if (state_change(thread, THREAD_JOINABLE, THREAD_DETACHED)) {
        return thrd_success;
    }
    return thrd_join(thread, NULL); // it is on its way out
}

thrd_t thrd_current(void) { return thread_self(); }

int thrd_equal(thrd_t left, thrd_t right) { return left == right; }

void thrd_yield(void) { zx_nanosleep(0); }

int thrd_sleep(const struct timespec* duration, struct timespec* remaining) {
    zx_nanosleep(zx_deadline_after(duration->tv_sec * 1000000000L + duration->tv_nsec));
    if (remaining != NULL) {
        *remaining = (struct timespec){0, 0};
    }
    return 0;
}

zx_handle_t thrd_get_zx_handle(thrd_t thread) { return thread->handle; }

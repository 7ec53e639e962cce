// What C++ code without a standard library calls. Itanium C++ ABI, 2.3.3, 3.2.6, 3.3.3, 3.3.5; operators new and delete.
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>
#include <zircon/compiler.h>

#include "../threads/thread.h"

__EXPORT _Noreturn void __cxa_pure_virtual(void) {
    fprintf(stderr, "libc: a pure virtual function was called\n");
    abort();
}

__EXPORT void __cxa_deleted_virtual(void) __ALIAS("__cxa_pure_virtual");

// Guards of static variables in functions: the first byte says whether the variable is there, the second that a thread
// makes it.
static mtx_t lock = {.type = mtx_recursive};
static cnd_t changed;

__EXPORT int __cxa_guard_acquire(char* guard) {
    mtx_lock(&lock);
    while (guard[1] != 0) {
        cnd_wait(&changed, &lock);
    }
    const int mine = guard[0] == 0;
    guard[1] = (char)mine;
    mtx_unlock(&lock);
    return mine;
}

static void finish(char* guard, char done) {
    mtx_lock(&lock);
    __atomic_store_n(&guard[0], done, __ATOMIC_RELEASE);
    guard[1] = 0;
    cnd_broadcast(&changed);
    mtx_unlock(&lock);
}

__EXPORT void __cxa_guard_release(char* guard) { finish(guard, 1); }
__EXPORT void __cxa_guard_abort(char* guard) { finish(guard, 0); }

// Destructors of thread_local variables run when their thread ends.
struct thread_destructor {
    struct thread_destructor* next;
    void (*function)(void*);
    void* argument;
};

__EXPORT int __cxa_thread_atexit(void (*function)(void*), void* argument, void* object) {
    struct thread* thread = thread_self();
    struct thread_destructor* entry = malloc(sizeof(*entry));
    (void)object; // nothing is unloaded before the end
    if (entry == NULL) {
        return -1;
    }
    *entry = (struct thread_destructor){thread->destructors, function, argument};
    thread->destructors = entry;
    return 0;
}

void thread_end_destructors(void) {
    struct thread* thread = thread_self();
    for (struct thread_destructor* entry; (entry = thread->destructors) != NULL; free(entry)) {
        thread->destructors = entry->next;
        entry->function(entry->argument);
    }
}

// std::terminate()
__EXPORT _Noreturn void _ZSt9terminatev(void) { abort(); }

static void* try_allocate(size_t size, size_t alignment) { return aligned_alloc(alignment, size == 0 ? 1 : size); }

static void* allocate(size_t size, size_t alignment) {
    void* memory = try_allocate(size, alignment);
    if (memory == NULL) {
        fprintf(stderr, "libc: out of memory in operator new\n");
        abort();
    }
    return memory;
}

__EXPORT void* _Znwm(size_t size) { return allocate(size, 16); }
__EXPORT void* _Znam(size_t size) { return allocate(size, 16); }
__EXPORT void* _ZnwmSt11align_val_t(size_t size, size_t alignment) { return allocate(size, alignment); }
__EXPORT void* _ZnamSt11align_val_t(size_t size, size_t alignment) { return allocate(size, alignment); }
__EXPORT void _ZdlPv(void* memory) { free(memory); }
__EXPORT void _ZdaPv(void* memory) { free(memory); }
__EXPORT void _ZdlPvm(void* memory, size_t size) { (void)size, free(memory); }
__EXPORT void _ZdaPvm(void* memory, size_t size) { (void)size, free(memory); }
__EXPORT void _ZdlPvSt11align_val_t(void* memory, size_t alignment) { (void)alignment, free(memory); }
__EXPORT void _ZdaPvSt11align_val_t(void* memory, size_t alignment) { (void)alignment, free(memory); }
__EXPORT void _ZdlPvmSt11align_val_t(void* memory, size_t size, size_t alignment) {
    (void)size, (void)alignment, free(memory);
}
__EXPORT void _ZdaPvmSt11align_val_t(void* memory, size_t size, size_t alignment) {
    (void)size, (void)alignment, free(memory);
}

// With std::nothrow: null if there is no memory.
__EXPORT const char _ZSt7nothrow = 0;
__EXPORT void* _ZnwmRKSt9nothrow_t(size_t size, const void* nothrow) { return (void)nothrow, try_allocate(size, 16); }
__EXPORT void* _ZnamRKSt9nothrow_t(size_t size, const void* nothrow) { return (void)nothrow, try_allocate(size, 16); }
__EXPORT void* _ZnwmSt11align_val_tRKSt9nothrow_t(size_t size, size_t alignment, const void* nothrow) {
    return (void)nothrow, try_allocate(size, alignment);
}
__EXPORT void* _ZnamSt11align_val_tRKSt9nothrow_t(size_t size, size_t alignment, const void* nothrow) {
    return (void)nothrow, try_allocate(size, alignment);
}
__EXPORT void _ZdlPvRKSt9nothrow_t(void* memory, const void* nothrow) { (void)nothrow, free(memory); }
__EXPORT void _ZdaPvRKSt9nothrow_t(void* memory, const void* nothrow) { (void)nothrow, free(memory); }
__EXPORT void _ZdlPvSt11align_val_tRKSt9nothrow_t(void* memory, size_t alignment, const void* nothrow) {
    (void)alignment, (void)nothrow, free(memory);
}
__EXPORT void _ZdaPvSt11align_val_tRKSt9nothrow_t(void* memory, size_t alignment, const void* nothrow) {
    (void)alignment, (void)nothrow, free(memory);
}

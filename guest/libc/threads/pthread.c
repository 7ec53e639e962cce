// POSIX threads are C11's under other names, with results from errno.h.
#include <errno.h>
#include <pthread.h>

#include "../startup.h"
#include "thread.h"

static int error_of(int result) {
    switch (result) {
        case thrd_success: return 0;
        case thrd_nomem: return EAGAIN;
        case thrd_timedout: return ETIMEDOUT;
        case thrd_busy: return EBUSY;
        default: return EINVAL;
    }
}

int pthread_attr_init(pthread_attr_t* attributes) {
    *attributes = (pthread_attr_t){0};
    return 0;
}

int pthread_attr_destroy(pthread_attr_t* attributes) {
    (void)attributes;
    return 0;
}

int pthread_attr_setdetachstate(pthread_attr_t* attributes, int state) {
    if (state != PTHREAD_CREATE_JOINABLE && state != PTHREAD_CREATE_DETACHED) {
        return EINVAL;
    }
    attributes->detached = state;
    return 0;
}

int pthread_attr_setstacksize(pthread_attr_t* attributes, size_t size) {
    if (size < PTHREAD_STACK_MIN) {
        return EINVAL;
    }
    attributes->stack_size = size;
    return 0;
}

int pthread_create(pthread_t* __restrict out, const pthread_attr_t* __restrict attributes, void* (*start)(void*),
                   void* __restrict argument) {
    const bool sized = attributes != NULL && attributes->stack_size != 0;
    struct thread* thread = thread_allocate(sized ? attributes->stack_size : default_stack_size);
    if (thread == NULL) {
        return EAGAIN;
    }
    thread->is_posix = true;
    thread->start.posix = start;
    thread->argument = argument;
    if (attributes != NULL && attributes->detached == PTHREAD_CREATE_DETACHED) {
        thread->state = THREAD_DETACHED;
    }
    *out = thread;
    return thread_start(thread, "pthread") == thrd_success ? 0 : EAGAIN;
}

int pthread_join(pthread_t thread, void** result) {
    intptr_t value = 0;
    if (thread == thread_self()) {
        return EDEADLK;
    }
    const int joined = thread_join(thread, &value);
    if (result != NULL) {
        *result = (void*)value;
    }
    return error_of(joined);
}

int pthread_detach(pthread_t thread) { return error_of(thrd_detach(thread)); }
void pthread_exit(void* result) { thread_exit((intptr_t)result); }
pthread_t pthread_self(void) { return thread_self(); }
int pthread_equal(pthread_t left, pthread_t right) { return left == right; }

int pthread_mutexattr_init(pthread_mutexattr_t* attributes) {
    *attributes = PTHREAD_MUTEX_DEFAULT;
    return 0;
}

int pthread_mutexattr_settype(pthread_mutexattr_t* attributes, int type) {
    if (type != PTHREAD_MUTEX_NORMAL && type != PTHREAD_MUTEX_RECURSIVE) {
        return EINVAL;
    }
    *attributes = type;
    return 0;
}

int pthread_mutexattr_destroy(pthread_mutexattr_t* attributes) {
    (void)attributes;
    return 0;
}

int pthread_mutex_init(pthread_mutex_t* __restrict mutex, const pthread_mutexattr_t* __restrict attributes) {
    return error_of(mtx_init(mutex, attributes == NULL ? mtx_plain : *attributes));
}

int pthread_mutex_destroy(pthread_mutex_t* mutex) {
    mtx_destroy(mutex);
    return 0;
}

int pthread_mutex_lock(pthread_mutex_t* mutex) { return error_of(mtx_lock(mutex)); }
int pthread_mutex_trylock(pthread_mutex_t* mutex) { return error_of(mtx_trylock(mutex)); }
int pthread_mutex_timedlock(pthread_mutex_t* __restrict mutex, const struct timespec* __restrict deadline) {
    return error_of(mtx_timedlock(mutex, deadline));
}
int pthread_mutex_unlock(pthread_mutex_t* mutex) { return error_of(mtx_unlock(mutex)); }

int pthread_cond_init(pthread_cond_t* __restrict condition, const pthread_condattr_t* __restrict attributes) {
    (void)attributes;
    return error_of(cnd_init(condition));
}

int pthread_cond_destroy(pthread_cond_t* condition) {
    cnd_destroy(condition);
    return 0;
}

int pthread_cond_wait(pthread_cond_t* __restrict condition, pthread_mutex_t* __restrict mutex) {
    return error_of(cnd_wait(condition, mutex));
}
int pthread_cond_timedwait(pthread_cond_t* __restrict condition, pthread_mutex_t* __restrict mutex,
                           const struct timespec* __restrict deadline) {
    return error_of(cnd_timedwait(condition, mutex, deadline));
}
int pthread_cond_signal(pthread_cond_t* condition) { return error_of(cnd_signal(condition)); }
int pthread_cond_broadcast(pthread_cond_t* condition) { return error_of(cnd_broadcast(condition)); }

int pthread_once(pthread_once_t* flag, void (*function)(void)) {
    call_once(flag, function);
    return 0;
}

int pthread_key_create(pthread_key_t* key, void (*destructor)(void* value)) {
    return tss_create(key, destructor) == thrd_success ? 0 : EAGAIN;
}

int pthread_key_delete(pthread_key_t key) {
    tss_delete(key);
    return 0;
}

void* pthread_getspecific(pthread_key_t key) { return tss_get(key); }
int pthread_setspecific(pthread_key_t key, const void* value) {
    return tss_set(key, (void*)value) == thrd_success ? 0 : ENOMEM;
}

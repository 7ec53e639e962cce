// POSIX threads, over threads.h: without cancellation, priorities and sharing between processes.
#pragma once

#include <libc-export.h>
#include <stddef.h>
#include <threads.h>
#include <time.h>

LIBC_BEGIN

typedef thrd_t pthread_t;
typedef struct {
    size_t stack_size; // 0: as for the first thread
    int detached;
} pthread_attr_t;

enum { PTHREAD_CREATE_JOINABLE, PTHREAD_CREATE_DETACHED };
#define PTHREAD_STACK_MIN 16384

int pthread_attr_init(pthread_attr_t* attributes);
int pthread_attr_destroy(pthread_attr_t* attributes);
int pthread_attr_setdetachstate(pthread_attr_t* attributes, int state);
int pthread_attr_setstacksize(pthread_attr_t* attributes, size_t size);

int pthread_create(pthread_t* __restrict thread, const pthread_attr_t* __restrict attributes, void* (*start)(void*),
                   void* __restrict argument);
int pthread_join(pthread_t thread, void** result);
int pthread_detach(pthread_t thread);
_Noreturn void pthread_exit(void* result);
pthread_t pthread_self(void);
int pthread_equal(pthread_t left, pthread_t right);

typedef mtx_t pthread_mutex_t;
typedef int pthread_mutexattr_t;
#define PTHREAD_MUTEX_INITIALIZER {0}
enum {
    PTHREAD_MUTEX_NORMAL = mtx_plain,
    PTHREAD_MUTEX_DEFAULT = mtx_plain,
    PTHREAD_MUTEX_RECURSIVE = mtx_recursive,
};

int pthread_mutexattr_init(pthread_mutexattr_t* attributes);
int pthread_mutexattr_settype(pthread_mutexattr_t* attributes, int type);
int pthread_mutexattr_destroy(pthread_mutexattr_t* attributes);
int pthread_mutex_init(pthread_mutex_t* __restrict mutex, const pthread_mutexattr_t* __restrict attributes);
int pthread_mutex_destroy(pthread_mutex_t* mutex);
int pthread_mutex_lock(pthread_mutex_t* mutex);
int pthread_mutex_trylock(pthread_mutex_t* mutex);
int pthread_mutex_timedlock(pthread_mutex_t* __restrict mutex, const struct timespec* __restrict deadline);
int pthread_mutex_unlock(pthread_mutex_t* mutex);

typedef cnd_t pthread_cond_t;
typedef int pthread_condattr_t;
#define PTHREAD_COND_INITIALIZER {0}

int pthread_cond_init(pthread_cond_t* __restrict condition, const pthread_condattr_t* __restrict attributes);
int pthread_cond_destroy(pthread_cond_t* condition);
int pthread_cond_wait(pthread_cond_t* __restrict condition, pthread_mutex_t* __restrict mutex);
int pthread_cond_timedwait(pthread_cond_t* __restrict condition, pthread_mutex_t* __restrict mutex,
                           const struct timespec* __restrict deadline);
int pthread_cond_signal(pthread_cond_t* condition);
int pthread_cond_broadcast(pthread_cond_t* condition);

typedef struct {
    mtx_t mutex;
    cnd_t changed;
    unsigned readers; // that hold it
    unsigned writers; // that wait
    int writing;
} pthread_rwlock_t;
typedef int pthread_rwlockattr_t;
#define PTHREAD_RWLOCK_INITIALIZER {{0}, {0}, 0, 0, 0}

int pthread_rwlock_init(pthread_rwlock_t* __restrict lock, const pthread_rwlockattr_t* __restrict attributes);
int pthread_rwlock_destroy(pthread_rwlock_t* lock);
int pthread_rwlock_rdlock(pthread_rwlock_t* lock);
int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock);
int pthread_rwlock_wrlock(pthread_rwlock_t* lock);
int pthread_rwlock_trywrlock(pthread_rwlock_t* lock);
int pthread_rwlock_unlock(pthread_rwlock_t* lock);

typedef once_flag pthread_once_t;
#define PTHREAD_ONCE_INIT {0}
int pthread_once(pthread_once_t* flag, void (*function)(void));

typedef tss_t pthread_key_t;
int pthread_key_create(pthread_key_t* key, void (*destructor)(void* value));
int pthread_key_delete(pthread_key_t key);
void* pthread_getspecific(pthread_key_t key);
int pthread_setspecific(pthread_key_t key, const void* value);

LIBC_END

// Threads, mutexes, condition variables. C11, 7.26. Deadlines are times of timespec_get(..., TIME_UTC).
#pragma once

#include <libc-export.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <zircon/types.h>

LIBC_BEGIN

#ifndef __cplusplus
#define thread_local _Thread_local
#endif

enum { thrd_success, thrd_nomem, thrd_timedout, thrd_busy, thrd_error };

typedef struct thread* thrd_t;
typedef int (*thrd_start_t)(void* argument);

int thrd_create(thrd_t* thread, thrd_start_t start, void* argument);
// The name is what other processes see of the thread.
int thrd_create_with_name(thrd_t* thread, thrd_start_t start, void* argument, const char* name);
int thrd_join(thrd_t thread, int* result);
int thrd_detach(thrd_t thread);
_Noreturn void thrd_exit(int result);
thrd_t thrd_current(void);
int thrd_equal(thrd_t left, thrd_t right);
void thrd_yield(void);
int thrd_sleep(const struct timespec* duration, struct timespec* remaining);
// The thread's handle; it stays the thread's own.
zx_handle_t thrd_get_zx_handle(thrd_t thread);

enum { mtx_plain, mtx_timed, mtx_recursive };

typedef struct {
    zx_futex_t state; // 0 free, 1 held, 2 held and waited for
    int type;
    thrd_t owner;
    unsigned depth;
} mtx_t;

int mtx_init(mtx_t* mutex, int type);
int mtx_lock(mtx_t* mutex);
int mtx_trylock(mtx_t* mutex);
int mtx_timedlock(mtx_t* __restrict mutex, const struct timespec* __restrict deadline);
int mtx_unlock(mtx_t* mutex);
void mtx_destroy(mtx_t* mutex);

typedef struct {
    zx_futex_t sequence;
} cnd_t;

int cnd_init(cnd_t* condition);
int cnd_wait(cnd_t* condition, mtx_t* mutex);
int cnd_timedwait(cnd_t* __restrict condition, mtx_t* __restrict mutex, const struct timespec* __restrict deadline);
int cnd_signal(cnd_t* condition);
int cnd_broadcast(cnd_t* condition);
void cnd_destroy(cnd_t* condition);

typedef struct {
    zx_futex_t state; // 0 not called, 1 being called, 2 called
} once_flag;
#define ONCE_FLAG_INIT {0}
void call_once(once_flag* flag, void (*function)(void));

// A value for each thread, and what is called with it when the thread ends.
typedef unsigned tss_t;
typedef void (*tss_dtor_t)(void* value);
#define TSS_DTOR_ITERATIONS 4
int tss_create(tss_t* key, tss_dtor_t destructor);
void tss_delete(tss_t key);
void* tss_get(tss_t key);
int tss_set(tss_t key, void* value);

LIBC_END

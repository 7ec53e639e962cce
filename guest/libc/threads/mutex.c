// C11, 7.26.2, 7.26.3 and 7.26.4, on futexes. A mutex's state: 0 free, 1 held, 2 held and waited for.
#include <stdbool.h>
#include <stdint.h>
#include <threads.h>
#include <zircon/syscalls.h>

// Whose mutex it is; 0 before the first thread has its own memory.
static thrd_t self(void) { return (thrd_t)__builtin_thread_pointer(); }

// The moment of the monotonic clock at which UTC will be `time`.
static zx_time_t deadline_of(const struct timespec* time) {
    zx_time_t utc = 0, wanted;
    zx_clock_get_new(ZX_CLOCK_UTC, &utc);
    if (__builtin_mul_overflow(time->tv_sec, 1000000000L, &wanted)) {
        return time->tv_sec < 0 ? ZX_TIME_INFINITE_PAST : ZX_TIME_INFINITE;
    }
    return zx_deadline_after(wanted + time->tv_nsec - utc);
}

int mtx_init(mtx_t* mutex, int type) {
    *mutex = (mtx_t){.type = type};
    return thrd_success;
}

void mtx_destroy(mtx_t* mutex) { (void)mutex; }

static bool try_lock(mtx_t* mutex) {
    int free = 0;
    return __atomic_compare_exchange_n((int*)&mutex->state, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static int lock_until(mtx_t* mutex, zx_time_t deadline) {
    if ((mutex->type & mtx_recursive) != 0 && __atomic_load_n(&mutex->owner, __ATOMIC_RELAXED) == self() &&
        mutex->depth > 0) {
        ++mutex->depth;
        return thrd_success;
    }
    if (!try_lock(mutex)) {
        while (__atomic_exchange_n((int*)&mutex->state, 2, __ATOMIC_ACQUIRE) != 0) {
            if (zx_futex_wait(&mutex->state, 2, ZX_HANDLE_INVALID, deadline) == ZX_ERR_TIMED_OUT) {
                return thrd_timedout;
            }
        }
    }
    __atomic_store_n(&mutex->owner, self(), __ATOMIC_RELAXED);
    mutex->depth = 1;
    return thrd_success;
}

int mtx_lock(mtx_t* mutex) { return lock_until(mutex, ZX_TIME_INFINITE); }

int mtx_timedlock(mtx_t* restrict mutex, const struct timespec* restrict deadline) {
    return lock_until(mutex, deadline_of(deadline));
}

int mtx_trylock(mtx_t* mutex) {
    if (__atomic_load_n((int*)&mutex->state, __ATOMIC_RELAXED) == 0 || (mutex->type & mtx_recursive) != 0) {
        return lock_until(mutex, ZX_TIME_INFINITE_PAST) == thrd_success ? thrd_success : thrd_busy;
    }
    return thrd_busy;
}

int mtx_unlock(mtx_t* mutex) {
    if (--mutex->depth > 0) {
        return thrd_success;
    }
    __atomic_store_n(&mutex->owner, NULL, __ATOMIC_RELAXED);
    if (__atomic_exchange_n((int*)&mutex->state, 0, __ATOMIC_RELEASE) == 2) {
        zx_futex_wake(&mutex->state, 1);
    }
    return thrd_success;
}

// A condition variable is a number that signals change: a waiter sleeps while it stays what it was before the mutex was
// given up.
int cnd_init(cnd_t* condition) {
    *condition = (cnd_t){0};
    return thrd_success;
}

void cnd_destroy(cnd_t* condition) { (void)condition; }

static int wait_until(cnd_t* condition, mtx_t* mutex, zx_time_t deadline) {
    const int seen = __atomic_load_n((int*)&condition->sequence, __ATOMIC_ACQUIRE);
    mtx_unlock(mutex);
    const zx_status_t status = zx_futex_wait(&condition->sequence, seen, ZX_HANDLE_INVALID, deadline);
    mtx_lock(mutex);
    return status == ZX_ERR_TIMED_OUT ? thrd_timedout : thrd_success;
}

int cnd_wait(cnd_t* condition, mtx_t* mutex) { return wait_until(condition, mutex, ZX_TIME_INFINITE); }

int cnd_timedwait(cnd_t* restrict condition, mtx_t* restrict mutex, const struct timespec* restrict deadline) {
    return wait_until(condition, mutex, deadline_of(deadline));
}

static int signal(cnd_t* condition, uint32_t count) {
    __atomic_add_fetch((int*)&condition->sequence, 1, __ATOMIC_RELEASE);
    zx_futex_wake(&condition->sequence, count);
    return thrd_success;
}

int cnd_signal(cnd_t* condition) { return signal(condition, 1); }

int cnd_broadcast(cnd_t* condition) { return signal(condition, UINT32_MAX); }

void call_once(once_flag* flag, void (*function)(void)) {
    int* state = (int*)&flag->state;
    int expected = 0;
    if (__atomic_compare_exchange_n(state, &expected, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) {
        function();
        __atomic_store_n(state, 2, __ATOMIC_RELEASE);
        zx_futex_wake(&flag->state, UINT32_MAX);
        return;
    }
    while (__atomic_load_n(state, __ATOMIC_ACQUIRE) == 1) {
        zx_futex_wait(&flag->state, 1, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
    }
}

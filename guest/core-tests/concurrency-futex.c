// A mutex and a barrier on futexes, with owners and requeueing. docs/objects/futex.md.
#include "concurrency.h"

// A mutex whose word is 0, or the holder's handle, with the lowest bit clear if somebody may wait; the kernel is told
// the holder, so that it inherits priority. Handles have the lowest bit set.
static zx_futex_t lock_word;
static zx_handle_t thread_of(zx_futex_t word) {
    return (zx_handle_t)word | 1u;
}
static void lock(void) {
    const int self = (int)thrd_get_zx_handle(thrd_current());
    int seen = 0;
    if (atomic_compare_exchange_strong(&lock_word, &seen, self)) {
        return;
    }
    for (;;) {
        if (seen == 0) {
            // There may be others behind us: take it with the mark.
            if (atomic_compare_exchange_strong(&lock_word, &seen, self & ~1)) {
                return;
            }
            continue;
        }
        if ((seen & 1) != 0 && !atomic_compare_exchange_strong(&lock_word, &seen, seen & ~1)) {
            continue;
        }
        const zx_status_t status =
            zx_futex_wait(&lock_word, seen & ~1, thread_of(seen), ZX_TIME_INFINITE);
        EXPECT(status == ZX_OK || status == ZX_ERR_BAD_STATE);
        seen = atomic_load(&lock_word);
    }
}
static void unlock(void) {
    if ((atomic_exchange(&lock_word, 0) & 1) == 0) {
        zx_futex_wake_single_owner(&lock_word);
    }
}

static volatile long counter;

static int count_up(void* unused) {
    (void)unused;
    for (int i = 0; i < 3000; ++i) {
        lock();
        counter = counter + 1;
        unlock();
    }
    return 0;
}

TEST(concurrency_mutex_with_owner) {
    counter = 0;
    run_all(count_up, THREADS);
    EXPECT_EQ(counter, 3000 * THREADS);
    zx_koid_t owner = 1;
    EXPECT_OK(zx_futex_get_owner(&lock_word, &owner));
    EXPECT_EQ(owner, ZX_KOID_INVALID);
}

// A condition variable whose broadcast wakes one waiter and moves the others to the mutex.
static zx_futex_t sequence;
static volatile int stage, arrived;
#define STAGES 200

static void wait_for_change(void) {
    const int seen = atomic_load(&sequence);
    unlock();
    const zx_status_t status = zx_futex_wait(&sequence, seen, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
    EXPECT(status == ZX_OK || status == ZX_ERR_BAD_STATE);
    lock();
    // Whoever was moved here must not forget those that were moved with it.
    atomic_fetch_and(&lock_word, ~1);
}
static void broadcast(void) {
    const int next = atomic_fetch_add(&sequence, 1) + 1;
    const zx_status_t status = zx_futex_requeue(&sequence, 1, next, &lock_word, UINT32_MAX,
                                                thrd_get_zx_handle(thrd_current()));
    EXPECT(status == ZX_OK || status == ZX_ERR_BAD_STATE);
    atomic_fetch_and(&lock_word, ~1);
}

static int meet(void* unused) {
    (void)unused;
    for (int i = 0; i < STAGES; ++i) {
        lock();
        if (++arrived == THREADS) {
            arrived = 0;
            ++stage;
            broadcast();
        } else {
            while (stage == i) {
                wait_for_change();
            }
        }
        unlock();
    }
    return 0;
}

TEST(concurrency_barrier_with_requeue) {
    stage = arrived = 0;
    run_all(meet, THREADS);
    EXPECT_EQ(stage, STAGES);
}

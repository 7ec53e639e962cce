// docs/objects/futex.md, docs/syscalls/futex_*.md.
#include "test.h"

struct waiter {
    zx_futex_t* futex;
    int value;
    zx_handle_t owner;
    volatile int woken;
    zx_status_t status;
};

static int wait(void* argument) {
    struct waiter* waiter = argument;
    waiter->status = zx_futex_wait(waiter->futex, waiter->value, waiter->owner, ZX_TIME_INFINITE);
    waiter->woken = 1;
    return 0;
}

// Until the thread waits in the kernel.
static void until_blocked(thrd_t thread) {
    zx_info_thread_t info = {0};
    const zx_handle_t handle = thrd_get_zx_handle(thread);
    for (int i = 0; i < 1000 && info.state != ZX_THREAD_STATE_BLOCKED_FUTEX; ++i) {
        EXPECT_OK(zx_object_get_info(handle, ZX_INFO_THREAD, &info, sizeof(info), NULL, NULL));
        zx_nanosleep(after_ms(1));
    }
    EXPECT_EQ(info.state, ZX_THREAD_STATE_BLOCKED_FUTEX);
}

static void start(struct waiter* waiter, thrd_t* thread) {
    EXPECT_EQ(thrd_create(thread, wait, waiter), thrd_success);
    until_blocked(*thread);
}

TEST(futex_wait_errors) {
    zx_futex_t futex = 3;
    const zx_handle_t event = new_event();
    EXPECT_STATUS(zx_futex_wait(&futex, 4, ZX_HANDLE_INVALID, ZX_TIME_INFINITE), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_futex_wait(&futex, 3, ZX_HANDLE_INVALID, 0), ZX_ERR_TIMED_OUT);
    EXPECT_STATUS(zx_futex_wait(&futex, 3, ZX_HANDLE_INVALID, after_ms(2)), ZX_ERR_TIMED_OUT);
    EXPECT_STATUS(zx_futex_wait(bad_pointer(), 3, ZX_HANDLE_INVALID, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_futex_wait((zx_futex_t*)((char*)&futex + 1), 3, ZX_HANDLE_INVALID, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_futex_wait(&futex, 3, event, 0), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_futex_wait(&futex, 3, closed_handle(), 0), ZX_ERR_BAD_HANDLE);
    CLOSE(event);
}

TEST(futex_wake) {
    zx_futex_t futex = 1;
    struct waiter waiters[3];
    thrd_t threads[3];
    for (int i = 0; i < 3; ++i) {
        waiters[i] = (struct waiter){.futex = &futex, .value = 1};
        start(&waiters[i], &threads[i]);
    }
    EXPECT_OK(zx_futex_wake(&futex, 0));
    zx_nanosleep(after_ms(2));
    EXPECT_EQ(waiters[0].woken + waiters[1].woken + waiters[2].woken, 0);
    EXPECT_OK(zx_futex_wake(&futex, 1));
    EXPECT_EQ(thrd_join(threads[0], NULL), thrd_success); // the one that has waited longest
    EXPECT_EQ(waiters[0].woken + waiters[1].woken + waiters[2].woken, 1);
    EXPECT_OK(zx_futex_wake(&futex, UINT32_MAX));
    thrd_join(threads[1], NULL);
    thrd_join(threads[2], NULL);
    for (int i = 0; i < 3; ++i) {
        EXPECT_STATUS(waiters[i].status, ZX_OK);
    }
    EXPECT_STATUS(zx_futex_wake((zx_futex_t*)((char*)&futex + 2), 1), ZX_ERR_INVALID_ARGS);
}

TEST(futex_requeue) {
    zx_futex_t first = 1, second = 2;
    struct waiter waiters[3];
    thrd_t threads[3];
    for (int i = 0; i < 3; ++i) {
        waiters[i] = (struct waiter){.futex = &first, .value = 1};
        start(&waiters[i], &threads[i]);
    }
    EXPECT_STATUS(zx_futex_requeue(&first, 1, 7, &second, 1, ZX_HANDLE_INVALID), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_futex_requeue(&first, 1, 1, &first, 1, ZX_HANDLE_INVALID), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_futex_requeue(&first, 1, 1, &second, 1, closed_handle()), ZX_ERR_BAD_HANDLE);
    EXPECT_OK(zx_futex_requeue(&first, 1, 1, &second, 1, ZX_HANDLE_INVALID));
    thrd_join(threads[0], NULL);
    EXPECT_OK(zx_futex_wake(&second, UINT32_MAX));
    thrd_join(threads[1], NULL);
    EXPECT_EQ(waiters[2].woken, 0);
    EXPECT_OK(zx_futex_wake(&first, UINT32_MAX));
    thrd_join(threads[2], NULL);
}

TEST(futex_owner) {
    zx_futex_t futex = 1;
    zx_koid_t owner = 99;
    EXPECT_OK(zx_futex_get_owner(&futex, &owner));
    EXPECT_EQ(owner, ZX_KOID_INVALID);
    struct waiter waiter = {.futex = &futex, .value = 1, .owner = zx_thread_self()};
    thrd_t thread;
    start(&waiter, &thread);
    EXPECT_OK(zx_futex_get_owner(&futex, &owner));
    EXPECT_EQ(owner, koid_of(zx_thread_self()));
    // A thread that waits cannot become the owner.
    EXPECT_STATUS(zx_futex_wait(&futex, 1, thrd_get_zx_handle(thread), 0), ZX_ERR_INVALID_ARGS);
    EXPECT_OK(zx_futex_wake_single_owner(&futex));
    thrd_join(thread, NULL);
    EXPECT_OK(zx_futex_wake(&futex, 1));
    EXPECT_OK(zx_futex_get_owner(&futex, &owner));
    EXPECT_EQ(owner, ZX_KOID_INVALID);
    EXPECT_STATUS(zx_futex_get_owner(&futex, bad_pointer()), ZX_ERR_INVALID_ARGS);
}

TEST(futex_deprecated_calls) {
    zx_futex_t futex = 1, other = 2;
    EXPECT_STATUS(zx_futex_wait_deprecated(&futex, 2, ZX_TIME_INFINITE), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_futex_wait_deprecated(&futex, 1, 0), ZX_ERR_TIMED_OUT);
    EXPECT_STATUS(zx_futex_requeue_deprecated(&futex, 0, 2, &other, 0), ZX_ERR_BAD_STATE);
    EXPECT_OK(zx_futex_requeue_deprecated(&futex, 0, 1, &other, 0));
}

static zx_futex_t exit_futex;

static void leave(uintptr_t argument, uintptr_t handle) {
    (void)argument;
    zx_futex_wake_handle_close_thread_exit(&exit_futex, 1, 7, (zx_handle_t)handle);
}

// The last thing that a thread does: sets and wakes a futex, closes a handle, leaves.
TEST(futex_wake_handle_close_thread_exit) {
    static char stack[4096] __attribute__((__aligned__(16)));
    const zx_handle_t event = new_event();
    zx_handle_t thread;
    exit_futex = 0;
    REQUIRE_OK(zx_thread_create(zx_process_self(), "leaves", 6, 0, &thread));
    REQUIRE_OK(zx_thread_start(thread, (uintptr_t)leave, (uintptr_t)stack + sizeof(stack), 0, event));
    while (exit_futex == 0) {
        zx_futex_wait(&exit_futex, 0, ZX_HANDLE_INVALID, after_ms(1000));
    }
    EXPECT_EQ(exit_futex, 7);
    EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_TERMINATED, after_ms(1000), NULL));
    EXPECT_STATUS(zx_handle_close(event), ZX_ERR_BAD_HANDLE);
    CLOSE(thread);
}

static int count_up(void* argument) {
    struct {
        mtx_t lock;
        cnd_t changed;
        int value;
    }* shared = argument;
    for (int i = 0; i < 100; ++i) {
        mtx_lock(&shared->lock);
        ++shared->value;
        cnd_broadcast(&shared->changed);
        mtx_unlock(&shared->lock);
        if (i % 10 == 0) {
            thrd_yield();
        }
    }
    return 0;
}

// The C library's mutexes and condition variables, which are made of futexes.
TEST(futex_mutex_and_condition) {
    struct {
        mtx_t lock;
        cnd_t changed;
        int value;
    } shared = {0};
    thrd_t threads[4];
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(thrd_create(&threads[i], count_up, &shared), thrd_success);
    }
    mtx_lock(&shared.lock);
    while (shared.value < 400) {
        cnd_wait(&shared.changed, &shared.lock);
    }
    EXPECT_EQ(shared.value, 400);
    mtx_unlock(&shared.lock);
    for (int i = 0; i < 4; ++i) {
        thrd_join(threads[i], NULL);
    }
}

// docs/objects/thread.md, docs/syscalls/thread_*.md, task_suspend.md.
#include <zircon/limits.h>
#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/port.h>
#include <zircon/syscalls/profile.h>

#include "mini.h"

static char stack[16384] __attribute__((__aligned__(16)));
#define STACK_TOP ((uintptr_t)stack + sizeof(stack))

static volatile uintptr_t seen[2];

static void note_arguments(uintptr_t first, uintptr_t second) {
    seen[0] = first;
    seen[1] = second;
    zx_thread_exit();
}

static void spin(uintptr_t flag, uintptr_t unused) {
    (void)unused;
    volatile int* go_on = (volatile int*)flag;
    while (*go_on != 0) {
    }
    zx_thread_exit();
}

static zx_handle_t new_thread(void) {
    zx_handle_t thread = ZX_HANDLE_INVALID;
    EXPECT_OK(zx_thread_create(zx_process_self(), "test", 4, 0, &thread));
    return thread;
}

TEST(thread_arguments) {
    const zx_handle_t thread = new_thread();
    EXPECT_EQ(state_of(thread), ZX_THREAD_STATE_NEW);
    EXPECT_EQ(signals_of(thread) & (ZX_THREAD_RUNNING | ZX_THREAD_TERMINATED), 0);
    REQUIRE_OK(zx_thread_start(thread, (uintptr_t)note_arguments, STACK_TOP, 0x1111222233334444, 0x5555666677778888));
    EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_TERMINATED, after_ms(1000), NULL));
    EXPECT_EQ(seen[0], 0x1111222233334444);
    EXPECT_EQ(seen[1], 0x5555666677778888);
    EXPECT_EQ(state_of(thread), ZX_THREAD_STATE_DEAD);
    EXPECT_STATUS(zx_thread_start(thread, (uintptr_t)note_arguments, STACK_TOP, 0, 0), ZX_ERR_BAD_STATE);
    CLOSE(thread);
}

TEST(thread_create_errors) {
    zx_handle_t out;
    const zx_handle_t self = zx_process_self(), event = new_event(), weak = with_rights(self, ZX_RIGHT_READ);
    EXPECT_STATUS(zx_thread_create(ZX_HANDLE_INVALID, "x", 1, 0, &out), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_thread_create(event, "x", 1, 0, &out), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_thread_create(weak, "x", 1, 0, &out), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_thread_create(self, "x", 1, 1, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_thread_create(self, bad_pointer(), 1, 0, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_thread_create(self, "x", 1, 0, bad_pointer()), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_thread_start(ZX_HANDLE_INVALID, (uintptr_t)spin, STACK_TOP, 0, 0), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_thread_start(event, (uintptr_t)spin, STACK_TOP, 0, 0), ZX_ERR_WRONG_TYPE);
    CLOSE(event, weak);
}

// A thread of a process that has not started cannot be started alone.
TEST(thread_start_needs_a_running_process) {
    struct mini mini;
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_STATUS(zx_thread_start(mini.thread, mini.code, mini.stack_top, 0, 0), ZX_ERR_BAD_STATE);
    mini_close(&mini);
}

TEST(thread_kill) {
    volatile int go_on = 1;
    const zx_handle_t thread = new_thread();
    REQUIRE_OK(zx_thread_start(thread, (uintptr_t)spin, STACK_TOP, (uintptr_t)&go_on, 0));
    EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_RUNNING, after_ms(1000), NULL));
    EXPECT_OK(zx_task_kill(thread));
    EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_TERMINATED, after_ms(1000), NULL));
    CLOSE(thread);
}

static void block(uintptr_t event, uintptr_t unused) {
    (void)unused;
    zx_object_wait_one((zx_handle_t)event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, NULL);
    zx_thread_exit();
}

TEST(thread_kill_while_blocked) {
    const zx_handle_t thread = new_thread(), event = new_event();
    REQUIRE_OK(zx_thread_start(thread, (uintptr_t)block, STACK_TOP, event, 0));
    while (state_of(thread) != ZX_THREAD_STATE_BLOCKED_WAIT_ONE) {
        zx_nanosleep(after_ms(1));
    }
    EXPECT_OK(zx_task_kill(thread));
    EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_TERMINATED, after_ms(1000), NULL));
    CLOSE(thread, event);
}

TEST(thread_suspend_and_resume) {
    volatile int go_on = 1;
    const zx_handle_t thread = new_thread();
    zx_handle_t token;
    REQUIRE_OK(zx_thread_start(thread, (uintptr_t)spin, STACK_TOP, (uintptr_t)&go_on, 0));
    EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_RUNNING, after_ms(1000), NULL));
    REQUIRE_OK(zx_task_suspend_token(thread, &token));
    EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_SUSPENDED, after_ms(1000), NULL));
    EXPECT_EQ(state_of(thread), ZX_THREAD_STATE_SUSPENDED);
    go_on = 0;
    EXPECT_STATUS(zx_object_wait_one(thread, ZX_THREAD_TERMINATED, after_ms(20), NULL), ZX_ERR_TIMED_OUT);
    CLOSE(token);
    EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_TERMINATED, after_ms(1000), NULL));
    EXPECT_STATUS(zx_task_suspend(thread, &token), ZX_ERR_BAD_STATE);
    CLOSE(thread);
}

TEST(thread_suspend_errors) {
    zx_handle_t token;
    const zx_handle_t event = new_event(), weak = with_rights(zx_process_self(), ZX_RIGHT_READ);
    EXPECT_STATUS(zx_task_suspend(zx_thread_self(), &token), ZX_ERR_NOT_SUPPORTED);
    EXPECT_STATUS(zx_task_suspend(zx_process_self(), &token), ZX_ERR_NOT_SUPPORTED);
    EXPECT_STATUS(zx_task_suspend(event, &token), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_task_suspend(ZX_HANDLE_INVALID, &token), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_task_suspend(weak, &token), ZX_ERR_ACCESS_DENIED);
    CLOSE(event, weak);
}

TEST(thread_suspend_process) {
    struct mini mini;
    zx_handle_t token;
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_OK(mini_start(&mini, mini_loop, new_event()));
    EXPECT_OK(zx_object_wait_one(mini.thread, ZX_THREAD_RUNNING, after_ms(1000), NULL));
    REQUIRE_OK(zx_task_suspend(mini.process, &token));
    EXPECT_OK(zx_object_wait_one(mini.thread, ZX_THREAD_SUSPENDED, after_ms(1000), NULL));
    EXPECT_OK(zx_task_kill(mini.process)); // also while it is suspended
    EXPECT_OK(zx_object_wait_one(mini.process, ZX_PROCESS_TERMINATED, after_ms(1000), NULL));
    CLOSE(token);
    mini_close(&mini);
}

// The registers of a suspended thread, read, changed, and seen by the thread itself.
TEST(thread_state) {
    volatile int go_on = 1;
    const zx_handle_t thread = new_thread();
    zx_handle_t token;
    zx_thread_state_general_regs_t registers;
    zx_thread_state_vector_regs_t vectors;
    EXPECT_STATUS(zx_thread_read_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)),
                  ZX_ERR_BAD_STATE);
    REQUIRE_OK(zx_thread_start(thread, (uintptr_t)spin, STACK_TOP, (uintptr_t)&go_on, 7));
    EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_RUNNING, after_ms(1000), NULL));
    EXPECT_STATUS(zx_thread_read_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)),
                  ZX_ERR_BAD_STATE);
    REQUIRE_OK(zx_task_suspend(thread, &token));
    EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_SUSPENDED, after_ms(1000), NULL));
    REQUIRE_OK(zx_thread_read_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)));
    EXPECT(registers.sp <= STACK_TOP && registers.sp > STACK_TOP - 256);
    EXPECT(registers.pc >= (uintptr_t)spin && registers.pc < (uintptr_t)spin + 256);
    EXPECT_OK(zx_thread_read_state(thread, ZX_THREAD_STATE_VECTOR_REGS, &vectors, sizeof(vectors)));
    EXPECT_STATUS(zx_thread_read_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, 8), ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT_STATUS(zx_thread_read_state(thread, 99, &registers, sizeof(registers)), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_thread_read_state(thread, ZX_THREAD_STATE_GENERAL_REGS, bad_pointer(), sizeof(registers)),
                  ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_thread_write_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, 8), ZX_ERR_INVALID_ARGS);
    registers.pc = (uintptr_t)note_arguments;
    registers.r[0] = 123;
    registers.r[1] = 456;
    EXPECT_OK(zx_thread_write_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)));
    CLOSE(token);
    EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_TERMINATED, after_ms(1000), NULL));
    EXPECT_EQ(seen[0], 123);
    EXPECT_EQ(seen[1], 456);
    EXPECT_STATUS(zx_thread_read_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)),
                  ZX_ERR_BAD_STATE);
    CLOSE(thread);
}

// Suspended again and again, at work: it stands still while it is, with the registers it goes on with.
TEST(thread_suspend_often) {
    struct mini mini;
    zx_port_packet_t packet;
    zx_handle_t token, port;
    uint64_t last = 0;
    REQUIRE_OK(zx_port_create(0, &port));
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_OK(mini_start(&mini, mini_count, ZX_HANDLE_INVALID));
    for (int i = 0; i < 50; ++i) {
        zx_thread_state_general_regs_t first, second;
        REQUIRE_OK(zx_task_suspend(i % 2 == 0 ? mini.thread : mini.process, &token));
        EXPECT_OK(zx_object_wait_async(mini.thread, port, 1, ZX_THREAD_SUSPENDED, ZX_WAIT_ASYNC_ONCE));
        REQUIRE_OK(zx_port_wait(port, after_ms(1000), &packet));
        EXPECT_OK(zx_thread_read_state(mini.thread, ZX_THREAD_STATE_GENERAL_REGS, &first, sizeof(first)));
        EXPECT(i == 0 || first.r[2] > last);
        last = first.r[2];
        zx_nanosleep(zx_deadline_after(50000));
        EXPECT_OK(zx_thread_read_state(mini.thread, ZX_THREAD_STATE_GENERAL_REGS, &second, sizeof(second)));
        EXPECT(memcmp(&first, &second, sizeof(first)) == 0);
        CLOSE(token);
        zx_nanosleep(zx_deadline_after(50000));
    }
    mini_close(&mini);
    CLOSE(port);
}

TEST(thread_state_errors) {
    zx_thread_state_general_regs_t registers = {0};
    const zx_handle_t event = new_event();
    EXPECT_STATUS(zx_thread_read_state(ZX_HANDLE_INVALID, 0, &registers, sizeof(registers)), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_thread_read_state(event, 0, &registers, sizeof(registers)), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_thread_write_state(ZX_HANDLE_INVALID, 0, &registers, sizeof(registers)), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_thread_write_state(event, 0, &registers, sizeof(registers)), ZX_ERR_WRONG_TYPE);
    CLOSE(event);
}

// Threads share the processor: two that never wait still let a third one run.
TEST(thread_preemption) {
    static char other_stack[4096] __attribute__((__aligned__(16)));
    volatile int go_on = 1;
    const zx_handle_t first = new_thread(), second = new_thread();
    REQUIRE_OK(zx_thread_start(first, (uintptr_t)spin, STACK_TOP, (uintptr_t)&go_on, 0));
    REQUIRE_OK(zx_thread_start(second, (uintptr_t)spin, (uintptr_t)other_stack + sizeof(other_stack),
                               (uintptr_t)&go_on, 0));
    zx_nanosleep(after_ms(30));
    go_on = 0;
    zx_info_thread_stats_t stats[2] = {{0}, {0}};
    EXPECT_OK(zx_object_wait_one(first, ZX_THREAD_TERMINATED, after_ms(1000), NULL));
    EXPECT_OK(zx_object_wait_one(second, ZX_THREAD_TERMINATED, after_ms(1000), NULL));
    EXPECT_OK(zx_object_get_info(first, ZX_INFO_THREAD_STATS, &stats[0], sizeof(stats[0]), NULL, NULL));
    EXPECT_OK(zx_object_get_info(second, ZX_INFO_THREAD_STATS, &stats[1], sizeof(stats[1]), NULL, NULL));
    EXPECT(stats[0].total_runtime > 5000000 && stats[1].total_runtime > 5000000);
    CLOSE(first, second);
}

static thread_local int own;

static int use_own(void* value) {
    own = *(int*)value;
    thrd_yield();
    return own;
}

// One that has slept goes before one that only computes: it need not wait for the end of a time slice.
TEST(thread_wakes_before_others_that_compute) {
    volatile int go_on = 1;
    const zx_handle_t thread = new_thread();
    REQUIRE_OK(zx_thread_start(thread, (uintptr_t)spin, STACK_TOP, (uintptr_t)&go_on, 0));
    zx_nanosleep(after_ms(25)); // it has used some up
    for (int i = 0; i < 20; ++i) {
        const zx_time_t deadline = zx_deadline_after(100000);
        zx_nanosleep(deadline);
        EXPECT(zx_clock_get_monotonic() - deadline < 1000000);
    }
    // Nor does one that yields keep the other from its work.
    zx_info_thread_stats_t before = {0}, after = {0};
    EXPECT_OK(zx_object_get_info(thread, ZX_INFO_THREAD_STATS, &before, sizeof(before), NULL, NULL));
    for (int i = 0; i < 3; ++i) {
        zx_nanosleep(0);
    }
    EXPECT_OK(zx_object_get_info(thread, ZX_INFO_THREAD_STATS, &after, sizeof(after), NULL, NULL));
    EXPECT(zx_system_get_num_cpus() > 1 || after.total_runtime - before.total_runtime > 1000000);
    go_on = 0;
    EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_TERMINATED, after_ms(1000), NULL));
    CLOSE(thread);
}

TEST(thread_local_storage) {
    thrd_t threads[4];
    int values[4];
    own = 77;
    for (int i = 0; i < 4; ++i) {
        values[i] = i * 10;
        EXPECT_EQ(thrd_create(&threads[i], use_own, &values[i]), thrd_success);
    }
    for (int i = 0; i < 4; ++i) {
        int result = -1;
        EXPECT_EQ(thrd_join(threads[i], &result), thrd_success);
        EXPECT_EQ(result, i * 10);
    }
    EXPECT_EQ(own, 77);
}

TEST(thread_detached_leaves_nothing) {
    thrd_t thread;
    int value = 1;
    zx_info_process_handle_stats_t before, after;
    // A thread that was joined has let the joiner know before it closes its handle.
    zx_nanosleep(after_ms(5));
    EXPECT_OK(zx_object_get_info(zx_process_self(), ZX_INFO_PROCESS_HANDLE_STATS, &before, sizeof(before), NULL, NULL));
    EXPECT_EQ(thrd_create(&thread, use_own, &value), thrd_success);
    EXPECT_EQ(thrd_detach(thread), thrd_success);
    for (int i = 0; i < 100; ++i) {
        zx_nanosleep(after_ms(1));
        EXPECT_OK(zx_object_get_info(zx_process_self(), ZX_INFO_PROCESS_HANDLE_STATS, &after, sizeof(after), NULL, NULL));
        if (after.handle_count[ZX_OBJ_TYPE_THREAD] == before.handle_count[ZX_OBJ_TYPE_THREAD]) {
            break;
        }
    }
    EXPECT(memcmp(&before, &after, sizeof(before)) == 0);
}

TEST(thread_priority_and_profile) {
    EXPECT_OK(zx_thread_set_priority(ZX_PRIORITY_DEFAULT));
    EXPECT_STATUS(zx_thread_set_priority(1000), ZX_ERR_INVALID_ARGS);
}

// docs/exceptions.md, docs/syscalls/task_bind_exception_port.md, task_resume_from_exception.md.
#include <zircon/limits.h>
#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/policy.h>
#include <zircon/syscalls/port.h>

#include "mini.h"

static zx_handle_t new_port(void) {
    zx_handle_t port = ZX_HANDLE_INVALID;
    EXPECT_OK(zx_port_create(0, &port));
    return port;
}

// The next exception on a port; 0 if none comes.
static uint32_t next_exception(zx_handle_t port, zx_port_packet_t* packet) {
    *packet = (zx_port_packet_t){0};
    return EXPECT_OK(zx_port_wait(port, after_ms(2000), packet)) ? packet->type : 0;
}

// Starts a process that faults, and gives the report.
static uint32_t fault(const char* place, zx_exception_report_t* report) {
    struct mini mini;
    zx_port_packet_t packet;
    const zx_handle_t port = new_port();
    uint32_t type = 0;
    *report = (zx_exception_report_t){0};
    if (mini_create(&mini, zx_job_default())) {
        EXPECT_OK(zx_task_bind_exception_port(mini.process, port, 31, 0));
        EXPECT_OK(mini_start(&mini, place, new_event()));
        type = next_exception(port, &packet);
        EXPECT_EQ(packet.key, 31);
        EXPECT_EQ(packet.exception.pid, koid_of(mini.process));
        EXPECT_EQ(packet.exception.tid, koid_of(mini.thread));
        EXPECT_OK(zx_object_get_info(mini.thread, ZX_INFO_THREAD_EXCEPTION_REPORT, report, sizeof(*report), NULL, NULL));
        EXPECT_EQ(report->header.type, type);
        EXPECT_OK(zx_task_kill(mini.process));
    }
    mini_close(&mini);
    CLOSE(port);
    return type;
}

#define ESR_CLASS(report) ((report).context.arch.u.arm_64.esr >> 26)
#define ESR_INSTRUCTION_ABORT 0x20
#define ESR_DATA_ABORT 0x24
#define ESR_BREAKPOINT 0x3c

TEST(exception_page_faults) {
    zx_exception_report_t report;
    EXPECT_EQ(fault(mini_read, &report), ZX_EXCP_FATAL_PAGE_FAULT);
    EXPECT_EQ(report.context.arch.u.arm_64.far, 0x2000);
    EXPECT_EQ(ESR_CLASS(report), ESR_DATA_ABORT);
    EXPECT_EQ(fault(mini_write, &report), ZX_EXCP_FATAL_PAGE_FAULT);
    EXPECT_EQ(ESR_CLASS(report), ESR_DATA_ABORT);
    EXPECT_EQ(report.context.arch.u.arm_64.esr >> 6 & 1, 1); // WnR
    EXPECT_EQ(fault(mini_execute, &report), ZX_EXCP_FATAL_PAGE_FAULT);
    EXPECT_EQ(ESR_CLASS(report), ESR_INSTRUCTION_ABORT);
}

TEST(exception_instructions) {
    zx_exception_report_t report;
    EXPECT_EQ(fault(mini_undefined, &report), ZX_EXCP_UNDEFINED_INSTRUCTION);
    EXPECT_EQ(fault(mini_breakpoint, &report), ZX_EXCP_SW_BREAKPOINT);
    EXPECT_EQ(ESR_CLASS(report), ESR_BREAKPOINT);
    EXPECT_EQ(report.context.arch.u.arm_64.far, 0); // has no address, nor somebody else's
    EXPECT_EQ(fault(mini_unaligned, &report), ZX_EXCP_UNALIGNED_ACCESS);
}

// Whom nobody helps is killed.
TEST(exception_unhandled_kills_the_process) {
    struct mini mini;
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_OK(mini_start(&mini, mini_read, new_event()));
    EXPECT(mini_join(&mini) != 0);
    mini_close(&mini);
}

TEST(exception_resume_behind_a_breakpoint) {
    struct mini mini;
    zx_port_packet_t packet;
    zx_thread_state_general_regs_t registers;
    const zx_handle_t port = new_port(), other = new_port();
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_OK(zx_task_bind_exception_port(mini.thread, port, 1, 0));
    EXPECT_OK(mini_start(&mini, mini_breakpoint, new_event()));
    EXPECT_EQ(next_exception(port, &packet), ZX_EXCP_SW_BREAKPOINT);
    zx_info_thread_t info;
    EXPECT_OK(zx_object_get_info(mini.thread, ZX_INFO_THREAD, &info, sizeof(info), NULL, NULL));
    EXPECT_EQ(info.state, ZX_THREAD_STATE_BLOCKED_EXCEPTION);
    EXPECT_EQ(info.wait_exception_port_type, ZX_EXCEPTION_PORT_TYPE_THREAD);
    EXPECT_OK(zx_thread_read_state(mini.thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)));
    EXPECT_EQ(registers.pc, mini.code + (uintptr_t)(mini_breakpoint - mini_begin));
    registers.pc = mini.code + (uintptr_t)(mini_loop - mini_begin);
    EXPECT_OK(zx_thread_write_state(mini.thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)));
    EXPECT_STATUS(zx_task_resume_from_exception(mini.thread, other, 0), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_task_resume_from_exception(mini.thread, port, 0x80), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_task_resume_from_exception(mini.process, port, 0), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_task_resume_from_exception(mini.thread, mini.thread, 0), ZX_ERR_WRONG_TYPE);
    EXPECT_OK(zx_task_resume_from_exception(mini.thread, port, 0));
    zx_nanosleep(after_ms(3));
    EXPECT_STATUS(zx_task_resume_from_exception(mini.thread, port, 0), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_object_get_info(mini.thread, ZX_INFO_THREAD_EXCEPTION_REPORT, &packet, sizeof(packet), NULL, NULL),
                  ZX_ERR_BAD_STATE);
    mini_close(&mini);
    CLOSE(port, other);
}

// Thread, then process, then job: each may pass on.
TEST(exception_search_order) {
    struct mini mini;
    zx_port_packet_t packet;
    zx_handle_t job;
    const zx_handle_t port = new_port();
    REQUIRE_OK(zx_job_create(zx_job_default(), 0, &job));
    REQUIRE(mini_create(&mini, job));
    EXPECT_OK(zx_task_bind_exception_port(job, port, 3, 0));
    EXPECT_OK(zx_task_bind_exception_port(mini.process, port, 2, 0));
    EXPECT_OK(zx_task_bind_exception_port(mini.thread, port, 1, 0));
    EXPECT_OK(mini_start(&mini, mini_read, new_event()));
    for (uint64_t key = 1; key <= 3; ++key) {
        EXPECT_EQ(next_exception(port, &packet), ZX_EXCP_FATAL_PAGE_FAULT);
        EXPECT_EQ(packet.key, key);
        EXPECT_OK(zx_task_resume_from_exception(mini.thread, port, ZX_RESUME_TRY_NEXT));
    }
    EXPECT(mini_join(&mini) != 0);
    mini_close(&mini);
    CLOSE(port, job);
}

TEST(exception_debugger_hears_of_threads) {
    const struct mini_call calls[] = {{zx_thread_exit, MINI_PLAIN, {0}}};
    struct mini mini;
    zx_port_packet_t packet;
    zx_info_process_t info;
    const zx_handle_t port = new_port();
    REQUIRE(mini_create(&mini, zx_job_default()));
    mini_script(&mini, calls, 1);
    EXPECT_OK(zx_task_bind_exception_port(mini.process, port, 4, ZX_EXCEPTION_PORT_DEBUGGER));
    EXPECT_OK(zx_object_get_info(mini.process, ZX_INFO_PROCESS, &info, sizeof(info), NULL, NULL));
    EXPECT(info.debugger_attached);
    EXPECT_OK(mini_start(&mini, mini_run, new_event()));
    EXPECT_EQ(next_exception(port, &packet), ZX_EXCP_THREAD_STARTING);
    EXPECT_OK(zx_task_resume_from_exception(mini.thread, port, 0));
    EXPECT_EQ(next_exception(port, &packet), ZX_EXCP_THREAD_EXITING);
    EXPECT_STATUS(zx_object_wait_one(mini.thread, ZX_THREAD_TERMINATED, 0, NULL), ZX_ERR_TIMED_OUT);
    EXPECT_OK(zx_task_resume_from_exception(mini.thread, port, 0));
    EXPECT_EQ(mini_join(&mini), 0);
    mini_close(&mini);
    CLOSE(port);
}

TEST(exception_job_debugger_hears_of_processes) {
    const struct mini_call calls[] = {{zx_process_exit, MINI_PLAIN, {0}}};
    struct mini mini;
    zx_port_packet_t packet;
    zx_handle_t job;
    const zx_handle_t port = new_port();
    REQUIRE_OK(zx_job_create(zx_job_default(), 0, &job));
    EXPECT_OK(zx_task_bind_exception_port(job, port, 5, ZX_EXCEPTION_PORT_DEBUGGER));
    REQUIRE(mini_create(&mini, job));
    mini_script(&mini, calls, 1);
    EXPECT_OK(mini_start(&mini, mini_run, new_event()));
    EXPECT_EQ(next_exception(port, &packet), ZX_EXCP_PROCESS_STARTING);
    EXPECT_EQ(packet.exception.pid, koid_of(mini.process));
    EXPECT_OK(zx_task_resume_from_exception(mini.thread, port, 0));
    EXPECT_EQ(mini_join(&mini), 0);
    mini_close(&mini);
    CLOSE(port, job);
}

// When the port goes, the search goes on.
TEST(exception_port_closes) {
    struct mini mini;
    zx_port_packet_t packet;
    const zx_handle_t port = new_port();
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_OK(zx_task_bind_exception_port(mini.process, port, 1, 0));
    EXPECT_OK(mini_start(&mini, mini_read, new_event()));
    EXPECT_EQ(next_exception(port, &packet), ZX_EXCP_FATAL_PAGE_FAULT);
    CLOSE(port);
    EXPECT(mini_join(&mini) != 0);
    mini_close(&mini);
}

// A report that its port has no room for is handled by nobody, and nobody else is asked.
TEST(exception_port_is_full) {
    struct mini mini;
    zx_port_packet_t packet = {0};
    const zx_handle_t full = new_port(), next = new_port();
    while (zx_port_queue(full, &packet) == ZX_OK) {
    }
    EXPECT_STATUS(zx_port_queue(full, &packet), ZX_ERR_SHOULD_WAIT);
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_OK(zx_task_bind_exception_port(mini.thread, full, 1, 0));
    EXPECT_OK(zx_task_bind_exception_port(mini.process, next, 2, 0));
    EXPECT_OK(mini_start(&mini, mini_read, new_event()));
    EXPECT_EQ(mini_join(&mini), -1);
    EXPECT_STATUS(zx_port_wait(next, 0, &packet), ZX_ERR_TIMED_OUT);
    mini_close(&mini);
    // A debugger whose port is full misses the start; the thread goes on.
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_OK(zx_task_bind_exception_port(mini.process, full, 3, ZX_EXCEPTION_PORT_DEBUGGER));
    EXPECT_OK(mini_start(&mini, mini_loop, new_event()));
    zx_nanosleep(after_ms(3));
    EXPECT_EQ(state_of(mini.thread), ZX_THREAD_STATE_RUNNING);
    mini_close(&mini);
    CLOSE(full, next);
}

TEST(exception_port_errors) {
    const zx_handle_t port = new_port(), other = new_port(), event = new_event();
    struct mini mini;
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_STATUS(zx_task_bind_exception_port(mini.process, ZX_HANDLE_INVALID, 0, 0), ZX_ERR_BAD_STATE);
    EXPECT_OK(zx_task_bind_exception_port(mini.process, port, 0, 0));
    EXPECT_STATUS(zx_task_bind_exception_port(mini.process, other, 0, 0), ZX_ERR_ALREADY_BOUND);
    EXPECT_OK(zx_task_bind_exception_port(mini.process, other, 0, ZX_EXCEPTION_PORT_DEBUGGER));
    EXPECT_OK(zx_task_bind_exception_port(mini.process, ZX_HANDLE_INVALID, 0, 0));
    EXPECT_OK(zx_task_bind_exception_port(mini.process, ZX_HANDLE_INVALID, 0, ZX_EXCEPTION_PORT_DEBUGGER));
    EXPECT_STATUS(zx_task_bind_exception_port(event, port, 0, 0), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_task_bind_exception_port(mini.process, event, 0, 0), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_task_bind_exception_port(closed_handle(), port, 0, 0), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_task_bind_exception_port(mini.process, port, 0, 0x80), ZX_ERR_INVALID_ARGS);
    mini_close(&mini);
    CLOSE(port, other, event);
}

// A policy may ask for an exception instead of an error, from which the thread goes on.
TEST(exception_of_a_policy) {
    const zx_policy_basic_t policy = {ZX_POL_BAD_HANDLE, ZX_POL_ACTION_ALLOW | ZX_POL_ACTION_EXCEPTION};
    const struct mini_call calls[] = {{zx_handle_close, MINI_PLAIN, {0xfffffff1}}, {zx_process_exit, MINI_RESULT, {0}}};
    struct mini mini;
    zx_port_packet_t packet;
    zx_handle_t job;
    const zx_handle_t port = new_port();
    REQUIRE_OK(zx_job_create(zx_job_default(), 0, &job));
    EXPECT_OK(zx_job_set_policy(job, ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC, &policy, 1));
    REQUIRE(mini_create(&mini, job));
    mini_script(&mini, calls, 2);
    EXPECT_OK(zx_task_bind_exception_port(mini.process, port, 1, ZX_EXCEPTION_PORT_DEBUGGER));
    EXPECT_OK(mini_start(&mini, mini_run, new_event()));
    EXPECT_EQ(next_exception(port, &packet), ZX_EXCP_THREAD_STARTING);
    EXPECT_OK(zx_task_resume_from_exception(mini.thread, port, 0));
    EXPECT_EQ(next_exception(port, &packet), ZX_EXCP_POLICY_ERROR);
    EXPECT_OK(zx_task_resume_from_exception(mini.thread, port, 0));
    // The end of a thread that process_exit ends may be told too.
    if (zx_port_wait(port, after_ms(100), &packet) == ZX_OK) {
        zx_task_resume_from_exception(mini.thread, port, 0);
    }
    EXPECT_EQ(mini_join(&mini), ZX_ERR_BAD_HANDLE);
    mini_close(&mini);
    CLOSE(port, job);
}

enum { STORM_THREADS = 4, STORM_EXCEPTIONS = 40 };

static int break_often(void* counter) {
    for (int i = 0; i < STORM_EXCEPTIONS; ++i) {
        __asm__ volatile("brk #0");
        ++*(int*)counter;
    }
    return 0;
}

// The loop of docs/exceptions.md for the process's own threads, all at once: each goes on behind its breakpoint.
TEST(exception_own_threads) {
    const zx_handle_t port = new_port(), self = zx_process_self();
    thrd_t threads[STORM_THREADS];
    int counts[STORM_THREADS] = {0};
    REQUIRE_OK(zx_task_bind_exception_port(self, port, 9, 0));
    for (int i = 0; i < STORM_THREADS; ++i) {
        EXPECT_EQ(thrd_create(&threads[i], break_often, &counts[i]), thrd_success);
    }
    for (int i = 0; i < STORM_THREADS * STORM_EXCEPTIONS; ++i) {
        zx_port_packet_t packet;
        zx_thread_state_general_regs_t registers;
        zx_handle_t thread;
        REQUIRE(EXPECT_EQ(next_exception(port, &packet), ZX_EXCP_SW_BREAKPOINT));
        REQUIRE_OK(zx_object_get_child(self, packet.exception.tid, ZX_RIGHT_SAME_RIGHTS, &thread));
        EXPECT_OK(zx_thread_read_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)));
        registers.pc += 4;
        EXPECT_OK(zx_thread_write_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)));
        EXPECT_OK(zx_task_resume_from_exception(thread, port, 0));
        CLOSE(thread);
    }
    for (int i = 0; i < STORM_THREADS; ++i) {
        EXPECT_EQ(thrd_join(threads[i], NULL), thrd_success);
        EXPECT_EQ(counts[i], STORM_EXCEPTIONS);
    }
    EXPECT_OK(zx_task_bind_exception_port(self, ZX_HANDLE_INVALID, 0, 0));
    CLOSE(port);
}

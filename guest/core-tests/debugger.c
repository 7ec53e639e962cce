// What a debugger does: docs/exceptions.md, docs/syscalls/thread_read_state.md, thread_write_state.md, task_suspend.md,
// process_read_memory.md, <zircon/syscalls/debug.h>.
#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/port.h>

#include "mini.h"

#define OFFSET(place) ((uintptr_t)((place) - mini_begin))
#define INSTRUCTION 4
#define KEY 77

struct session {
    struct mini mini;
    zx_handle_t port;
};

static zx_thread_state_general_regs_t registers_of(const struct session* session) {
    zx_thread_state_general_regs_t registers = {0};
    EXPECT_OK(zx_thread_read_state(session->mini.thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)));
    return registers;
}

static void set_registers(const struct session* session, zx_thread_state_general_regs_t registers) {
    EXPECT_OK(zx_thread_write_state(session->mini.thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)));
}

// The next exception of the process; 0 if none comes.
static uint32_t wait_exception(const struct session* session) {
    zx_port_packet_t packet = {0};
    if (!EXPECT_OK(zx_port_wait(session->port, after_ms(2000), &packet))) {
        return 0;
    }
    EXPECT(packet.key == KEY && ZX_PKT_IS_EXCEPTION(packet.type));
    EXPECT_EQ(packet.exception.pid, koid_of(session->mini.process));
    EXPECT_EQ(packet.exception.tid, koid_of(session->mini.thread));
    return packet.type;
}

static void go_on(const struct session* session) {
    EXPECT_OK(zx_task_resume_from_exception(session->mini.thread, session->port, 0));
}

static void set_stepping(const struct session* session, zx_thread_state_single_step_t value) {
    EXPECT_OK(zx_thread_write_state(session->mini.thread, ZX_THREAD_STATE_SINGLE_STEP, &value, sizeof(value)));
}

// A process with a debugger, stopped before its first instruction.
static bool attach(struct session* session, const char* place, zx_handle_t argument) {
    session->port = ZX_HANDLE_INVALID;
    return EXPECT(mini_create(&session->mini, zx_job_default())) && EXPECT_OK(zx_port_create(0, &session->port)) &&
           EXPECT_OK(zx_task_bind_exception_port(session->mini.process, session->port, KEY,
                                                 ZX_EXCEPTION_PORT_DEBUGGER)) &&
           EXPECT_OK(mini_start(&session->mini, place, argument)) &&
           EXPECT_EQ(wait_exception(session), ZX_EXCP_THREAD_STARTING);
}

static void detach(const struct session* session) {
    CLOSE(session->port);
    mini_close(&session->mini);
}

static zx_thread_state_t state_of(zx_handle_t thread) {
    zx_info_thread_t info = {0};
    EXPECT_OK(zx_object_get_info(thread, ZX_INFO_THREAD, &info, sizeof(info), NULL, NULL));
    return info.state;
}

// "All other registers are zero upon start."
TEST(debugger_registers_at_the_start) {
    struct session session;
    REQUIRE(attach(&session, mini_loop, new_event()));
    const zx_thread_state_general_regs_t registers = registers_of(&session);
    EXPECT_EQ(registers.pc, session.mini.code + OFFSET(mini_loop));
    EXPECT_EQ(registers.sp, session.mini.stack_top);
    EXPECT(registers.r[0] != 0);
    EXPECT_EQ(registers.r[1], session.mini.code + MINI_SCRIPT);
    uint64_t others = registers.lr | registers.cpsr;
    for (int i = 2; i < 30; ++i) {
        others |= registers.r[i];
    }
    EXPECT_EQ(others, 0);
    zx_thread_state_vector_regs_t vectors;
    EXPECT_OK(zx_thread_read_state(session.mini.thread, ZX_THREAD_STATE_VECTOR_REGS, &vectors, sizeof(vectors)));
    for (int i = 0; i < 32; ++i) {
        EXPECT((vectors.v[i].low | vectors.v[i].high) == 0);
    }
    detach(&session);
}

TEST(debugger_single_steps) {
    struct session session;
    zx_exception_report_t report;
    REQUIRE(attach(&session, mini_count, new_event()));
    const zx_vaddr_t start = session.mini.code + OFFSET(mini_count);
    set_stepping(&session, 1);
    // The first instruction, then turns of three.
    for (unsigned step = 0; step < 10; ++step) {
        go_on(&session);
        REQUIRE(EXPECT_EQ(wait_exception(&session), ZX_EXCP_HW_BREAKPOINT));
        const zx_thread_state_general_regs_t registers = registers_of(&session);
        EXPECT_EQ(registers.pc, start + INSTRUCTION * (1 + step % 3));
        EXPECT_EQ(registers.r[2], (step + 2) / 3);
        set_stepping(&session, 1);
    }
    EXPECT_OK(zx_object_get_info(session.mini.thread, ZX_INFO_THREAD_EXCEPTION_REPORT, &report, sizeof(report), NULL,
                                 NULL));
    EXPECT_EQ(report.header.size, sizeof(report));
    EXPECT_EQ(report.context.arch.u.arm_64.esr >> 26, 0x32); // software step, from a lower level
    set_stepping(&session, 0);
    go_on(&session);
    zx_port_packet_t packet;
    EXPECT_STATUS(zx_port_wait(session.port, after_ms(5), &packet), ZX_ERR_TIMED_OUT);
    detach(&session);
}

// A system call is one step; its result is there behind it.
TEST(debugger_steps_over_a_system_call) {
    const struct mini_call calls[] = {{zx_handle_close, MINI_PLAIN, {0xfffffff1}}, {zx_process_exit, MINI_PLAIN, {0}}};
    struct session session;
    REQUIRE(attach(&session, mini_run, new_event()));
    mini_script(&session.mini, calls, 2);
    zx_thread_state_general_regs_t registers = registers_of(&session);
    bool found = false;
    for (int step = 0; step < 100 && !found; ++step) {
        uint32_t instruction = 0;
        size_t actual;
        set_stepping(&session, 1);
        const zx_vaddr_t pc = registers.pc;
        EXPECT_OK(zx_process_read_memory(session.mini.process, pc, &instruction, sizeof(instruction), &actual));
        go_on(&session);
        REQUIRE(EXPECT_EQ(wait_exception(&session), ZX_EXCP_HW_BREAKPOINT));
        registers = registers_of(&session);
        if (instruction == 0xd4000001) { // svc #0
            found = true;
            EXPECT_EQ(registers.pc, pc + INSTRUCTION);
            EXPECT_EQ((zx_status_t)registers.r[0], ZX_ERR_BAD_HANDLE);
        }
    }
    EXPECT(found);
    detach(&session);
}

// A breakpoint is written into code that the process itself cannot write, met, taken out, and left behind.
TEST(debugger_software_breakpoint) {
    const uint32_t breakpoint = 0xd4200000;
    struct session session;
    uint32_t original = 0;
    size_t actual;
    REQUIRE(attach(&session, mini_count, new_event()));
    const zx_vaddr_t place = session.mini.code + OFFSET(mini_count) + 2 * INSTRUCTION;
    go_on(&session);
    zx_nanosleep(after_ms(2)); // it has run there before
    EXPECT_OK(zx_process_read_memory(session.mini.process, place, &original, sizeof(original), &actual));
    EXPECT_OK(zx_process_write_memory(session.mini.process, place, &breakpoint, sizeof(breakpoint), &actual));
    REQUIRE(EXPECT_EQ(wait_exception(&session), ZX_EXCP_SW_BREAKPOINT));
    const zx_thread_state_general_regs_t at = registers_of(&session);
    EXPECT_EQ(at.pc, place);
    // With the breakpoint still there it is met again.
    go_on(&session);
    REQUIRE(EXPECT_EQ(wait_exception(&session), ZX_EXCP_SW_BREAKPOINT));
    EXPECT_EQ(registers_of(&session).r[2], at.r[2]);
    EXPECT_OK(zx_process_write_memory(session.mini.process, place, &original, sizeof(original), &actual));
    set_stepping(&session, 1);
    go_on(&session);
    REQUIRE(EXPECT_EQ(wait_exception(&session), ZX_EXCP_HW_BREAKPOINT));
    EXPECT_EQ(registers_of(&session).pc, place + INSTRUCTION);
    uint64_t stored = 0;
    EXPECT_OK(zx_process_read_memory(session.mini.process, at.sp - 16, &stored, sizeof(stored), &actual));
    EXPECT_EQ(stored, at.r[2]);
    set_stepping(&session, 0);
    go_on(&session);
    detach(&session);
}

TEST(debugger_hardware_breakpoint) {
    struct session session;
    zx_thread_state_debug_regs_t debug = {0};
    REQUIRE(attach(&session, mini_count, new_event()));
    const zx_vaddr_t place = session.mini.code + OFFSET(mini_count) + INSTRUCTION;
    EXPECT_OK(zx_thread_read_state(session.mini.thread, ZX_THREAD_STATE_DEBUG_REGS, &debug, sizeof(debug)));
    EXPECT(debug.hw_bps_count >= 2 && debug.hw_bps_count <= AARCH64_MAX_HW_BREAKPOINTS);
    EXPECT(debug.hw_wps_count >= 2 && debug.hw_wps_count <= AARCH64_MAX_HW_WATCHPOINTS);
    debug.hw_bps[1].dbgbvr = place;
    debug.hw_bps[1].dbgbcr = 0x1e5; // enabled, at EL0, all four bytes
    EXPECT_OK(zx_thread_write_state(session.mini.thread, ZX_THREAD_STATE_DEBUG_REGS, &debug, sizeof(debug)));
    for (uint64_t turn = 0; turn < 3; ++turn) {
        go_on(&session);
        REQUIRE(EXPECT_EQ(wait_exception(&session), ZX_EXCP_HW_BREAKPOINT));
        EXPECT_EQ(registers_of(&session).pc, place);
        EXPECT_EQ(registers_of(&session).r[2], turn);
        // It is left behind with the breakpoint off.
        debug.hw_bps[1].dbgbcr = 0;
        EXPECT_OK(zx_thread_write_state(session.mini.thread, ZX_THREAD_STATE_DEBUG_REGS, &debug, sizeof(debug)));
        EXPECT_OK(zx_thread_read_state(session.mini.thread, ZX_THREAD_STATE_DEBUG_REGS, &debug, sizeof(debug)));
        EXPECT_EQ(debug.hw_bps[1].dbgbvr, place);
        set_stepping(&session, 1);
        go_on(&session);
        REQUIRE(EXPECT_EQ(wait_exception(&session), ZX_EXCP_HW_BREAKPOINT));
        EXPECT_EQ(registers_of(&session).pc, place + INSTRUCTION);
        set_stepping(&session, 0);
        debug.hw_bps[1].dbgbcr = 0x1e5;
        EXPECT_OK(zx_thread_write_state(session.mini.thread, ZX_THREAD_STATE_DEBUG_REGS, &debug, sizeof(debug)));
    }
    debug.hw_bps[1].dbgbvr = UINT64_MAX - 3;
    EXPECT_STATUS(zx_thread_write_state(session.mini.thread, ZX_THREAD_STATE_DEBUG_REGS, &debug, sizeof(debug)),
                  ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_thread_write_state(session.mini.thread, ZX_THREAD_STATE_DEBUG_REGS, &debug, sizeof(debug) - 8),
                  ZX_ERR_INVALID_ARGS);
    detach(&session);
}

TEST(debugger_watchpoint) {
    struct session session;
    zx_thread_state_debug_regs_t debug = {0};
    zx_exception_report_t report = {0};
    REQUIRE(attach(&session, mini_count, new_event()));
    const zx_vaddr_t watched = session.mini.stack_top - 16;
    debug.hw_wps[0].dbgwvr = watched;
    debug.hw_wps[0].dbgwcr = 0x1ff5; // enabled, at EL0, stores, all eight bytes
    EXPECT_OK(zx_thread_write_state(session.mini.thread, ZX_THREAD_STATE_DEBUG_REGS, &debug, sizeof(debug)));
    go_on(&session);
    REQUIRE(EXPECT_EQ(wait_exception(&session), ZX_EXCP_HW_BREAKPOINT));
    EXPECT_EQ(registers_of(&session).pc, session.mini.code + OFFSET(mini_count) + 2 * INSTRUCTION);
    EXPECT_OK(zx_object_get_info(session.mini.thread, ZX_INFO_THREAD_EXCEPTION_REPORT, &report, sizeof(report), NULL,
                                 NULL));
    EXPECT_EQ(report.context.arch.u.arm_64.esr >> 26, 0x34); // watchpoint, from a lower level
    EXPECT_EQ(report.context.arch.u.arm_64.far, watched);
    detach(&session);
}

// What the debugger writes into registers, the thread goes on with.
TEST(debugger_writes_registers) {
    struct session session;
    zx_thread_state_vector_regs_t vectors, found;
    REQUIRE(attach(&session, mini_breakpoint, new_event()));
    zx_thread_state_general_regs_t registers = registers_of(&session);
    for (unsigned i = 0; i < 30; ++i) {
        registers.r[i] = 0x1111111111111111u * (i % 15 + 1) + i;
    }
    registers.lr = 0x123456789abcdef0;
    registers.cpsr = 0xa0000000; // N and C
    set_registers(&session, registers);
    for (unsigned i = 0; i < 32; ++i) {
        vectors.v[i].low = 0x0101010101010101u * i;
        vectors.v[i].high = ~vectors.v[i].low;
    }
    vectors.fpcr = 0x01000000; // flush to zero
    vectors.fpsr = 0x10;       // inexact
    EXPECT_OK(zx_thread_write_state(session.mini.thread, ZX_THREAD_STATE_VECTOR_REGS, &vectors, sizeof(vectors)));
    go_on(&session);
    REQUIRE(EXPECT_EQ(wait_exception(&session), ZX_EXCP_SW_BREAKPOINT));
    const zx_thread_state_general_regs_t after = registers_of(&session);
    EXPECT(memcmp(&after, &registers, sizeof(after)) == 0);
    EXPECT_OK(zx_thread_read_state(session.mini.thread, ZX_THREAD_STATE_VECTOR_REGS, &found, sizeof(found)));
    EXPECT(memcmp(&found, &vectors, sizeof(found)) == 0);
    zx_thread_state_fp_regs_t fp;
    EXPECT_OK(zx_thread_read_state(session.mini.thread, ZX_THREAD_STATE_FP_REGS, &fp, sizeof(fp)));
    uint64_t foreign;
    EXPECT_STATUS(zx_thread_read_state(session.mini.thread, ZX_THREAD_X86_REGISTER_FS, &foreign, sizeof(foreign)),
                  ZX_ERR_NOT_SUPPORTED);
    detach(&session);
}

// The loop of docs/exceptions.md: the thread is found by its koid, with the rights of the process's handle.
TEST(debugger_finds_threads_by_koid) {
    struct session session;
    zx_handle_t thread;
    REQUIRE(attach(&session, mini_breakpoint, new_event()));
    REQUIRE_OK(zx_object_get_child(session.mini.process, koid_of(session.mini.thread), ZX_RIGHT_SAME_RIGHTS, &thread));
    EXPECT_EQ(rights_of(thread), rights_of(session.mini.process));
    EXPECT_OK(zx_task_resume_from_exception(thread, session.port, 0));
    EXPECT_EQ(wait_exception(&session), ZX_EXCP_SW_BREAKPOINT);
    EXPECT_OK(zx_task_resume_from_exception(thread, session.port, ZX_RESUME_TRY_NEXT));
    EXPECT_EQ(wait_exception(&session), ZX_EXCP_THREAD_EXITING); // nobody else would have it
    EXPECT(mini_join(&session.mini) != 0);
    CLOSE(thread);
    detach(&session);
}

// "The thread stays paused until it is resumed for both the exception and the suspension."
TEST(debugger_suspends_in_an_exception) {
    struct session session;
    zx_handle_t token;
    for (int order = 0; order < 2; ++order) {
        REQUIRE(attach(&session, mini_loop, new_event()));
        EXPECT_EQ(state_of(session.mini.thread), ZX_THREAD_STATE_BLOCKED_EXCEPTION);
        REQUIRE_OK(zx_task_suspend(session.mini.thread, &token));
        EXPECT_EQ(state_of(session.mini.thread), ZX_THREAD_STATE_BLOCKED_EXCEPTION);
        if (order == 0) {
            go_on(&session);
            EXPECT_OK(zx_object_wait_one(session.mini.thread, ZX_THREAD_SUSPENDED, after_ms(1000), NULL));
            EXPECT_EQ(state_of(session.mini.thread), ZX_THREAD_STATE_SUSPENDED);
            CLOSE(token);
        } else {
            CLOSE(token);
            EXPECT_EQ(state_of(session.mini.thread), ZX_THREAD_STATE_BLOCKED_EXCEPTION);
            go_on(&session);
        }
        EXPECT_OK(zx_object_wait_one(session.mini.thread, ZX_THREAD_RUNNING, after_ms(1000), NULL));
        zx_nanosleep(after_ms(1));
        EXPECT_EQ(state_of(session.mini.thread), ZX_THREAD_STATE_RUNNING);
        detach(&session);
    }
}

// A thread in a system call is suspended and goes on with it.
TEST(debugger_suspends_in_a_system_call) {
    struct session session;
    zx_handle_t token;
    const zx_handle_t event = new_event(), copy = with_rights(event, ZX_RIGHT_SAME_RIGHTS);
    const struct mini_call calls[] = {
        {zx_object_wait_one, MINI_ARGUMENT, {0, ZX_EVENT_SIGNALED, (uint64_t)ZX_TIME_INFINITE, 0}},
        {zx_process_exit, MINI_RESULT, {0}},
    };
    REQUIRE(attach(&session, mini_run, copy));
    mini_script(&session.mini, calls, 2);
    go_on(&session);
    for (int i = 0; i < 100 && state_of(session.mini.thread) != ZX_THREAD_STATE_BLOCKED_WAIT_ONE; ++i) {
        zx_nanosleep(after_ms(1));
    }
    REQUIRE_OK(zx_task_suspend(session.mini.process, &token));
    EXPECT_OK(zx_object_wait_one(session.mini.thread, ZX_THREAD_SUSPENDED, after_ms(1000), NULL));
    const zx_thread_state_general_regs_t registers = registers_of(&session);
    EXPECT(registers.pc > session.mini.vdso); // the call's, in the vDSO
    EXPECT_OK(zx_object_signal(event, 0, ZX_EVENT_SIGNALED));
    EXPECT_STATUS(zx_object_wait_one(session.mini.process, ZX_PROCESS_TERMINATED, after_ms(5), NULL),
                  ZX_ERR_TIMED_OUT);
    CLOSE(token);
    EXPECT_EQ(wait_exception(&session), ZX_EXCP_THREAD_EXITING);
    EXPECT_EQ(mini_join(&session.mini), ZX_OK);
    detach(&session);
    CLOSE(event);
}

// Killed in the midst of an exception.
TEST(debugger_kills) {
    struct session session;
    zx_port_packet_t packet;
    REQUIRE(attach(&session, mini_read, new_event()));
    go_on(&session);
    EXPECT_EQ(wait_exception(&session), ZX_EXCP_FATAL_PAGE_FAULT);
    EXPECT_OK(zx_task_kill(session.mini.process));
    EXPECT_EQ(mini_join(&session.mini), -1);
    EXPECT_EQ(wait_exception(&session), ZX_EXCP_THREAD_EXITING);
    EXPECT_STATUS(zx_task_resume_from_exception(session.mini.thread, session.port, 0), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_port_wait(session.port, 0, &packet), ZX_ERR_TIMED_OUT);
    // The port is bound until it is unbound.
    EXPECT_OK(zx_task_bind_exception_port(session.mini.process, ZX_HANDLE_INVALID, 0, ZX_EXCEPTION_PORT_DEBUGGER));
    EXPECT_STATUS(zx_task_bind_exception_port(session.mini.process, ZX_HANDLE_INVALID, 0, ZX_EXCEPTION_PORT_DEBUGGER),
                  ZX_ERR_BAD_STATE);
    detach(&session);
}

// A debugger of the job and one of the process: the first thread stops for one after the other.
TEST(debugger_of_job_and_process) {
    struct session session;
    zx_handle_t job, of_job;
    zx_port_packet_t packet;
    REQUIRE_OK(zx_job_create(zx_job_default(), 0, &job));
    REQUIRE_OK(zx_port_create(0, &of_job));
    REQUIRE_OK(zx_port_create(0, &session.port));
    EXPECT_OK(zx_task_bind_exception_port(job, of_job, 1, ZX_EXCEPTION_PORT_DEBUGGER));
    REQUIRE(mini_create(&session.mini, job));
    EXPECT_OK(zx_task_bind_exception_port(session.mini.process, session.port, KEY, ZX_EXCEPTION_PORT_DEBUGGER));
    EXPECT_OK(mini_start(&session.mini, mini_loop, new_event()));
    EXPECT_OK(zx_port_wait(of_job, after_ms(1000), &packet));
    EXPECT_EQ(packet.type, ZX_EXCP_PROCESS_STARTING);
    zx_info_thread_t info = {0};
    EXPECT_OK(zx_object_get_info(session.mini.thread, ZX_INFO_THREAD, &info, sizeof(info), NULL, NULL));
    EXPECT_EQ(info.wait_exception_port_type, ZX_EXCEPTION_PORT_TYPE_JOB_DEBUGGER);
    EXPECT_STATUS(zx_port_wait(session.port, 0, &packet), ZX_ERR_TIMED_OUT);
    EXPECT_OK(zx_task_resume_from_exception(session.mini.thread, of_job, 0));
    EXPECT_EQ(wait_exception(&session), ZX_EXCP_THREAD_STARTING);
    go_on(&session);
    EXPECT_OK(zx_object_wait_one(session.mini.thread, ZX_THREAD_RUNNING, after_ms(1000), NULL));
    detach(&session);
    CLOSE(job, of_job);
}

// A debugger that comes later: it suspends, looks, and steps from there.
TEST(debugger_attaches_to_a_running_process) {
    struct session session;
    zx_handle_t token;
    zx_port_packet_t packet;
    REQUIRE_OK(zx_port_create(0, &session.port));
    REQUIRE(mini_create(&session.mini, zx_job_default()));
    EXPECT_OK(mini_start(&session.mini, mini_count, ZX_HANDLE_INVALID));
    zx_nanosleep(after_ms(1));
    EXPECT_OK(zx_task_bind_exception_port(session.mini.process, session.port, KEY, ZX_EXCEPTION_PORT_DEBUGGER));
    // What had started before is not told.
    EXPECT_STATUS(zx_port_wait(session.port, after_ms(1), &packet), ZX_ERR_TIMED_OUT);
    REQUIRE_OK(zx_task_suspend(session.mini.process, &token));
    EXPECT_OK(zx_object_wait_one(session.mini.thread, ZX_THREAD_SUSPENDED, after_ms(1000), NULL));
    const zx_vaddr_t turn = session.mini.code + OFFSET(mini_count) + INSTRUCTION;
    zx_vaddr_t pc = registers_of(&session).pc;
    EXPECT(pc >= turn && pc < turn + 3 * INSTRUCTION);
    set_stepping(&session, 1);
    CLOSE(token);
    for (int step = 0; step < 4; ++step) {
        REQUIRE(EXPECT_EQ(wait_exception(&session), ZX_EXCP_HW_BREAKPOINT));
        pc = turn + (pc - turn + INSTRUCTION) % (3 * INSTRUCTION);
        EXPECT_EQ(registers_of(&session).pc, pc);
        // While it is suspended too, a step waits.
        REQUIRE_OK(zx_task_suspend(session.mini.thread, &token));
        go_on(&session);
        EXPECT_STATUS(zx_port_wait(session.port, after_ms(1), &packet), ZX_ERR_TIMED_OUT);
        EXPECT_EQ(registers_of(&session).pc, pc);
        CLOSE(token);
    }
    REQUIRE(EXPECT_EQ(wait_exception(&session), ZX_EXCP_HW_BREAKPOINT));
    set_stepping(&session, 0);
    go_on(&session);
    EXPECT_OK(zx_task_bind_exception_port(session.mini.process, ZX_HANDLE_INVALID, 0, ZX_EXCEPTION_PORT_DEBUGGER));
    zx_nanosleep(after_ms(1));
    EXPECT_EQ(state_of(session.mini.thread), ZX_THREAD_STATE_RUNNING);
    detach(&session);
}

// Steps and breakpoints are one thread's own: another one of the same code runs through.
TEST(debugger_steps_one_of_two_threads) {
    struct session session;
    zx_handle_t other;
    REQUIRE(attach(&session, mini_count, ZX_HANDLE_INVALID));
    REQUIRE_OK(zx_thread_create(session.mini.process, "other", 5, 0, &other));
    EXPECT_OK(zx_thread_start(other, session.mini.code + OFFSET(mini_count), session.mini.stack_top - 4096, 0, 0));
    zx_port_packet_t packet;
    EXPECT_OK(zx_port_wait(session.port, after_ms(1000), &packet));
    EXPECT(packet.type == ZX_EXCP_THREAD_STARTING && packet.exception.tid == koid_of(other));
    EXPECT_OK(zx_task_resume_from_exception(other, session.port, 0));
    set_stepping(&session, 1);
    for (int step = 0; step < 10; ++step) {
        go_on(&session);
        REQUIRE(EXPECT_EQ(wait_exception(&session), ZX_EXCP_HW_BREAKPOINT));
        EXPECT_EQ(registers_of(&session).r[2], (step + 2) / 3);
    }
    zx_info_thread_stats_t stats = {0};
    zx_nanosleep(after_ms(1));
    EXPECT_OK(zx_object_get_info(other, ZX_INFO_THREAD_STATS, &stats, sizeof(stats), NULL, NULL));
    EXPECT(stats.total_runtime > 10000);
    CLOSE(other);
    detach(&session);
}

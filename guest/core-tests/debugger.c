// What a debugger does with registers, steps and breakpoints: docs/syscalls/thread_read_state.md, thread_write_state.md,
// process_read_memory.md, process_write_memory.md, <zircon/syscalls/debug.h>.
#include "session.h"

// "All other registers are zero upon start."
TEST(debugger_registers_at_the_start) {
    struct session session;
    REQUIRE(session_attach_at_entry(&session, mini_loop, new_event()));
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
    session_detach(&session);
}

TEST(debugger_single_steps) {
    struct session session;
    zx_exception_report_t report;
    REQUIRE(session_attach_at_entry(&session, mini_count, new_event()));
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
    session_detach(&session);
}

// A system call is one step; its result is there behind it.
TEST(debugger_steps_over_a_system_call) {
    const struct mini_call calls[] = {{zx_handle_close, MINI_PLAIN, {0xfffffff1}}, {zx_process_exit, MINI_PLAIN, {0}}};
    struct session session;
    REQUIRE(session_attach_at_entry(&session, mini_run, new_event()));
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
    session_detach(&session);
}

// A breakpoint is written into code that the process itself cannot write, met, taken out, and left behind.
TEST(debugger_software_breakpoint) {
    const uint32_t breakpoint = 0xd4200000;
    struct session session;
    uint32_t original = 0;
    size_t actual;
    REQUIRE(session_attach(&session, mini_count, new_event()));
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
    session_detach(&session);
}

TEST(debugger_hardware_breakpoint) {
    struct session session;
    zx_thread_state_debug_regs_t debug = {0};
    REQUIRE(session_attach_at_entry(&session, mini_count, new_event()));
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
    session_detach(&session);
}

TEST(debugger_watchpoint) {
    struct session session;
    zx_thread_state_debug_regs_t debug = {0};
    zx_exception_report_t report = {0};
    REQUIRE(session_attach_at_entry(&session, mini_count, new_event()));
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
    session_detach(&session);
}

// What the debugger writes into registers, the thread goes on with.
TEST(debugger_writes_registers) {
    struct session session;
    zx_thread_state_vector_regs_t vectors, found;
    REQUIRE(session_attach_at_entry(&session, mini_breakpoint, new_event()));
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
    session_detach(&session);
}

// Steps and breakpoints are one thread's own: another one of the same code runs through.
TEST(debugger_steps_one_of_two_threads) {
    struct session session;
    zx_handle_t other;
    REQUIRE(session_attach_at_entry(&session, mini_count, ZX_HANDLE_INVALID));
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
    session_detach(&session);
}

// In its starting and in its exiting exception a thread has no state to read or to write; a suspension changes nothing.
TEST(debugger_finds_no_registers_outside_of_user_code) {
    const struct mini_call calls[] = {{zx_thread_exit, MINI_PLAIN, {0}}};
    static const uint32_t kinds[] = {ZX_THREAD_STATE_GENERAL_REGS, ZX_THREAD_STATE_FP_REGS, ZX_THREAD_STATE_VECTOR_REGS,
                                     ZX_THREAD_STATE_DEBUG_REGS, ZX_THREAD_STATE_SINGLE_STEP};
    static char state[1024];
    struct session session;
    zx_handle_t token;
    REQUIRE(session_attach(&session, mini_run, new_event()));
    mini_script(&session.mini, calls, 1);
    const zx_handle_t thread = session.mini.thread;
    for (int end = 0; end < 2; ++end) {
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); ++i) {
            EXPECT_STATUS(zx_thread_read_state(thread, kinds[i], state, sizeof(state)), ZX_ERR_NOT_SUPPORTED);
            EXPECT_STATUS(zx_thread_write_state(thread, kinds[i], state, 0), ZX_ERR_NOT_SUPPORTED);
        }
        // Whose end has begun is not suspended any more.
        EXPECT_STATUS(zx_task_suspend(thread, &token), end == 0 ? ZX_OK : ZX_ERR_BAD_STATE);
        EXPECT_STATUS(zx_thread_read_state(thread, ZX_THREAD_STATE_GENERAL_REGS, state, sizeof(state)),
                      ZX_ERR_NOT_SUPPORTED);
        if (end == 0) {
            CLOSE(token);
        }
        EXPECT_STATUS(zx_thread_read_state(thread, 99, state, sizeof(state)), ZX_ERR_INVALID_ARGS);
        go_on(&session);
        if (end == 0) {
            EXPECT_EQ(wait_exception(&session), ZX_EXCP_THREAD_EXITING);
        }
    }
    EXPECT_EQ(mini_join(&session.mini), 0);
    EXPECT_STATUS(zx_thread_read_state(thread, ZX_THREAD_STATE_GENERAL_REGS, state, sizeof(state)), ZX_ERR_BAD_STATE);
    session_detach(&session);
}

// What a debugger does with threads and processes: docs/exceptions.md, docs/syscalls/task_suspend.md.
#include "session.h"

// The loop of docs/exceptions.md: the thread is found by its koid, with the rights of the process's handle.
TEST(debugger_finds_threads_by_koid) {
    struct session session = {0};
    zx_handle_t thread;
    REQUIRE(session_attach(&session, mini_breakpoint, new_event()));
    REQUIRE_OK(zx_object_get_child(session.mini.process, koid_of(session.mini.thread), ZX_RIGHT_SAME_RIGHTS, &thread));
    EXPECT_EQ(rights_of(thread), rights_of(session.mini.process));
    EXPECT_OK(zx_task_resume_from_exception(thread, session.port, 0));
    EXPECT_EQ(wait_exception(&session), ZX_EXCP_SW_BREAKPOINT);
    EXPECT_OK(zx_task_resume_from_exception(thread, session.port, ZX_RESUME_TRY_NEXT));
    EXPECT_EQ(wait_exception(&session), ZX_EXCP_THREAD_EXITING); // nobody else would have it
    EXPECT(mini_join(&session.mini) != 0);
    CLOSE(thread);
    session_detach(&session);
}

// "The thread stays paused until it is resumed for both the exception and the suspension."
TEST(debugger_suspends_in_an_exception) {
    struct session session = {0};
    zx_handle_t token;
    for (int order = 0; order < 2; ++order) {
        REQUIRE(session_attach(&session, mini_loop, new_event()));
        EXPECT_EQ(session_state(&session), ZX_THREAD_STATE_BLOCKED_EXCEPTION);
        REQUIRE_OK(zx_task_suspend(session.mini.thread, &token));
        EXPECT_EQ(session_state(&session), ZX_THREAD_STATE_BLOCKED_EXCEPTION);
        if (order == 0) {
            go_on(&session);
            EXPECT_OK(zx_object_wait_one(session.mini.thread, ZX_THREAD_SUSPENDED, after_ms(1000), NULL));
            EXPECT_EQ(session_state(&session), ZX_THREAD_STATE_SUSPENDED);
            CLOSE(token);
        } else {
            CLOSE(token);
            EXPECT_EQ(session_state(&session), ZX_THREAD_STATE_BLOCKED_EXCEPTION);
            go_on(&session);
        }
        EXPECT_OK(zx_object_wait_one(session.mini.thread, ZX_THREAD_RUNNING, after_ms(1000), NULL));
        zx_nanosleep(after_ms(1));
        EXPECT_EQ(session_state(&session), ZX_THREAD_STATE_RUNNING);
        session_detach(&session);
    }
}

// A thread in a system call is suspended and goes on with it.
TEST(debugger_suspends_in_a_system_call) {
    struct session session = {0};
    zx_handle_t token;
    const zx_handle_t event = new_event(), copy = with_rights(event, ZX_RIGHT_SAME_RIGHTS);
    const struct mini_call calls[] = {
        {zx_object_wait_one, MINI_ARGUMENT, {0, ZX_EVENT_SIGNALED, (uint64_t)ZX_TIME_INFINITE, 0}},
        {zx_process_exit, MINI_RESULT, {0}},
    };
    REQUIRE(session_attach(&session, mini_run, copy));
    mini_script(&session.mini, calls, 2);
    go_on(&session);
    for (int i = 0; i < 100 && session_state(&session) != ZX_THREAD_STATE_BLOCKED_WAIT_ONE; ++i) {
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
    session_detach(&session);
    CLOSE(event);
}

// Killed in the midst of an exception.
TEST(debugger_kills) {
    struct session session = {0};
    zx_port_packet_t packet;
    REQUIRE(session_attach(&session, mini_read, new_event()));
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
    session_detach(&session);
}

// A debugger of the job and one of the process: the first thread stops for one after the other.
TEST(debugger_of_job_and_process) {
    struct session session = {0};
    zx_handle_t job, of_job;
    zx_port_packet_t packet;
    REQUIRE_OK(zx_job_create(zx_job_default(), 0, &job));
    REQUIRE_OK(zx_port_create(0, &of_job));
    REQUIRE_OK(zx_port_create(0, &session.port));
    EXPECT_OK(zx_task_bind_exception_port(job, of_job, 1, ZX_EXCEPTION_PORT_DEBUGGER));
    REQUIRE(mini_create(&session.mini, job));
    EXPECT_OK(zx_task_bind_exception_port(session.mini.process, session.port, SESSION_KEY, ZX_EXCEPTION_PORT_DEBUGGER));
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
    session_detach(&session);
    CLOSE(job, of_job);
}

// A debugger that comes later: it suspends, looks, and steps from there.
TEST(debugger_attaches_to_a_running_process) {
    struct session session = {0};
    zx_handle_t token;
    zx_port_packet_t packet;
    REQUIRE_OK(zx_port_create(0, &session.port));
    REQUIRE(mini_create(&session.mini, zx_job_default()));
    EXPECT_OK(mini_start(&session.mini, mini_count, ZX_HANDLE_INVALID));
    zx_nanosleep(after_ms(1));
    EXPECT_OK(zx_task_bind_exception_port(session.mini.process, session.port, SESSION_KEY, ZX_EXCEPTION_PORT_DEBUGGER));
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
    EXPECT_EQ(session_state(&session), ZX_THREAD_STATE_RUNNING);
    session_detach(&session);
}

#include "session.h"

zx_thread_state_general_regs_t registers_of(const struct session* session) {
    zx_thread_state_general_regs_t registers = {0};
    EXPECT_OK(zx_thread_read_state(session->mini.thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)));
    return registers;
}

void set_registers(const struct session* session, zx_thread_state_general_regs_t registers) {
    EXPECT_OK(zx_thread_write_state(session->mini.thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)));
}

uint32_t wait_exception(const struct session* session) {
    zx_port_packet_t packet = {0};
    if (!EXPECT_OK(zx_port_wait(session->port, after_ms(2000), &packet))) {
        return 0;
    }
    EXPECT(packet.key == SESSION_KEY && ZX_PKT_IS_EXCEPTION(packet.type));
    EXPECT_EQ(packet.exception.pid, koid_of(session->mini.process));
    EXPECT_EQ(packet.exception.tid, koid_of(session->mini.thread));
    return packet.type;
}

void go_on(struct session* session) {
    if (session->token != ZX_HANDLE_INVALID) {
        CLOSE(session->token);
        session->token = ZX_HANDLE_INVALID;
    } else {
        EXPECT_OK(zx_task_resume_from_exception(session->mini.thread, session->port, 0));
    }
}

void set_stepping(const struct session* session, zx_thread_state_single_step_t value) {
    EXPECT_OK(zx_thread_write_state(session->mini.thread, ZX_THREAD_STATE_SINGLE_STEP, &value, sizeof(value)));
}

bool session_attach(struct session* session, const char* place, zx_handle_t argument) {
    session->port = session->token = ZX_HANDLE_INVALID;
    return EXPECT(mini_create(&session->mini, zx_job_default())) && EXPECT_OK(zx_port_create(0, &session->port)) &&
           EXPECT_OK(zx_task_bind_exception_port(session->mini.process, session->port, SESSION_KEY,
                                                 ZX_EXCEPTION_PORT_DEBUGGER)) &&
           EXPECT_OK(mini_start(&session->mini, place, argument)) &&
           EXPECT_EQ(wait_exception(session), ZX_EXCP_THREAD_STARTING);
}

bool session_attach_at_entry(struct session* session, const char* place, zx_handle_t argument) {
    return session_attach(session, place, argument) &&
           EXPECT_OK(zx_task_suspend(session->mini.thread, &session->token)) &&
           EXPECT_OK(zx_task_resume_from_exception(session->mini.thread, session->port, 0)) &&
           EXPECT_OK(zx_object_wait_one(session->mini.thread, ZX_THREAD_SUSPENDED, after_ms(1000), NULL));
}

void session_detach(const struct session* session) {
    CLOSE(session->port, session->token);
    mini_close(&session->mini);
}

zx_thread_state_t session_state(const struct session* session) {
    return state_of(session->mini.thread);
}

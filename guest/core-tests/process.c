// docs/objects/process.md, docs/syscalls/process_*.md.
#include <zircon/limits.h>
#include <zircon/syscalls/port.h>

#include "mini.h"

#define EXIT(code) {zx_process_exit, MINI_PLAIN, {(uint64_t)(code)}}

// Whoever watches thread, process and job hears of their ends in this order.
TEST(process_end_is_told_from_the_inside_out) {
    const struct mini_call calls[] = {{zx_thread_exit, MINI_PLAIN, {0}}};
    struct mini mini;
    zx_handle_t port, job;
    REQUIRE_OK(zx_port_create(0, &port));
    REQUIRE_OK(zx_job_create(zx_job_default(), 0, &job));
    REQUIRE(mini_create(&mini, job));
    mini_script(&mini, calls, 1);
    EXPECT_OK(zx_object_wait_async(job, port, 3, ZX_JOB_NO_PROCESSES, ZX_WAIT_ASYNC_ONCE));
    EXPECT_OK(zx_object_wait_async(mini.process, port, 2, ZX_PROCESS_TERMINATED, ZX_WAIT_ASYNC_ONCE));
    EXPECT_OK(zx_object_wait_async(mini.thread, port, 1, ZX_THREAD_TERMINATED, ZX_WAIT_ASYNC_ONCE));
    EXPECT_OK(mini_start(&mini, mini_run, ZX_HANDLE_INVALID));
    for (uint64_t key = 1; key <= 3; ++key) {
        zx_port_packet_t packet = {0};
        EXPECT_OK(zx_port_wait(port, after_ms(2000), &packet));
        EXPECT_EQ(packet.key, key);
    }
    mini_close(&mini);
    CLOSE(port, job);
}

TEST(process_runs_and_exits) {
    const struct mini_call calls[] = {EXIT(42)};
    struct mini mini;
    zx_info_process_t info = {0};
    REQUIRE(mini_create(&mini, zx_job_default()));
    mini_script(&mini, calls, 1);
    EXPECT_OK(zx_object_get_info(mini.process, ZX_INFO_PROCESS, &info, sizeof(info), NULL, NULL));
    EXPECT(!info.started && !info.exited);
    EXPECT_OK(mini_start(&mini, mini_run, new_event()));
    EXPECT_EQ(mini_join(&mini), 42);
    EXPECT_EQ(signals_of(mini.process) & ZX_PROCESS_TERMINATED, ZX_PROCESS_TERMINATED);
    EXPECT_EQ(signals_of(mini.thread) & ZX_THREAD_TERMINATED, ZX_THREAD_TERMINATED);
    mini_close(&mini);
}

TEST(process_return_code_has_64_bits) {
    const struct mini_call calls[] = {EXIT(-0x123456789a)};
    EXPECT_EQ(mini_execute_script(calls, 1, new_event()), -0x123456789a);
}

// Its argument becomes a handle of its own, which it can use.
TEST(process_argument_handle) {
    const zx_handle_t event = new_event(), copy = with_rights(event, ZX_RIGHT_SAME_RIGHTS);
    const struct mini_call calls[] = {
        {zx_object_signal, MINI_ARGUMENT, {0, 0, ZX_USER_SIGNAL_5}},
        EXIT(0),
    };
    EXPECT_EQ(mini_execute_script(calls, 2, copy), 0);
    EXPECT_EQ(signals_of(event), ZX_USER_SIGNAL_5);
    EXPECT_STATUS(zx_handle_close(copy), ZX_ERR_BAD_HANDLE);
    CLOSE(event);
}

// Handle values mean nothing in another process.
TEST(process_has_its_own_handles) {
    const zx_handle_t event = new_event();
    const struct mini_call calls[] = {
        {zx_object_signal, MINI_PLAIN, {event, 0, ZX_USER_SIGNAL_5}},
        {zx_process_exit, MINI_RESULT, {0}},
    };
    EXPECT_EQ(mini_execute_script(calls, 2, new_event()), ZX_ERR_BAD_HANDLE);
    EXPECT_EQ(signals_of(event), 0);
    CLOSE(event);
}

// When a process ends, what only it held on to goes.
TEST(process_handles_close_with_it) {
    zx_handle_t ours, theirs;
    const struct mini_call calls[] = {EXIT(0)};
    REQUIRE_OK(zx_eventpair_create(0, &ours, &theirs));
    EXPECT_EQ(mini_execute_script(calls, 1, theirs), 0);
    EXPECT_OK(zx_object_wait_one(ours, ZX_EVENTPAIR_PEER_CLOSED, after_ms(1000), NULL));
    CLOSE(ours);
}

TEST(process_create_errors) {
    zx_handle_t process, vmar;
    const zx_handle_t job = zx_job_default(), event = new_event(), weak = with_rights(job, ZX_RIGHT_READ);
    EXPECT_STATUS(zx_process_create(ZX_HANDLE_INVALID, "x", 1, 0, &process, &vmar), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_process_create(event, "x", 1, 0, &process, &vmar), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_process_create(weak, "x", 1, 0, &process, &vmar), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_process_create(job, "x", 1, 1, &process, &vmar), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_process_create(job, bad_pointer(), 1, 0, &process, &vmar), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_process_create(job, "x", 1, 0, bad_pointer(), &vmar), ZX_ERR_INVALID_ARGS);
    CLOSE(event, weak);
}

TEST(process_name) {
    static const char* const name = "a name that is longer than thirty-one characters";
    zx_handle_t process, vmar;
    char found[ZX_MAX_NAME_LEN];
    REQUIRE_OK(zx_process_create(zx_job_default(), name, strlen(name), 0, &process, &vmar));
    EXPECT_OK(zx_object_get_property(process, ZX_PROP_NAME, found, sizeof(found)));
    EXPECT(strlen(found) == ZX_MAX_NAME_LEN - 1 && strncmp(found, name, ZX_MAX_NAME_LEN - 1) == 0);
    EXPECT_STATUS(zx_object_get_property(process, ZX_PROP_NAME, found, 4), ZX_ERR_BUFFER_TOO_SMALL);
    CLOSE(process, vmar);
}

TEST(process_start_errors) {
    struct mini mini, other;
    REQUIRE(mini_create(&mini, zx_job_default()));
    REQUIRE(mini_create(&other, zx_job_default()));
    const zx_handle_t untransferable = with_rights(root_resource, ZX_RIGHT_INSPECT);
    EXPECT_STATUS(zx_process_start(mini.process, other.thread, mini.code, mini.stack_top, new_event(), 0),
                  ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_process_start(mini.thread, mini.thread, mini.code, mini.stack_top, new_event(), 0),
                  ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_process_start(mini.process, mini.process, mini.code, mini.stack_top, new_event(), 0),
                  ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_process_start(mini.process, mini.thread, mini.code, mini.stack_top, untransferable, 0),
                  ZX_ERR_ACCESS_DENIED);
    // The argument is gone whatever happens.
    const zx_handle_t event = new_event();
    EXPECT_STATUS(zx_process_start(ZX_HANDLE_INVALID, mini.thread, mini.code, mini.stack_top, event, 0),
                  ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_handle_close(event), ZX_ERR_BAD_HANDLE);
    EXPECT_OK(mini_start(&mini, mini_loop, new_event()));
    EXPECT_STATUS(mini_start(&mini, mini_loop, new_event()), ZX_ERR_BAD_STATE);
    mini_close(&mini);
    mini_close(&other);
}

TEST(process_kill) {
    struct mini mini;
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_OK(mini_start(&mini, mini_loop, new_event()));
    const zx_handle_t weak = with_rights(mini.process, ZX_RIGHT_WAIT), event = new_event();
    EXPECT_STATUS(zx_task_kill(weak), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_task_kill(event), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_task_kill(ZX_HANDLE_INVALID), ZX_ERR_BAD_HANDLE);
    EXPECT_OK(zx_task_kill(mini.process));
    EXPECT_EQ(mini_join(&mini), -1);
    EXPECT_OK(zx_task_kill(mini.process)); // it is dead already
    zx_handle_t thread;
    EXPECT_STATUS(zx_thread_create(mini.process, "x", 1, 0, &thread), ZX_ERR_BAD_STATE);
    CLOSE(weak, event);
    mini_close(&mini);
}

TEST(process_never_started_goes_with_its_handles) {
    zx_handle_t process, vmar;
    REQUIRE_OK(zx_process_create(zx_job_default(), "x", 1, 0, &process, &vmar));
    const zx_koid_t koid = koid_of(process);
    CLOSE(process, vmar);
    EXPECT_STATUS(zx_object_get_child(zx_job_default(), koid, ZX_RIGHT_SAME_RIGHTS, &process), ZX_ERR_NOT_FOUND);
}

TEST(process_memory) {
    struct mini mini;
    char bytes[32];
    size_t actual = 0;
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_OK(zx_process_read_memory(mini.process, mini.code, bytes, sizeof(bytes), &actual));
    EXPECT(actual == sizeof(bytes) && memcmp(bytes, mini_begin, sizeof(bytes)) == 0);
    // Code is written too, though the process itself could not.
    EXPECT_OK(zx_process_write_memory(mini.process, mini.code + 256, "new", 3, &actual));
    EXPECT_EQ(actual, 3);
    EXPECT_OK(zx_process_read_memory(mini.process, mini.code + 256, bytes, 3, &actual));
    EXPECT(memcmp(bytes, "new", 3) == 0);
    // Up to the end of what is mapped.
    EXPECT_OK(zx_process_read_memory(mini.process, mini.code + ZX_PAGE_SIZE - 8, bytes, sizeof(bytes), &actual));
    EXPECT_EQ(actual, 8);
    EXPECT_STATUS(zx_process_read_memory(mini.process, 0x2000, bytes, 1, &actual), ZX_ERR_NO_MEMORY);
    EXPECT_STATUS(zx_process_read_memory(mini.process, mini.code, bytes, 0, &actual), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_process_read_memory(mini.process, mini.code, bytes, (64 << 20) + 1, &actual), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_process_read_memory(mini.process, mini.code, NULL, 8, &actual), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_process_read_memory(mini.thread, mini.code, bytes, 8, &actual), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_process_write_memory(mini.process, 0x2000, bytes, 1, &actual), ZX_ERR_NO_MEMORY);
    const zx_handle_t weak = with_rights(mini.process, ZX_RIGHT_READ);
    EXPECT_STATUS(zx_process_read_memory(weak, mini.code, bytes, 8, &actual), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_process_write_memory(weak, mini.code, bytes, 8, &actual), ZX_ERR_ACCESS_DENIED);
    CLOSE(weak);
    mini_close(&mini);
}

TEST(process_info_topics) {
    struct mini mini;
    size_t actual = 0, available = 0;
    zx_koid_t koid = 0;
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_OK(mini_start(&mini, mini_loop, new_event()));
    EXPECT_OK(zx_object_get_info(mini.process, ZX_INFO_PROCESS_THREADS, &koid, sizeof(koid), &actual, &available));
    EXPECT(actual == 1 && available == 1 && koid == koid_of(mini.thread));
    zx_info_process_handle_stats_t stats = {0};
    EXPECT_OK(zx_object_get_info(mini.process, ZX_INFO_PROCESS_HANDLE_STATS, &stats, sizeof(stats), NULL, NULL));
    EXPECT_EQ(stats.handle_count[ZX_OBJ_TYPE_EVENT], 1);
    zx_info_maps_t maps[16];
    EXPECT_OK(zx_object_get_info(mini.process, ZX_INFO_PROCESS_MAPS, maps, sizeof(maps), &actual, &available));
    EXPECT(actual >= 6 && actual == available);
    EXPECT_EQ(maps[0].type, ZX_INFO_MAPS_TYPE_ASPACE);
    EXPECT_EQ(maps[1].type, ZX_INFO_MAPS_TYPE_VMAR);
    EXPECT_EQ(maps[0].base, 0x1000000);
    EXPECT_EQ(maps[0].size, 0xfffffe000000);
    zx_info_task_stats_t tasks = {0};
    EXPECT_OK(zx_object_get_info(mini.process, ZX_INFO_TASK_STATS, &tasks, sizeof(tasks), NULL, NULL));
    EXPECT(tasks.mem_mapped_bytes >= 5 * ZX_PAGE_SIZE && tasks.mem_private_bytes >= ZX_PAGE_SIZE);
    zx_handle_t thread;
    EXPECT_OK(zx_object_get_child(mini.process, koid, ZX_RIGHT_SAME_RIGHTS, &thread));
    EXPECT_EQ(koid_of(thread), koid);
    EXPECT_STATUS(zx_object_get_child(mini.process, 1, ZX_RIGHT_SAME_RIGHTS, &thread), ZX_ERR_NOT_FOUND);
    CLOSE(thread);
    mini_close(&mini);
}

TEST(process_properties) {
    uintptr_t value = 0;
    EXPECT_OK(zx_object_get_property(zx_process_self(), ZX_PROP_PROCESS_DEBUG_ADDR, &value, sizeof(value)));
    EXPECT(value != 0); // the dynamic linker has set it
    EXPECT_OK(zx_object_get_property(zx_process_self(), ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, &value, sizeof(value)));
    EXPECT(memcmp((const void*)value, "\177ELF", 4) == 0);
    EXPECT(zx_object_set_property(zx_process_self(), ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, &value, sizeof(value)) != ZX_OK);
    EXPECT(zx_object_get_property(zx_process_self(), 0x7777, &value, sizeof(value)) != ZX_OK);
    EXPECT_STATUS(zx_object_get_property(zx_job_default(), ZX_PROP_PROCESS_DEBUG_ADDR, &value, sizeof(value)),
                  ZX_ERR_WRONG_TYPE);
}

// Without its address space a process cannot go on; with the vDSO in it, the address space stays.
TEST(process_loses_its_address_space) {
    struct mini mini;
    zx_handle_t process, vmar, thread, code = new_vmo(ZX_PAGE_SIZE);
    zx_vaddr_t address = 0;
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_STATUS(zx_vmar_destroy(mini.vmar), ZX_ERR_ACCESS_DENIED);
    mini_close(&mini);
    REQUIRE_OK(zx_process_create(zx_job_default(), "bare", 4, 0, &process, &vmar));
    REQUIRE_OK(zx_thread_create(process, "bare", 4, 0, &thread));
    EXPECT_OK(zx_vmo_write(code, mini_loop, 0, 64));
    EXPECT_OK(zx_vmo_replace_as_executable(code, ZX_HANDLE_INVALID, &code));
    EXPECT_OK(zx_vmar_map(vmar, ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE, 0, code, 0, ZX_PAGE_SIZE, &address));
    EXPECT_OK(zx_process_start(process, thread, address, 0, ZX_HANDLE_INVALID, 0));
    EXPECT_STATUS(zx_object_wait_one(process, ZX_PROCESS_TERMINATED, after_ms(5), NULL), ZX_ERR_TIMED_OUT);
    EXPECT_OK(zx_vmar_destroy(vmar));
    EXPECT_OK(zx_object_wait_one(process, ZX_PROCESS_TERMINATED, after_ms(1000), NULL));
    CLOSE(process, vmar, thread, code);
}

// "Closing the last handle to a thread does not terminate execution", nor does closing a running process's.
TEST(process_lives_on_without_handles) {
    zx_handle_t ours, theirs, process;
    struct mini mini;
    REQUIRE_OK(zx_eventpair_create(0, &ours, &theirs));
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_OK(mini_start(&mini, mini_loop, theirs));
    const zx_koid_t koid = koid_of(mini.process);
    CLOSE(mini.process, mini.thread, mini.vmar);
    EXPECT_STATUS(zx_object_wait_one(ours, ZX_EVENTPAIR_PEER_CLOSED, after_ms(10), NULL), ZX_ERR_TIMED_OUT);
    REQUIRE_OK(zx_object_get_child(zx_job_default(), koid, ZX_RIGHT_SAME_RIGHTS, &process));
    EXPECT_OK(zx_task_kill(process));
    EXPECT_OK(zx_object_wait_one(process, ZX_PROCESS_TERMINATED, after_ms(1000), NULL));
    EXPECT_EQ(signals_of(ours) & ZX_EVENTPAIR_PEER_CLOSED, ZX_EVENTPAIR_PEER_CLOSED);
    CLOSE(ours, process);
}

// "The process stops execution when the last thread is terminated or exits"; threads cannot be added then.
TEST(process_ends_with_its_last_thread) {
    struct mini mini;
    zx_handle_t idle, late;
    REQUIRE(mini_create(&mini, zx_job_default()));
    REQUIRE_OK(zx_thread_create(mini.process, "idle", 4, 0, &idle));
    EXPECT_OK(mini_start(&mini, mini_loop, ZX_HANDLE_INVALID));
    EXPECT_OK(zx_task_kill(mini.thread));
    EXPECT_OK(zx_object_wait_one(mini.process, ZX_PROCESS_TERMINATED, after_ms(1000), NULL));
    EXPECT_STATUS(zx_thread_start(idle, mini.code, mini.stack_top, 0, 0), ZX_ERR_BAD_STATE);
    EXPECT_EQ(signals_of(idle) & ZX_THREAD_TERMINATED, ZX_THREAD_TERMINATED);
    EXPECT_STATUS(zx_thread_create(mini.process, "late", 4, 0, &late), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(mini_start(&mini, mini_loop, new_event()), ZX_ERR_BAD_STATE);
    zx_info_task_stats_t stats;
    size_t actual;
    uint32_t word;
    EXPECT_STATUS(zx_object_get_info(mini.process, ZX_INFO_TASK_STATS, &stats, sizeof(stats), NULL, NULL),
                  ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_object_get_info(mini.process, ZX_INFO_PROCESS_MAPS, NULL, 0, &actual, NULL), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_object_get_info(mini.process, ZX_INFO_PROCESS_VMOS, NULL, 0, &actual, NULL), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_process_read_memory(mini.process, mini.code, &word, sizeof(word), &actual), ZX_ERR_BAD_STATE);
    EXPECT_OK(zx_object_get_info(mini.process, ZX_INFO_PROCESS_THREADS, NULL, 0, NULL, &actual));
    EXPECT_EQ(actual, 0);
    mini_close(&mini);
    CLOSE(idle);
}

// A thread that starts where nothing is has an exception there, like any other.
TEST(process_starts_nowhere) {
    struct mini mini;
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_OK(zx_process_start(mini.process, mini.thread, 0, 0, ZX_HANDLE_INVALID, 0));
    EXPECT(mini_join(&mini) != 0);
    mini_close(&mini);
}

// "Starting a new thread on a suspended process will suspend the thread before it executes any code."
TEST(process_suspended_before_it_starts) {
    const struct mini_call calls[] = {EXIT(3)};
    struct mini mini;
    zx_handle_t token, other;
    zx_signals_t pending = 0;
    REQUIRE(mini_create(&mini, zx_job_default()));
    mini_script(&mini, calls, 1);
    REQUIRE_OK(zx_task_suspend(mini.process, &token));
    REQUIRE_OK(zx_task_suspend(mini.thread, &other));
    EXPECT_EQ(signals_of(mini.thread) & (ZX_THREAD_RUNNING | ZX_THREAD_SUSPENDED), 0);
    EXPECT_OK(mini_start(&mini, mini_run, ZX_HANDLE_INVALID));
    EXPECT_OK(zx_object_wait_one(mini.thread, ZX_THREAD_SUSPENDED, after_ms(1000), &pending));
    EXPECT_EQ(pending & ZX_THREAD_RUNNING, 0);
    CLOSE(token);
    EXPECT_STATUS(zx_object_wait_one(mini.process, ZX_PROCESS_TERMINATED, after_ms(5), NULL), ZX_ERR_TIMED_OUT);
    CLOSE(other);
    EXPECT_EQ(mini_join(&mini), 3);
    mini_close(&mini);
}

// "If zx_process_start() returns an error, arg1 is closed", be it for a thread that has ended.
TEST(process_start_with_a_dead_thread) {
    struct mini mini;
    zx_handle_t ours, theirs;
    zx_info_process_t info = {0};
    REQUIRE_OK(zx_eventpair_create(0, &ours, &theirs));
    REQUIRE(mini_create(&mini, zx_job_default()));
    EXPECT_OK(zx_task_kill(mini.thread));
    EXPECT_STATUS(mini_start(&mini, mini_loop, theirs), ZX_ERR_BAD_STATE);
    EXPECT_EQ(signals_of(ours) & ZX_EVENTPAIR_PEER_CLOSED, ZX_EVENTPAIR_PEER_CLOSED);
    EXPECT_OK(zx_object_get_info(mini.process, ZX_INFO_PROCESS, &info, sizeof(info), NULL, NULL));
    EXPECT(!info.started && !info.exited);
    mini_close(&mini);
    CLOSE(ours);
}

// A process may hold its own handle: it goes all the same.
TEST(process_holds_itself) {
    const struct mini_call calls[] = {{zx_task_kill, MINI_ARGUMENT, {0}}};
    struct mini mini;
    REQUIRE(mini_create(&mini, zx_job_default()));
    mini_script(&mini, calls, 1);
    EXPECT_OK(mini_start(&mini, mini_run, with_rights(mini.process, ZX_RIGHT_SAME_RIGHTS)));
    EXPECT_EQ(mini_join(&mini), -1);
    mini_close(&mini);
}

// docs/objects/job.md, docs/syscalls/job_*.md, task_kill.md.
#include <zircon/syscalls/policy.h>

#include "mini.h"

static zx_handle_t new_job(zx_handle_t parent) {
    zx_handle_t job = ZX_HANDLE_INVALID;
    EXPECT_OK(zx_job_create(parent, 0, &job));
    return job;
}

TEST(job_create_errors) {
    zx_handle_t out;
    const zx_handle_t job = zx_job_default(), event = new_event(), weak = with_rights(job, ZX_RIGHT_READ);
    EXPECT_STATUS(zx_job_create(ZX_HANDLE_INVALID, 0, &out), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_job_create(event, 0, &out), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_job_create(weak, 0, &out), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_job_create(job, 1, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_job_create(job, 0, bad_pointer()), ZX_ERR_INVALID_ARGS);
    CLOSE(event, weak);
}

TEST(job_tree) {
    const zx_handle_t job = new_job(zx_job_default()), child = new_job(job);
    struct mini mini;
    zx_koid_t koids[4] = {0};
    size_t actual = 0, available = 0;
    zx_info_handle_basic_t info;
    REQUIRE(mini_create(&mini, job));
    EXPECT_OK(zx_object_get_info(child, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), NULL, NULL));
    EXPECT_EQ(info.related_koid, koid_of(job));
    EXPECT_OK(zx_object_get_info(job, ZX_INFO_JOB_CHILDREN, koids, sizeof(koids), &actual, &available));
    EXPECT(actual == 1 && available == 1 && koids[0] == koid_of(child));
    EXPECT_OK(zx_object_get_info(job, ZX_INFO_JOB_PROCESSES, koids, sizeof(koids), &actual, &available));
    EXPECT(actual == 1 && koids[0] == koid_of(mini.process));
    // Without room the count is told all the same.
    EXPECT_OK(zx_object_get_info(job, ZX_INFO_JOB_PROCESSES, NULL, 0, &actual, &available));
    EXPECT(actual == 0 && available == 1);
    zx_handle_t found;
    REQUIRE_OK(zx_object_get_child(job, koid_of(child), ZX_RIGHT_SAME_RIGHTS, &found));
    EXPECT_EQ(koid_of(found), koid_of(child));
    CLOSE(found);
    const zx_handle_t weak = with_rights(job, ZX_RIGHT_READ | ZX_RIGHT_ENUMERATE);
    EXPECT_STATUS(zx_object_get_child(weak, koid_of(child), ZX_RIGHT_WRITE, &found), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_object_get_child(job, 1, ZX_RIGHT_SAME_RIGHTS, &found), ZX_ERR_NOT_FOUND);
    mini_close(&mini);
    CLOSE(weak, child, job);
}

TEST(job_signals) {
    const zx_handle_t job = new_job(zx_job_default());
    EXPECT_EQ(signals_of(job) & (ZX_JOB_NO_JOBS | ZX_JOB_NO_PROCESSES), ZX_JOB_NO_JOBS | ZX_JOB_NO_PROCESSES);
    const zx_handle_t child = new_job(job);
    EXPECT_EQ(signals_of(job) & ZX_JOB_NO_JOBS, 0);
    struct mini mini;
    REQUIRE(mini_create(&mini, job));
    EXPECT_EQ(signals_of(job) & ZX_JOB_NO_PROCESSES, 0);
    mini_close(&mini);
    EXPECT_OK(zx_object_wait_one(job, ZX_JOB_NO_PROCESSES, after_ms(1000), NULL));
    CLOSE(child);
    EXPECT_OK(zx_object_wait_one(job, ZX_JOB_NO_JOBS, after_ms(1000), NULL));
    CLOSE(job);
}

TEST(job_kill_takes_the_whole_tree) {
    const zx_handle_t job = new_job(zx_job_default()), child = new_job(job);
    struct mini first, second;
    zx_handle_t out, vmar;
    REQUIRE(mini_create(&first, job));
    REQUIRE(mini_create(&second, child));
    EXPECT_OK(mini_start(&first, mini_loop, new_event()));
    EXPECT_OK(mini_start(&second, mini_loop, new_event()));
    EXPECT_OK(zx_task_kill(job));
    EXPECT_OK(zx_object_wait_one(first.process, ZX_PROCESS_TERMINATED, after_ms(1000), NULL));
    EXPECT_OK(zx_object_wait_one(second.process, ZX_PROCESS_TERMINATED, after_ms(1000), NULL));
    EXPECT_STATUS(zx_process_create(job, "x", 1, 0, &out, &vmar), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_job_create(child, 0, &out), ZX_ERR_BAD_STATE);
    mini_close(&first);
    mini_close(&second);
    CLOSE(child, job);
}

TEST(job_height_is_limited) {
    zx_handle_t jobs[64];
    size_t count = 0;
    zx_status_t status = ZX_OK;
    zx_handle_t parent = zx_job_default();
    while (count < 64 && (status = zx_job_create(parent, 0, &jobs[count])) == ZX_OK) {
        parent = jobs[count++];
    }
    EXPECT_STATUS(status, ZX_ERR_OUT_OF_RANGE);
    close_all(jobs, count);
}

TEST(job_name) {
    char name[ZX_MAX_NAME_LEN] = "x";
    const zx_handle_t job = new_job(zx_job_default());
    EXPECT_OK(zx_object_set_property(job, ZX_PROP_NAME, "a job", 5));
    EXPECT_OK(zx_object_get_property(job, ZX_PROP_NAME, name, sizeof(name)));
    EXPECT(strcmp(name, "a job") == 0);
    EXPECT_STATUS(zx_object_set_property(job, ZX_PROP_NAME, bad_pointer(), 5), ZX_ERR_INVALID_ARGS);
    const zx_handle_t weak = with_rights(job, ZX_RIGHT_READ);
    EXPECT_STATUS(zx_object_set_property(weak, ZX_PROP_NAME, "y", 1), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_object_get_property(weak, ZX_PROP_NAME, name, sizeof(name)), ZX_ERR_ACCESS_DENIED);
    size_t kill = 1;
    EXPECT_OK(zx_object_set_property(job, ZX_PROP_JOB_KILL_ON_OOM, &kill, sizeof(kill)));
    CLOSE(weak, job);
}

TEST(policy_errors) {
    const zx_handle_t job = new_job(zx_job_default()), weak = with_rights(job, ZX_RIGHT_READ), event = new_event();
    zx_policy_basic_t policy = {ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY};
    EXPECT_STATUS(zx_job_set_policy(job, 9, ZX_JOB_POL_BASIC, &policy, 1), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_job_set_policy(job, 0, 9, &policy, 1), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_job_set_policy(job, 0, ZX_JOB_POL_BASIC, &policy, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_job_set_policy(job, 0, ZX_JOB_POL_BASIC, bad_pointer(), 1), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_job_set_policy(job, 0, ZX_JOB_POL_BASIC, &policy, 1000), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_job_set_policy(weak, 0, ZX_JOB_POL_BASIC, &policy, 1), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_job_set_policy(event, 0, ZX_JOB_POL_BASIC, &policy, 1), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_job_set_policy(ZX_HANDLE_INVALID, 0, ZX_JOB_POL_BASIC, &policy, 1), ZX_ERR_BAD_HANDLE);
    policy.policy = 99;
    EXPECT_STATUS(zx_job_set_policy(job, 0, ZX_JOB_POL_BASIC, &policy, 1), ZX_ERR_NOT_SUPPORTED);
    policy.policy = ZX_POL_ACTION_DENY;
    policy.condition = ZX_POL_NEW_PROCESS + 1; // the document says OUT_OF_RANGE
    EXPECT_STATUS(zx_job_set_policy(job, 0, ZX_JOB_POL_BASIC, &policy, 1), ZX_ERR_INVALID_ARGS);
    policy.condition = ZX_POL_NEW_EVENT;
    const zx_handle_t child = new_job(job);
    EXPECT_STATUS(zx_job_set_policy(job, 0, ZX_JOB_POL_BASIC, &policy, 1), ZX_ERR_BAD_STATE);
    CLOSE(job, weak, event, child);
}

// Runs a script in a process in a job with one policy.
static int64_t run_under(uint32_t condition, uint32_t action, const struct mini_call* calls, size_t count) {
    const zx_handle_t job = new_job(zx_job_default());
    const zx_policy_basic_t policy = {condition, action};
    struct mini mini;
    int64_t code = 0;
    EXPECT_OK(zx_job_set_policy(job, ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC, &policy, 1));
    if (mini_create(&mini, job)) {
        mini_script(&mini, calls, count);
        EXPECT_OK(mini_start(&mini, mini_run, new_event()));
        code = mini_join(&mini);
    }
    mini_close(&mini);
    CLOSE(job);
    return code;
}

TEST(policy_denies_new_objects) {
    const uint64_t out = 0x2000; // is not looked at
    const struct mini_call event[] = {{zx_event_create, MINI_PLAIN, {0, out}}, {zx_process_exit, MINI_RESULT, {0}}};
    const struct mini_call channel[] = {{zx_channel_create, MINI_PLAIN, {0, out, out}},
                                        {zx_process_exit, MINI_RESULT, {0}}};
    const struct mini_call vmo[] = {{zx_vmo_create, MINI_PLAIN, {4096, 0, out}}, {zx_process_exit, MINI_RESULT, {0}}};
    const struct mini_call port[] = {{zx_port_create, MINI_PLAIN, {0, out}}, {zx_process_exit, MINI_RESULT, {0}}};
    EXPECT_EQ(run_under(ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY, event, 2), ZX_ERR_ACCESS_DENIED);
    EXPECT_EQ(run_under(ZX_POL_NEW_CHANNEL, ZX_POL_ACTION_DENY, channel, 2), ZX_ERR_ACCESS_DENIED);
    EXPECT_EQ(run_under(ZX_POL_NEW_VMO, ZX_POL_ACTION_DENY, vmo, 2), ZX_ERR_ACCESS_DENIED);
    EXPECT_EQ(run_under(ZX_POL_NEW_ANY, ZX_POL_ACTION_DENY, port, 2), ZX_ERR_ACCESS_DENIED);
    EXPECT_EQ(run_under(ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY, port, 2), ZX_ERR_INVALID_ARGS); // the pointer's
}

TEST(policy_kills) {
    const struct mini_call bad_handle[] = {{zx_handle_close, MINI_PLAIN, {0xfffffff0 | 1}},
                                           {zx_process_exit, MINI_PLAIN, {5}}};
    EXPECT(run_under(ZX_POL_BAD_HANDLE, ZX_POL_ACTION_KILL, bad_handle, 2) != 5);
    EXPECT_EQ(run_under(ZX_POL_BAD_HANDLE, ZX_POL_ACTION_ALLOW, bad_handle, 2), 5);
    const struct mini_call event[] = {{zx_event_create, MINI_PLAIN, {0, 0x2000}}, {zx_process_exit, MINI_PLAIN, {5}}};
    EXPECT(run_under(ZX_POL_NEW_EVENT, ZX_POL_ACTION_KILL, event, 2) != 5);
}

TEST(policy_is_inherited) {
    const zx_handle_t job = new_job(zx_job_default());
    zx_policy_basic_t policy = {ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY};
    EXPECT_OK(zx_job_set_policy(job, ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC, &policy, 1));
    const zx_handle_t child = new_job(job);
    policy.policy = ZX_POL_ACTION_ALLOW;
    EXPECT_STATUS(zx_job_set_policy(child, ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC, &policy, 1), ZX_ERR_ALREADY_EXISTS);
    EXPECT_OK(zx_job_set_policy(child, ZX_JOB_POL_RELATIVE, ZX_JOB_POL_BASIC, &policy, 1));
    const struct mini_call calls[] = {{zx_event_create, MINI_PLAIN, {0, 0x2000}}, {zx_process_exit, MINI_RESULT, {0}}};
    struct mini mini;
    if (EXPECT(mini_create(&mini, child))) {
        mini_script(&mini, calls, 2);
        EXPECT_OK(mini_start(&mini, mini_run, new_event()));
        EXPECT_EQ(mini_join(&mini), ZX_ERR_ACCESS_DENIED);
    }
    mini_close(&mini);
    CLOSE(job, child);
}

// <zircon/ktrace.h>; docs/syscalls/ktrace_*.md.
#include <stdlib.h>
#include <zircon/ktrace.h>

#include "test.h"

struct trace {
    uint8_t* bytes;
    size_t size;
};

static bool read_trace(struct trace* trace) {
    size_t actual;
    if (!EXPECT_OK(zx_ktrace_read(root_resource, NULL, 0, 0, &trace->size))) {
        return false;
    }
    trace->bytes = malloc(trace->size);
    return EXPECT(trace->bytes != NULL) &&
           EXPECT_OK(zx_ktrace_read(root_resource, trace->bytes, 0, trace->size, &actual)) &&
           EXPECT_EQ(actual, trace->size);
}

// The next record of an event behind `from`, or from the start; NULL if there is none.
static const ktrace_rec_32b_t* find_record(const struct trace* trace, uint32_t tag, const void* from) {
    const uint8_t* at = trace->bytes;
    if (from != NULL) {
        at = (const uint8_t*)from + KTRACE_LEN(*(const uint32_t*)from);
    }
    while (at < trace->bytes + trace->size) {
        const ktrace_rec_32b_t* record = (const void*)at;
        if (!EXPECT(KTRACE_LEN(record->tag) >= KTRACE_HDRSIZE)) {
            return NULL;
        }
        if (KTRACE_EVENT(record->tag) == KTRACE_EVENT(tag) && KTRACE_GROUP(record->tag) == KTRACE_GROUP(tag)) {
            return record;
        }
        at += KTRACE_LEN(record->tag);
    }
    return NULL;
}

TEST(ktrace_of_a_channel) {
    zx_handle_t ours, theirs;
    struct trace trace;
    char message[6];
    REQUIRE(root_resource != ZX_HANDLE_INVALID);
    REQUIRE_OK(zx_ktrace_control(root_resource, KTRACE_ACTION_REWIND, 0, NULL));
    REQUIRE_OK(zx_ktrace_control(root_resource, KTRACE_ACTION_START, 0, NULL));
    const uint64_t before = zx_ticks_get();
    EXPECT_OK(zx_channel_create(0, &ours, &theirs));
    EXPECT_OK(zx_channel_write(ours, 0, "hello", 6, NULL, 0));
    EXPECT_OK(zx_channel_read(theirs, 0, message, NULL, 6, 0, NULL, NULL));
    const uint64_t after = zx_ticks_get();
    EXPECT_OK(zx_ktrace_control(root_resource, KTRACE_ACTION_STOP, 0, NULL));
    REQUIRE(read_trace(&trace));

    const ktrace_rec_32b_t* record = find_record(&trace, TAG_VERSION, NULL);
    EXPECT(record != NULL && record->a == KTRACE_VERSION);
    record = find_record(&trace, TAG_TICKS_PER_MS, NULL);
    EXPECT(record != NULL && record->a == zx_ticks_per_second() / 1000 && record->b == 0);
    EXPECT(find_record(&trace, TAG_SYSCALL_NAME, NULL) != NULL);
    EXPECT(find_record(&trace, TAG_SYSCALL_ENTER, NULL) != NULL);

    bool named = false;
    for (const void* at = find_record(&trace, TAG_PROC_NAME, NULL); at != NULL; at = find_record(&trace, TAG_PROC_NAME, at)) {
        const ktrace_rec_name_t* name = at;
        char own[ZX_MAX_NAME_LEN] = "";
        EXPECT_OK(zx_object_get_property(zx_process_self(), ZX_PROP_NAME, own, sizeof(own)));
        named = named || (name->id == koid_of(zx_process_self()) && strcmp(name->name, own) == 0);
    }
    EXPECT(named);

    const uint32_t koid = koid_of(ours), other = koid_of(theirs), thread = koid_of(zx_thread_self());
    record = find_record(&trace, TAG_CHANNEL_CREATE, NULL);
    EXPECT(record != NULL && record->a == koid && record->b == other);
    record = find_record(&trace, TAG_CHANNEL_WRITE, NULL);
    REQUIRE(record != NULL);
    EXPECT(record->a == koid && record->b == 6 && record->c == 0);
    EXPECT(record->tid == thread && record->ts >= before && record->ts <= after);
    record = find_record(&trace, TAG_CHANNEL_READ, NULL);
    EXPECT(record != NULL && record->a == other && record->tid == thread);
    free(trace.bytes);
    CLOSE(ours, theirs);
}

TEST(ktrace_probes) {
    struct trace trace;
    REQUIRE(root_resource != ZX_HANDLE_INVALID);
    char name[ZX_MAX_NAME_LEN] = "core-tests";
    const zx_status_t probe = zx_ktrace_control(root_resource, KTRACE_ACTION_NEW_PROBE, 0, name);
    REQUIRE(probe > 0);
    EXPECT_STATUS(zx_ktrace_write(root_resource, probe, 1, 2), ZX_ERR_UNAVAILABLE);
    REQUIRE_OK(zx_ktrace_control(root_resource, KTRACE_ACTION_START, KTRACE_GRP_PROBE, NULL));
    EXPECT_OK(zx_ktrace_write(root_resource, probe, 1, 2));
    EXPECT_STATUS(zx_ktrace_write(root_resource, 0x800, 1, 2), ZX_ERR_INVALID_ARGS);
    EXPECT_OK(zx_ktrace_control(root_resource, KTRACE_ACTION_STOP, 0, NULL));
    REQUIRE(read_trace(&trace));
    const ktrace_rec_32b_t* record = find_record(&trace, TAG_PROBE_24(probe), NULL);
    EXPECT(record != NULL && record->a == 1 && record->b == 2 && KTRACE_LEN(record->tag) == 24);
    free(trace.bytes);
}

TEST(ktrace_errors) {
    size_t actual;
    const zx_handle_t event = new_event();
    REQUIRE(root_resource != ZX_HANDLE_INVALID);
    EXPECT_STATUS(zx_ktrace_read(event, NULL, 0, 0, &actual), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_ktrace_read(root_resource, bad_pointer(), 0, 16, &actual), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_ktrace_control(root_resource, 9, 0, NULL), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_ktrace_control(event, KTRACE_ACTION_STOP, 0, NULL), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_ktrace_write(event, 1, 0, 0), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_mtrace_control(event, 0, 0, 0, NULL, 0), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_mtrace_control(root_resource, 0, 0, 0, NULL, 0), ZX_ERR_NOT_SUPPORTED);
    CLOSE(event);
}

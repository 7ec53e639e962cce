// docs/syscalls/object_get_info.md, object_get_property.md: what is the same for all objects; the system's own topics.
#include "test.h"

TEST(info_handle_valid_and_basic) {
    const zx_handle_t event = new_event();
    zx_info_handle_basic_t info = {0};
    size_t actual = 0, available = 0;
    EXPECT_OK(zx_object_get_info(event, ZX_INFO_HANDLE_VALID, NULL, 0, NULL, NULL));
    EXPECT_STATUS(zx_object_get_info(closed_handle(), ZX_INFO_HANDLE_VALID, NULL, 0, NULL, NULL), ZX_ERR_BAD_HANDLE);
    EXPECT_OK(zx_object_get_info(event, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), &actual, &available));
    EXPECT(actual == 1 && available == 1);
    EXPECT(info.koid != ZX_KOID_INVALID);
    EXPECT_EQ(info.type, ZX_OBJ_TYPE_EVENT);
    EXPECT_EQ(info.related_koid, ZX_KOID_INVALID);
    EXPECT_EQ(info.props, ZX_OBJ_PROP_WAITABLE);
    CLOSE(event);
}

TEST(info_errors) {
    const zx_handle_t event = new_event();
    zx_info_handle_basic_t info;
    EXPECT_STATUS(zx_object_get_info(event, ZX_INFO_HANDLE_BASIC, &info, sizeof(info) - 1, NULL, NULL),
                  ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT_STATUS(zx_object_get_info(event, ZX_INFO_HANDLE_BASIC, bad_pointer(), sizeof(info), NULL, NULL),
                  ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_object_get_info(event, 0x7777, &info, sizeof(info), NULL, NULL), ZX_ERR_NOT_SUPPORTED);
    EXPECT_STATUS(zx_object_get_info(event, ZX_INFO_PROCESS, &info, sizeof(info), NULL, NULL), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_object_get_info(ZX_HANDLE_INVALID, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), NULL, NULL),
                  ZX_ERR_BAD_HANDLE);
    CLOSE(event);
}

TEST(info_handle_count) {
    const zx_handle_t event = new_event();
    zx_info_handle_count_t info = {0};
    EXPECT_OK(zx_object_get_info(event, ZX_INFO_HANDLE_COUNT, &info, sizeof(info), NULL, NULL));
    EXPECT_EQ(info.handle_count, 1);
    const zx_handle_t copy = with_rights(event, ZX_RIGHT_SAME_RIGHTS);
    EXPECT_OK(zx_object_get_info(event, ZX_INFO_HANDLE_COUNT, &info, sizeof(info), NULL, NULL));
    EXPECT_EQ(info.handle_count, 2);
    CLOSE(event, copy);
}

TEST(info_koids_are_never_used_again) {
    zx_koid_t last = 0;
    for (int i = 0; i < 20; ++i) {
        const zx_handle_t event = new_event();
        EXPECT(koid_of(event) > last);
        last = koid_of(event);
        CLOSE(event);
    }
}

TEST(info_types) {
    static const struct {
        uint32_t type;
        uint32_t waitable;
    } expected[] = {{ZX_OBJ_TYPE_PROCESS, 1}, {ZX_OBJ_TYPE_THREAD, 1}, {ZX_OBJ_TYPE_JOB, 1}, {ZX_OBJ_TYPE_VMAR, 0}};
    const zx_handle_t handles[] = {zx_process_self(), zx_thread_self(), zx_job_default(), zx_vmar_root_self()};
    for (size_t i = 0; i < 4; ++i) {
        zx_info_handle_basic_t info = {0};
        EXPECT_OK(zx_object_get_info(handles[i], ZX_INFO_HANDLE_BASIC, &info, sizeof(info), NULL, NULL));
        EXPECT_EQ(info.type, expected[i].type);
        EXPECT_EQ(info.props & ZX_OBJ_PROP_WAITABLE, expected[i].waitable);
    }
}

TEST(info_of_the_system) {
    zx_info_cpu_stats_t cpus[8];
    zx_info_kmem_stats_t memory = {0};
    size_t actual = 0, available = 0;
    REQUIRE(root_resource != ZX_HANDLE_INVALID);
    EXPECT_OK(zx_object_get_info(root_resource, ZX_INFO_CPU_STATS, cpus, sizeof(cpus), &actual, &available));
    EXPECT_EQ(available, zx_system_get_num_cpus());
    EXPECT_EQ(actual, available);
    EXPECT_EQ(cpus[0].flags, ZX_INFO_CPU_STATS_FLAG_ONLINE);
    EXPECT(cpus[0].syscalls > 0 && cpus[0].context_switches > 0);
    EXPECT_OK(zx_object_get_info(root_resource, ZX_INFO_KMEM_STATS, &memory, sizeof(memory), NULL, NULL));
    EXPECT_EQ(memory.total_bytes, zx_system_get_physmem());
    EXPECT(memory.free_bytes > 0 && memory.free_bytes < memory.total_bytes);
    const zx_handle_t event = new_event();
    EXPECT_STATUS(zx_object_get_info(event, ZX_INFO_KMEM_STATS, &memory, sizeof(memory), NULL, NULL), ZX_ERR_WRONG_TYPE);
    CLOSE(event);
}

// What is taken comes back.
TEST(info_memory_is_given_back) {
    zx_info_kmem_stats_t before, during, after;
    REQUIRE(root_resource != ZX_HANDLE_INVALID);
    EXPECT_OK(zx_object_get_info(root_resource, ZX_INFO_KMEM_STATS, &before, sizeof(before), NULL, NULL));
    const zx_handle_t vmo = new_vmo(64 * 4096);
    EXPECT_OK(zx_vmo_op_range(vmo, ZX_VMO_OP_COMMIT, 0, 64 * 4096, NULL, 0));
    EXPECT_OK(zx_object_get_info(root_resource, ZX_INFO_KMEM_STATS, &during, sizeof(during), NULL, NULL));
    EXPECT(before.free_bytes - during.free_bytes >= 64 * 4096);
    CLOSE(vmo);
    EXPECT_OK(zx_object_get_info(root_resource, ZX_INFO_KMEM_STATS, &after, sizeof(after), NULL, NULL));
    EXPECT_EQ(after.free_bytes, before.free_bytes);
}

TEST(property_name) {
    const zx_handle_t vmo = new_vmo(4096), event = new_event();
    char name[ZX_MAX_NAME_LEN];
    memset(name, 'x', sizeof(name));
    EXPECT_OK(zx_object_get_property(vmo, ZX_PROP_NAME, name, sizeof(name)));
    EXPECT_EQ(name[0], '\0');
    EXPECT_OK(zx_object_set_property(vmo, ZX_PROP_NAME, "short", 5));
    EXPECT_OK(zx_object_get_property(vmo, ZX_PROP_NAME, name, sizeof(name)));
    EXPECT(strcmp(name, "short") == 0);
    memset(name, 'y', sizeof(name));
    EXPECT_OK(zx_object_set_property(vmo, ZX_PROP_NAME, name, sizeof(name)));
    EXPECT_OK(zx_object_get_property(vmo, ZX_PROP_NAME, name, sizeof(name)));
    EXPECT_EQ(strlen(name), ZX_MAX_NAME_LEN - 1);
    EXPECT_STATUS(zx_object_get_property(vmo, ZX_PROP_NAME, bad_pointer(), sizeof(name)), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_object_get_property(ZX_HANDLE_INVALID, ZX_PROP_NAME, name, sizeof(name)), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_object_set_property(ZX_HANDLE_INVALID, ZX_PROP_NAME, name, 1), ZX_ERR_BAD_HANDLE);
    CLOSE(vmo, event);
}

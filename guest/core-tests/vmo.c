// docs/objects/vm_object.md, docs/syscalls/vmo_*.md.
#include <zircon/limits.h>
#include <zircon/syscalls/resource.h>

#include "test.h"

#define PAGE ((uint64_t)ZX_PAGE_SIZE)

static uint64_t committed(zx_handle_t vmo) {
    zx_info_vmo_t info = {0};
    EXPECT_OK(zx_object_get_info(vmo, ZX_INFO_VMO, &info, sizeof(info), NULL, NULL));
    return info.committed_bytes;
}

static uint64_t word_at(zx_handle_t vmo, uint64_t offset) {
    uint64_t word = ~0ull;
    EXPECT_OK(zx_vmo_read(vmo, &word, offset, sizeof(word)));
    return word;
}

static void put_word(zx_handle_t vmo, uint64_t offset, uint64_t word) {
    EXPECT_OK(zx_vmo_write(vmo, &word, offset, sizeof(word)));
}

TEST(vmo_create_errors) {
    zx_handle_t out;
    EXPECT_STATUS(zx_vmo_create(PAGE, 0x80, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmo_create(PAGE, 0, bad_pointer()), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmo_create(UINT64_MAX, 0, &out), ZX_ERR_OUT_OF_RANGE);
}

TEST(vmo_size) {
    uint64_t size;
    const zx_handle_t vmo = new_vmo(1), event = new_event(), reader = with_rights(vmo, ZX_RIGHT_READ);
    EXPECT_OK(zx_vmo_get_size(vmo, &size));
    EXPECT_EQ(size, PAGE);
    EXPECT_OK(zx_vmo_set_size(vmo, 3 * PAGE + 1));
    EXPECT_OK(zx_vmo_get_size(vmo, &size));
    EXPECT_EQ(size, 4 * PAGE);
    put_word(vmo, 3 * PAGE, 5);
    EXPECT_OK(zx_vmo_set_size(vmo, PAGE));
    EXPECT_OK(zx_vmo_set_size(vmo, 4 * PAGE));
    EXPECT_EQ(word_at(vmo, 3 * PAGE), 0);
    EXPECT_STATUS(zx_vmo_get_size(vmo, bad_pointer()), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmo_get_size(ZX_HANDLE_INVALID, &size), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_vmo_get_size(event, &size), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_vmo_set_size(reader, PAGE), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmo_set_size(vmo, UINT64_MAX), ZX_ERR_OUT_OF_RANGE);
    CLOSE(vmo, event, reader);
}

TEST(vmo_non_resizable) {
    zx_handle_t vmo, clone;
    uint64_t size;
    REQUIRE_OK(zx_vmo_create(PAGE, ZX_VMO_NON_RESIZABLE, &vmo));
    EXPECT_STATUS(zx_vmo_set_size(vmo, 2 * PAGE), ZX_ERR_UNAVAILABLE);
    REQUIRE_OK(zx_vmo_clone(vmo, ZX_VMO_CLONE_COPY_ON_WRITE, 0, PAGE, &clone));
    EXPECT_OK(zx_vmo_set_size(clone, 2 * PAGE));
    EXPECT_OK(zx_vmo_get_size(clone, &size));
    EXPECT_EQ(size, 2 * PAGE);
    CLOSE(vmo, clone);
}

TEST(vmo_read_and_write) {
    const zx_handle_t vmo = new_vmo(2 * PAGE);
    char bytes[64];
    EXPECT_EQ(word_at(vmo, 0), 0);
    for (size_t i = 0; i < sizeof(bytes); ++i) {
        bytes[i] = (char)i;
    }
    EXPECT_OK(zx_vmo_write(vmo, bytes, PAGE - 32, sizeof(bytes))); // across pages
    memset(bytes, 0, sizeof(bytes));
    EXPECT_OK(zx_vmo_read(vmo, bytes, PAGE - 32, sizeof(bytes)));
    EXPECT(bytes[1] == 1 && bytes[63] == 63);
    EXPECT_OK(zx_vmo_read(vmo, bytes, 2 * PAGE, 0));
    CLOSE(vmo);
}

TEST(vmo_read_and_write_errors) {
    const zx_handle_t vmo = new_vmo(PAGE), event = new_event(), reader = with_rights(vmo, ZX_RIGHT_READ),
                      writer = with_rights(vmo, ZX_RIGHT_WRITE);
    uint64_t word = 0;
    EXPECT_STATUS(zx_vmo_read(vmo, &word, PAGE, 8), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_vmo_read(vmo, &word, PAGE - 4, 8), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_vmo_read(vmo, &word, UINT64_MAX, 8), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_vmo_read(vmo, bad_pointer(), 0, 8), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmo_read(event, &word, 0, 8), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_vmo_read(ZX_HANDLE_INVALID, &word, 0, 8), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_vmo_read(writer, &word, 0, 8), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmo_write(vmo, &word, PAGE, 8), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_vmo_write(vmo, &word, PAGE - 4, 8), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_vmo_write(vmo, bad_pointer(), 0, 8), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmo_write(reader, &word, 0, 8), ZX_ERR_ACCESS_DENIED);
    CLOSE(vmo, event, reader, writer);
}

TEST(vmo_commits_on_demand) {
    const zx_handle_t vmo = new_vmo(8 * PAGE);
    EXPECT_EQ(committed(vmo), 0);
    put_word(vmo, 3 * PAGE, 1);
    EXPECT_EQ(committed(vmo), PAGE);
    EXPECT_OK(zx_vmo_op_range(vmo, ZX_VMO_OP_COMMIT, PAGE, 4 * PAGE, NULL, 0));
    EXPECT_EQ(committed(vmo), 4 * PAGE);
    EXPECT_OK(zx_vmo_op_range(vmo, ZX_VMO_OP_DECOMMIT, 0, 8 * PAGE, NULL, 0));
    EXPECT_EQ(committed(vmo), 0);
    EXPECT_EQ(word_at(vmo, 3 * PAGE), 0);
    CLOSE(vmo);
}

TEST(vmo_op_range_errors) {
    const zx_handle_t vmo = new_vmo(2 * PAGE), event = new_event(), reader = with_rights(vmo, ZX_RIGHT_READ),
                      writer = with_rights(vmo, ZX_RIGHT_WRITE);
    EXPECT_STATUS(zx_vmo_op_range(vmo, ZX_VMO_OP_COMMIT, 3 * PAGE, PAGE, NULL, 0), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_vmo_op_range(vmo, ZX_VMO_OP_LOCK, 0, PAGE, NULL, 0), ZX_ERR_NOT_SUPPORTED);
    EXPECT_STATUS(zx_vmo_op_range(vmo, ZX_VMO_OP_UNLOCK, 0, PAGE, NULL, 0), ZX_ERR_NOT_SUPPORTED);
    EXPECT_STATUS(zx_vmo_op_range(vmo, 99, 0, PAGE, NULL, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmo_op_range(vmo, ZX_VMO_OP_CACHE_SYNC, 0, 0, NULL, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmo_op_range(reader, ZX_VMO_OP_COMMIT, 0, PAGE, NULL, 0), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmo_op_range(writer, ZX_VMO_OP_CACHE_SYNC, 0, PAGE, NULL, 0), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmo_op_range(event, ZX_VMO_OP_COMMIT, 0, PAGE, NULL, 0), ZX_ERR_WRONG_TYPE);
    for (uint32_t op = ZX_VMO_OP_CACHE_SYNC; op <= ZX_VMO_OP_CACHE_CLEAN_INVALIDATE; ++op) {
        EXPECT_OK(zx_vmo_op_range(vmo, op, 0, PAGE, NULL, 0));
    }
    CLOSE(vmo, event, reader, writer);
}

TEST(vmo_clone_copies_on_write) {
    const zx_handle_t parent = new_vmo(4 * PAGE);
    zx_handle_t clone;
    put_word(parent, PAGE, 11);
    EXPECT_EQ(signals_of(parent) & ZX_VMO_ZERO_CHILDREN, ZX_VMO_ZERO_CHILDREN);
    REQUIRE_OK(zx_vmo_clone(parent, ZX_VMO_CLONE_COPY_ON_WRITE, PAGE, 2 * PAGE, &clone));
    EXPECT_EQ(signals_of(parent) & ZX_VMO_ZERO_CHILDREN, 0);
    EXPECT_EQ(word_at(clone, 0), 11);
    EXPECT_EQ(committed(clone), 0);
    put_word(clone, 8, 22);
    EXPECT_EQ(committed(clone), PAGE);
    EXPECT_EQ(word_at(clone, 0), 11);
    EXPECT_EQ(word_at(parent, PAGE + 8), 0);
    // The clone has its own page now; where it has none, the parent's shows.
    put_word(parent, PAGE, 33);
    EXPECT_EQ(word_at(clone, 0), 11);
    put_word(parent, 2 * PAGE, 44);
    EXPECT_EQ(word_at(clone, PAGE), 44);
    // Without its own page the parent's shows again.
    EXPECT_OK(zx_vmo_op_range(clone, ZX_VMO_OP_DECOMMIT, 0, PAGE, NULL, 0));
    EXPECT_EQ(word_at(clone, 0), 33);
    CLOSE(clone);
    EXPECT_EQ(signals_of(parent) & ZX_VMO_ZERO_CHILDREN, ZX_VMO_ZERO_CHILDREN);
    CLOSE(parent);
}

TEST(vmo_clone_outlives_its_parent) {
    const zx_handle_t parent = new_vmo(2 * PAGE);
    zx_handle_t clone, grandchild;
    put_word(parent, 0, 5);
    REQUIRE_OK(zx_vmo_clone(parent, ZX_VMO_CLONE_COPY_ON_WRITE, 0, 4 * PAGE, &clone));
    REQUIRE_OK(zx_vmo_clone(clone, ZX_VMO_CLONE_COPY_ON_WRITE, 0, 4 * PAGE, &grandchild));
    CLOSE(parent, clone);
    EXPECT_EQ(word_at(grandchild, 0), 5);
    EXPECT_EQ(word_at(grandchild, 3 * PAGE), 0); // behind the parent's end
    CLOSE(grandchild);
}

TEST(vmo_clone_rights_and_errors) {
    const zx_handle_t parent = new_vmo(PAGE), event = new_event();
    zx_handle_t clone, out;
    const zx_handle_t reader = with_rights(parent, ZX_RIGHT_READ | ZX_RIGHT_DUPLICATE);
    REQUIRE_OK(zx_vmo_clone(reader, ZX_VMO_CLONE_COPY_ON_WRITE, 0, PAGE, &clone));
    // The document has WRITE only; Zircon's loader names each clone.
    EXPECT_EQ(rights_of(clone), ZX_RIGHT_READ | ZX_RIGHT_DUPLICATE | ZX_RIGHT_WRITE | ZX_RIGHTS_PROPERTY);
    EXPECT_OK(zx_object_set_property(clone, ZX_PROP_NAME, "clone", 5));
    EXPECT_STATUS(zx_vmo_clone(parent, 0, 0, PAGE, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmo_clone(parent, ZX_VMO_CLONE_COPY_ON_WRITE, 1, PAGE, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmo_clone(parent, ZX_VMO_CLONE_COPY_ON_WRITE, 0, PAGE, bad_pointer()), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmo_clone(event, ZX_VMO_CLONE_COPY_ON_WRITE, 0, PAGE, &out), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_vmo_clone(ZX_HANDLE_INVALID, ZX_VMO_CLONE_COPY_ON_WRITE, 0, PAGE, &out), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_vmo_clone(parent, ZX_VMO_CLONE_COPY_ON_WRITE, 0, UINT64_MAX, &out), ZX_ERR_OUT_OF_RANGE);
    const zx_handle_t fixed = with_rights(parent, ZX_RIGHT_READ);
    EXPECT_STATUS(zx_vmo_clone(fixed, ZX_VMO_CLONE_COPY_ON_WRITE, 0, PAGE, &out), ZX_ERR_ACCESS_DENIED);
    CLOSE(parent, event, reader, clone, fixed);
}

TEST(vmo_replace_as_executable) {
    zx_handle_t vmo = new_vmo(PAGE), plain, out;
    REQUIRE_OK(zx_handle_replace(vmo, ZX_RIGHT_READ | ZX_RIGHT_MAP, &plain));
    REQUIRE_OK(zx_vmo_replace_as_executable(plain, ZX_HANDLE_INVALID, &out));
    EXPECT_EQ(rights_of(out), ZX_RIGHT_READ | ZX_RIGHT_MAP | ZX_RIGHT_EXECUTE);
    EXPECT_STATUS(zx_handle_close(plain), ZX_ERR_BAD_HANDLE);
    CLOSE(out);
    vmo = new_event();
    EXPECT_STATUS(zx_vmo_replace_as_executable(vmo, ZX_HANDLE_INVALID, &out), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_handle_close(vmo), ZX_ERR_BAD_HANDLE);
}

// The second handle is a resource's, of the kind that allows it, or none. The first is gone, whatever comes of it.
TEST(vmo_replace_as_executable_with_a_resource) {
    const zx_handle_t event = new_event(), other = new_vmo(PAGE);
    zx_handle_t out, vmex, mmio, vmo = new_vmo(PAGE);
    EXPECT_STATUS(zx_vmo_replace_as_executable(vmo, event, &out), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_handle_close(vmo), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_vmo_replace_as_executable(new_vmo(PAGE), other, &out), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_vmo_replace_as_executable(new_vmo(PAGE), closed_handle(), &out), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_vmo_replace_as_executable(new_event(), event, &out), ZX_ERR_WRONG_TYPE);
    REQUIRE(root_resource != ZX_HANDLE_INVALID);
    REQUIRE_OK(zx_resource_create(root_resource, ZX_RSRC_KIND_VMEX, 0, 0, NULL, 0, &vmex));
    REQUIRE_OK(zx_resource_create(root_resource, ZX_RSRC_KIND_MMIO, 0, PAGE, NULL, 0, &mmio));
    EXPECT_STATUS(zx_vmo_replace_as_executable(new_vmo(PAGE), mmio, &out), ZX_ERR_ACCESS_DENIED);
    EXPECT_OK(zx_vmo_replace_as_executable(new_vmo(PAGE), vmex, &out));
    CLOSE(event, other, out, vmex, mmio);
}

TEST(vmo_info) {
    zx_handle_t vmo, clone;
    zx_info_vmo_t info = {0};
    REQUIRE_OK(zx_vmo_create(3 * PAGE, ZX_VMO_NON_RESIZABLE, &vmo));
    EXPECT_OK(zx_object_set_property(vmo, ZX_PROP_NAME, "things", 6));
    REQUIRE_OK(zx_vmo_clone(vmo, ZX_VMO_CLONE_COPY_ON_WRITE, 0, PAGE, &clone));
    REQUIRE_OK(zx_object_get_info(vmo, ZX_INFO_VMO, &info, sizeof(info), NULL, NULL));
    EXPECT_EQ(info.koid, koid_of(vmo));
    EXPECT_EQ(info.size_bytes, 3 * PAGE);
    EXPECT_EQ(info.num_children, 1);
    EXPECT_EQ(info.parent_koid, 0);
    EXPECT_EQ(info.num_mappings, 0);
    EXPECT_EQ(info.share_count, 1); // nobody maps it
    EXPECT_EQ(info.flags & (ZX_INFO_VMO_TYPE_PAGED | ZX_INFO_VMO_IS_COW_CLONE), ZX_INFO_VMO_TYPE_PAGED);
    EXPECT(strcmp(info.name, "things") == 0);
    REQUIRE_OK(zx_object_get_info(clone, ZX_INFO_VMO, &info, sizeof(info), NULL, NULL));
    EXPECT_EQ(info.parent_koid, koid_of(vmo));
    EXPECT_EQ(info.flags & ZX_INFO_VMO_IS_COW_CLONE, ZX_INFO_VMO_IS_COW_CLONE);
    zx_handle_t process, vmar;
    zx_vaddr_t here, again, there;
    REQUIRE_OK(zx_process_create(zx_job_default(), "map", 3, 0, &process, &vmar));
    EXPECT_OK(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, vmo, 0, PAGE, &here));
    EXPECT_OK(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, vmo, 0, PAGE, &again));
    REQUIRE_OK(zx_object_get_info(vmo, ZX_INFO_VMO, &info, sizeof(info), NULL, NULL));
    EXPECT(info.num_mappings == 2 && info.share_count == 1);
    EXPECT_OK(zx_vmar_map(vmar, ZX_VM_PERM_READ, 0, vmo, 0, PAGE, &there));
    REQUIRE_OK(zx_object_get_info(vmo, ZX_INFO_VMO, &info, sizeof(info), NULL, NULL));
    EXPECT(info.num_mappings == 3 && info.share_count == 2);
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), here, PAGE));
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), again, PAGE));
    CLOSE(vmo, clone, process, vmar);
}

TEST(vmo_cache_policy) {
    const zx_handle_t vmo = new_vmo(PAGE), event = new_event(), unmappable = with_rights(vmo, ZX_RIGHT_READ);
    EXPECT_STATUS(zx_vmo_set_cache_policy(vmo, 0x80), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmo_set_cache_policy(event, ZX_CACHE_POLICY_CACHED), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_vmo_set_cache_policy(unmappable, ZX_CACHE_POLICY_CACHED), ZX_ERR_ACCESS_DENIED);
    EXPECT_OK(zx_vmo_set_cache_policy(vmo, ZX_CACHE_POLICY_UNCACHED));
    uint64_t word;
    EXPECT_STATUS(zx_vmo_read(vmo, &word, 0, 8), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_vmo_write(vmo, &word, 0, 8), ZX_ERR_BAD_STATE);
    const zx_handle_t used = new_vmo(PAGE);
    put_word(used, 0, 1);
    EXPECT_STATUS(zx_vmo_set_cache_policy(used, ZX_CACHE_POLICY_UNCACHED), ZX_ERR_BAD_STATE);
    CLOSE(vmo, event, unmappable, used);
}

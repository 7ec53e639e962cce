// docs/objects/vm_address_region.md, docs/syscalls/vmar_*.md.
#include <zircon/limits.h>

#include "test.h"

#define PAGE ((uint64_t)ZX_PAGE_SIZE)
#define READ_WRITE (ZX_VM_PERM_READ | ZX_VM_PERM_WRITE)
#define CAN_ALL (ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC)

static zx_handle_t new_vmar(size_t size, zx_vm_option_t options, zx_vaddr_t* base) {
    zx_handle_t vmar = ZX_HANDLE_INVALID;
    EXPECT_OK(zx_vmar_allocate(zx_vmar_root_self(), options, 0, size, &vmar, base));
    return vmar;
}

static void end_vmar(zx_handle_t vmar) {
    EXPECT_OK(zx_vmar_destroy(vmar));
    CLOSE(vmar);
}

// True if this process can read a byte there; asks the kernel instead of trying.
static bool is_readable(zx_vaddr_t address) {
    char byte;
    size_t actual = 0;
    return zx_process_read_memory(zx_process_self(), address, &byte, 1, &actual) == ZX_OK && actual == 1;
}

TEST(vmar_map_shows_the_vmo) {
    const zx_handle_t vmo = new_vmo(2 * PAGE);
    zx_vaddr_t address;
    uint64_t word = 0x1122334455667788;
    REQUIRE_OK(zx_vmar_map(zx_vmar_root_self(), READ_WRITE, 0, vmo, 0, 2 * PAGE, &address));
    EXPECT_EQ(address % PAGE, 0);
    volatile uint64_t* memory = (volatile uint64_t*)address;
    EXPECT_EQ(memory[3], 0);
    EXPECT_OK(zx_vmo_write(vmo, &word, PAGE + 16, 8));
    EXPECT_EQ(memory[PAGE / 8 + 2], word);
    memory[5] = 99;
    EXPECT_OK(zx_vmo_read(vmo, &word, 40, 8));
    EXPECT_EQ(word, 99);
    CLOSE(vmo); // the mapping holds on to the VMO
    EXPECT_EQ(memory[5], 99);
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), address, 2 * PAGE));
    EXPECT(!is_readable(address));
}

TEST(vmar_map_twice_is_the_same_memory) {
    const zx_handle_t vmo = new_vmo(PAGE);
    zx_vaddr_t first, second;
    REQUIRE_OK(zx_vmar_map(zx_vmar_root_self(), READ_WRITE, 0, vmo, 0, PAGE, &first));
    REQUIRE_OK(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, vmo, 0, PAGE, &second));
    EXPECT(first != second);
    *(volatile int*)first = 7;
    EXPECT_EQ(*(volatile int*)second, 7);
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), first, PAGE));
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), second, PAGE));
    CLOSE(vmo);
}

TEST(vmar_map_specific) {
    const zx_handle_t vmo = new_vmo(4 * PAGE);
    zx_vaddr_t base, address;
    const zx_handle_t vmar = new_vmar(8 * PAGE, CAN_ALL, &base);
    REQUIRE_OK(zx_vmar_map(vmar, ZX_VM_SPECIFIC | READ_WRITE, 2 * PAGE, vmo, PAGE, 2 * PAGE, &address));
    EXPECT_EQ(address, base + 2 * PAGE);
    EXPECT_STATUS(zx_vmar_map(vmar, ZX_VM_SPECIFIC | READ_WRITE, 3 * PAGE, vmo, 0, PAGE, &address), ZX_ERR_NO_MEMORY);
    EXPECT_STATUS(zx_vmar_map(vmar, ZX_VM_SPECIFIC | READ_WRITE, 8 * PAGE, vmo, 0, PAGE, &address),
                  ZX_ERR_INVALID_ARGS);
    EXPECT_OK(zx_vmar_map(vmar, ZX_VM_SPECIFIC_OVERWRITE | READ_WRITE, 3 * PAGE, vmo, 0, PAGE, &address));
    *(volatile int*)(base + 3 * PAGE) = 5;
    int value = 0;
    EXPECT_OK(zx_vmo_read(vmo, &value, 0, sizeof(value)));
    EXPECT_EQ(value, 5);
    end_vmar(vmar);
    CLOSE(vmo);
}

TEST(vmar_map_errors) {
    const zx_handle_t vmo = new_vmo(2 * PAGE), event = new_event(), root = zx_vmar_root_self(),
                      reader = with_rights(vmo, ZX_RIGHT_READ | ZX_RIGHT_MAP), unmappable = with_rights(vmo, ZX_RIGHT_READ);
    zx_vaddr_t out;
    EXPECT_STATUS(zx_vmar_map(ZX_HANDLE_INVALID, ZX_VM_PERM_READ, 0, vmo, 0, PAGE, &out), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_vmar_map(root, ZX_VM_PERM_READ, 0, ZX_HANDLE_INVALID, 0, PAGE, &out), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_vmar_map(event, ZX_VM_PERM_READ, 0, vmo, 0, PAGE, &out), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_vmar_map(root, ZX_VM_PERM_READ, 0, event, 0, PAGE, &out), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_vmar_map(root, ZX_VM_PERM_READ, PAGE, vmo, 0, PAGE, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmar_map(root, ZX_VM_PERM_READ, 0, vmo, 1, PAGE, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmar_map(root, ZX_VM_PERM_READ, 0, vmo, 0, 0, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmar_map(root, ZX_VM_PERM_WRITE, 0, vmo, 0, PAGE, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmar_map(root, READ_WRITE, 0, reader, 0, PAGE, &out), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmar_map(root, ZX_VM_PERM_READ, 0, unmappable, 0, PAGE, &out), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmar_map(root, ZX_VM_PERM_READ | ZX_VM_REQUIRE_NON_RESIZABLE, 0, vmo, 0, PAGE, &out),
                  ZX_ERR_NOT_SUPPORTED);
    EXPECT_STATUS(zx_vmar_map(root, ZX_VM_PERM_READ, 0, vmo, 0, PAGE, bad_pointer()), ZX_ERR_INVALID_ARGS);
    CLOSE(vmo, event, reader, unmappable);
}

TEST(vmar_map_range_commits_nothing_new_but_maps) {
    const zx_handle_t vmo = new_vmo(4 * PAGE);
    zx_vaddr_t address;
    zx_info_vmo_t info = {0};
    EXPECT_OK(zx_vmo_op_range(vmo, ZX_VMO_OP_COMMIT, 0, 4 * PAGE, NULL, 0));
    REQUIRE_OK(zx_vmar_map(zx_vmar_root_self(), READ_WRITE | ZX_VM_MAP_RANGE, 0, vmo, 0, 4 * PAGE, &address));
    EXPECT_EQ(*(volatile int*)(address + 3 * PAGE), 0);
    EXPECT_OK(zx_object_get_info(vmo, ZX_INFO_VMO, &info, sizeof(info), NULL, NULL));
    EXPECT_EQ(info.num_mappings, 1);
    EXPECT_EQ(info.committed_bytes, 4 * PAGE);
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), address, 4 * PAGE));
    CLOSE(vmo);
}

TEST(vmar_unmap_in_parts) {
    const zx_handle_t vmo = new_vmo(4 * PAGE);
    zx_vaddr_t address;
    REQUIRE_OK(zx_vmar_map(zx_vmar_root_self(), READ_WRITE, 0, vmo, 0, 4 * PAGE, &address));
    *(volatile int*)(address + 3 * PAGE) = 3;
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), address + PAGE, PAGE));
    EXPECT(is_readable(address) && !is_readable(address + PAGE) && is_readable(address + 2 * PAGE));
    EXPECT_EQ(*(volatile int*)(address + 3 * PAGE), 3);
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), address, 4 * PAGE));
    EXPECT(!is_readable(address + 3 * PAGE));
    CLOSE(vmo);
}

TEST(vmar_unmap_errors) {
    const zx_handle_t event = new_event();
    zx_vaddr_t base;
    const zx_handle_t vmar = new_vmar(4 * PAGE, CAN_ALL, &base);
    EXPECT_STATUS(zx_vmar_unmap(vmar, base + 1, PAGE), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmar_unmap(vmar, base, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmar_unmap(event, base, PAGE), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_vmar_unmap(ZX_HANDLE_INVALID, base, PAGE), ZX_ERR_BAD_HANDLE);
    // Not a part of a sub-region.
    EXPECT_STATUS(zx_vmar_unmap(zx_vmar_root_self(), base, PAGE), ZX_ERR_INVALID_ARGS);
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), base, 4 * PAGE));
    EXPECT_STATUS(zx_vmar_unmap(vmar, base, PAGE), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_vmar_destroy(vmar), ZX_ERR_BAD_STATE);
    CLOSE(vmar, event);
}

TEST(vmar_protect) {
    const zx_handle_t vmo = new_vmo(2 * PAGE), reader = with_rights(vmo, ZX_RIGHT_READ | ZX_RIGHT_MAP);
    const zx_handle_t root = zx_vmar_root_self();
    zx_vaddr_t address, read_only;
    size_t actual;
    REQUIRE_OK(zx_vmar_map(root, READ_WRITE, 0, vmo, 0, 2 * PAGE, &address));
    REQUIRE_OK(zx_vmar_map(root, ZX_VM_PERM_READ, 0, reader, 0, PAGE, &read_only));
    *(volatile int*)address = 1;
    EXPECT_OK(zx_vmar_protect(root, ZX_VM_PERM_READ, address, PAGE));
    // The kernel's copies obey the protection.
    EXPECT_STATUS(zx_vmo_read(vmo, (void*)address, PAGE, 4), ZX_ERR_INVALID_ARGS);
    EXPECT_OK(zx_vmo_read(vmo, (void*)(address + PAGE), 0, 4));
    EXPECT_OK(zx_vmar_protect(root, READ_WRITE, address, 2 * PAGE));
    *(volatile int*)address = 2;
    EXPECT_STATUS(zx_vmar_protect(root, READ_WRITE, read_only, PAGE), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmar_protect(root, ZX_VM_PERM_WRITE, address, PAGE), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmar_protect(root, ZX_VM_PERM_READ, address + 1, PAGE), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmar_protect(root, ZX_VM_PERM_READ, address, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_OK(zx_process_read_memory(zx_process_self(), address, &actual, 4, &actual));
    EXPECT_OK(zx_vmar_unmap(root, address, 2 * PAGE));
    EXPECT_STATUS(zx_vmar_protect(root, ZX_VM_PERM_READ, address, PAGE), ZX_ERR_NOT_FOUND);
    EXPECT_OK(zx_vmar_unmap(root, read_only, PAGE));
    CLOSE(vmo, reader);
}

TEST(vmar_allocate_errors) {
    const zx_handle_t root = zx_vmar_root_self(), event = new_event();
    zx_handle_t out;
    zx_vaddr_t base, address;
    EXPECT_STATUS(zx_vmar_allocate(root, CAN_ALL, 0, 0, &out, &address), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmar_allocate(root, CAN_ALL, PAGE, PAGE, &out, &address), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmar_allocate(root, ZX_VM_PERM_READ, 0, PAGE, &out, &address), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmar_allocate(root, CAN_ALL, 0, PAGE, bad_pointer(), &address), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmar_allocate(event, CAN_ALL, 0, PAGE, &out, &address), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_vmar_allocate(ZX_HANDLE_INVALID, CAN_ALL, 0, PAGE, &out, &address), ZX_ERR_BAD_HANDLE);
    // A region cannot allow more than the one that it is in.
    const zx_handle_t weak = new_vmar(4 * PAGE, ZX_VM_CAN_MAP_READ, &base);
    EXPECT_STATUS(zx_vmar_allocate(weak, ZX_VM_CAN_MAP_WRITE, 0, PAGE, &out, &address), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmar_allocate(weak, ZX_VM_SPECIFIC, 0, PAGE, &out, &address), ZX_ERR_ACCESS_DENIED);
    const zx_handle_t vmo = new_vmo(PAGE);
    EXPECT_STATUS(zx_vmar_map(weak, READ_WRITE, 0, vmo, 0, PAGE, &address), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmar_map(weak, ZX_VM_SPECIFIC | ZX_VM_PERM_READ, 0, vmo, 0, PAGE, &address), ZX_ERR_ACCESS_DENIED);
    EXPECT_OK(zx_vmar_map(weak, ZX_VM_PERM_READ, 0, vmo, 0, PAGE, &address));
    EXPECT(address >= base && address < base + 4 * PAGE);
    end_vmar(weak);
    CLOSE(event, vmo);
}

TEST(vmar_tree) {
    zx_vaddr_t base, child_base, address;
    zx_handle_t child;
    const zx_handle_t vmar = new_vmar(16 * PAGE, CAN_ALL, &base), vmo = new_vmo(PAGE);
    zx_info_vmar_t info = {0};
    EXPECT_OK(zx_object_get_info(vmar, ZX_INFO_VMAR, &info, sizeof(info), NULL, NULL));
    EXPECT(info.base == base && info.len == 16 * PAGE);
    REQUIRE_OK(zx_vmar_allocate(vmar, CAN_ALL | ZX_VM_SPECIFIC, 4 * PAGE, 4 * PAGE, &child, &child_base));
    EXPECT_EQ(child_base, base + 4 * PAGE);
    REQUIRE_OK(zx_vmar_map(child, READ_WRITE | ZX_VM_SPECIFIC, 0, vmo, 0, PAGE, &address));
    EXPECT(is_readable(address));
    // Overwriting does not reach into sub-regions.
    EXPECT_STATUS(zx_vmar_map(vmar, READ_WRITE | ZX_VM_SPECIFIC_OVERWRITE, 4 * PAGE, vmo, 0, PAGE, &address),
                  ZX_ERR_INVALID_ARGS);
    EXPECT_OK(zx_vmar_destroy(vmar));
    EXPECT(!is_readable(address));
    EXPECT_STATUS(zx_vmar_map(child, ZX_VM_PERM_READ, 0, vmo, 0, PAGE, &address), ZX_ERR_BAD_STATE);
    CLOSE(vmar, child, vmo);
}

// Eight pages fill a region of eight pages, wherever each is put.
TEST(vmar_fills_up) {
    zx_vaddr_t base, address;
    const zx_handle_t vmar = new_vmar(8 * PAGE, CAN_ALL | ZX_VM_COMPACT, &base), vmo = new_vmo(PAGE);
    for (int i = 0; i < 8; ++i) {
        EXPECT_OK(zx_vmar_map(vmar, ZX_VM_PERM_READ, 0, vmo, 0, PAGE, &address));
    }
    EXPECT_STATUS(zx_vmar_map(vmar, ZX_VM_PERM_READ, 0, vmo, 0, PAGE, &address), ZX_ERR_NO_MEMORY);
    end_vmar(vmar);
    CLOSE(vmo);
}

TEST(vmar_execute) {
    static const uint32_t code[] = {0xd2800540, 0xd65f03c0}; // mov x0, #42; ret
    zx_handle_t vmo = new_vmo(PAGE);
    zx_vaddr_t address;
    EXPECT_OK(zx_vmo_write(vmo, code, 0, sizeof(code)));
    REQUIRE_OK(zx_vmo_replace_as_executable(vmo, ZX_HANDLE_INVALID, &vmo));
    REQUIRE_OK(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE, 0, vmo, 0, PAGE, &address));
    EXPECT_OK(zx_cache_flush((void*)address, sizeof(code), ZX_CACHE_FLUSH_INSN));
    EXPECT_EQ(((int (*)(void))address)(), 42);
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), address, PAGE));
    CLOSE(vmo);
}

// The kernel's copies bring pages in as accesses of the program itself would.
TEST(vmar_kernel_copies_commit) {
    const zx_handle_t target = new_vmo(PAGE), source = new_vmo(PAGE);
    zx_vaddr_t address;
    zx_info_vmo_t info = {0};
    REQUIRE_OK(zx_vmar_map(zx_vmar_root_self(), READ_WRITE, 0, target, 0, PAGE, &address));
    EXPECT_OK(zx_vmo_read(source, (void*)address, 0, 64));
    EXPECT_OK(zx_object_get_info(target, ZX_INFO_VMO, &info, sizeof(info), NULL, NULL));
    EXPECT_EQ(info.committed_bytes, PAGE);
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), address, PAGE));
    CLOSE(target, source);
}

TEST(vmar_old_calls) {
    zx_handle_t vmar;
    zx_vaddr_t base, address;
    const zx_handle_t vmo = new_vmo(PAGE);
    const uint32_t can = ZX_VM_FLAG_CAN_MAP_READ | ZX_VM_FLAG_CAN_MAP_WRITE | ZX_VM_FLAG_CAN_MAP_SPECIFIC;
    REQUIRE_OK(zx_vmar_allocate_old(zx_vmar_root_self(), 0, 4 * PAGE, can, &vmar, &base));
    REQUIRE_OK(zx_vmar_map_old(vmar, PAGE, vmo, 0, PAGE, ZX_VM_FLAG_SPECIFIC | ZX_VM_FLAG_PERM_READ, &address));
    EXPECT_EQ(address, base + PAGE);
    EXPECT_OK(zx_vmar_protect_old(vmar, address, PAGE, ZX_VM_FLAG_PERM_READ | ZX_VM_FLAG_PERM_WRITE));
    *(volatile int*)address = 1;
    end_vmar(vmar);
    CLOSE(vmo);
}

TEST(vmar_decommit_under_a_mapping) {
    const zx_handle_t vmo = new_vmo(PAGE);
    zx_vaddr_t address;
    REQUIRE_OK(zx_vmar_map(zx_vmar_root_self(), READ_WRITE, 0, vmo, 0, PAGE, &address));
    *(volatile int*)address = 5;
    EXPECT_OK(zx_vmo_op_range(vmo, ZX_VMO_OP_DECOMMIT, 0, PAGE, NULL, 0));
    EXPECT_EQ(*(volatile int*)address, 0);
    *(volatile int*)address = 6;
    int value = 0;
    EXPECT_OK(zx_vmo_read(vmo, &value, 0, 4));
    EXPECT_EQ(value, 6);
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), address, PAGE));
    CLOSE(vmo);
}

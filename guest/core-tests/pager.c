// docs/objects/pager.md, docs/syscalls/pager_create.md, pager_create_vmo.md.
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/port.h>

#include "test.h"

static char stack[4096] __attribute__((aligned(16)));

static __NO_RETURN void touch(uintptr_t address) {
    (void)*(volatile char*)address;
    zx_thread_exit();
}

// A thread that touches a page waits for it, until the pager goes: then it faults.
TEST(pager_is_asked_for_a_page) {
    zx_handle_t pager, port, vmo, thread;
    zx_vaddr_t address;
    zx_port_packet_t packet = {0};
    REQUIRE_OK(zx_pager_create(0, &pager));
    REQUIRE_OK(zx_port_create(0, &port));
    REQUIRE_OK(zx_pager_create_vmo(pager, port, 77, 2 * ZX_PAGE_SIZE, 0, &vmo));
    REQUIRE_OK(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, vmo, ZX_PAGE_SIZE, ZX_PAGE_SIZE, &address));
    REQUIRE_OK(zx_thread_create(zx_process_self(), "touch", 5, 0, &thread));
    REQUIRE_OK(zx_task_bind_exception_port(thread, port, 78, 0));
    REQUIRE_OK(zx_thread_start(thread, (uintptr_t)touch, (uintptr_t)(stack + sizeof(stack)), address + 5, 0));
    REQUIRE_OK(zx_port_wait(port, after_ms(1000), &packet));
    EXPECT_EQ(packet.key, 77);
    EXPECT_EQ(packet.type, 9);         // ZX_PKT_TYPE_PAGE_REQUEST
    EXPECT_EQ(packet.user.u16[0], 0);  // ZX_PAGER_VMO_READ
    EXPECT_EQ(packet.user.u64[1], ZX_PAGE_SIZE);
    EXPECT_EQ(packet.user.u64[2], ZX_PAGE_SIZE);
    EXPECT_STATUS(zx_object_wait_one(thread, ZX_THREAD_TERMINATED, after_ms(5), NULL), ZX_ERR_TIMED_OUT);
    CLOSE(pager);
    REQUIRE_OK(zx_port_wait(port, after_ms(1000), &packet));
    EXPECT_EQ(packet.key, 78);
    EXPECT_EQ(packet.type, ZX_EXCP_FATAL_PAGE_FAULT);
    EXPECT_OK(zx_task_kill(thread));
    EXPECT_OK(zx_object_wait_one(thread, ZX_THREAD_TERMINATED, after_ms(1000), NULL));
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), address, ZX_PAGE_SIZE));
    CLOSE(port, vmo, thread);
}

TEST(pager_errors) {
    zx_handle_t pager, port, vmo;
    char byte;
    EXPECT_STATUS(zx_pager_create(1, &pager), ZX_ERR_INVALID_ARGS);
    REQUIRE_OK(zx_pager_create(0, &pager));
    REQUIRE_OK(zx_port_create(0, &port));
    EXPECT_EQ(rights_of(pager), ZX_DEFAULT_PAGER_RIGHTS);
    EXPECT_STATUS(zx_pager_create_vmo(pager, port, 0, ZX_PAGE_SIZE, 1, &vmo), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_pager_create_vmo(port, port, 0, ZX_PAGE_SIZE, 0, &vmo), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_pager_create_vmo(pager, pager, 0, ZX_PAGE_SIZE, 0, &vmo), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_pager_create_vmo(pager, port, 0, UINT64_MAX, 0, &vmo), ZX_ERR_OUT_OF_RANGE);
    REQUIRE_OK(zx_pager_create_vmo(pager, port, 0, ZX_PAGE_SIZE, 0, &vmo));
    EXPECT_STATUS(zx_vmo_read(vmo, &byte, 0, 1), ZX_ERR_NOT_SUPPORTED);
    CLOSE(pager, port, vmo);
}

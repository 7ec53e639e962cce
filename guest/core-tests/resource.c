// docs/objects/resource.md, docs/syscalls/resource_create.md; the calls that need one; those for hardware that the board
// does not have.
#include <zircon/boot/image.h>
#include <zircon/limits.h>
#include <zircon/syscalls/iommu.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/profile.h>
#include <zircon/syscalls/resource.h>
#include <zircon/syscalls/system.h>

#include "test.h"

TEST(resource_create) {
    zx_handle_t child;
    zx_info_resource_t info = {0};
    REQUIRE(root_resource != ZX_HANDLE_INVALID);
    REQUIRE_OK(zx_resource_create(root_resource, ZX_RSRC_KIND_MMIO, 0x9000000, 0x1000, "uart", 4, &child));
    EXPECT_EQ(rights_of(child), ZX_DEFAULT_RESOURCE_RIGHTS);
    EXPECT_OK(zx_object_get_info(child, ZX_INFO_RESOURCE, &info, sizeof(info), NULL, NULL));
    EXPECT_EQ(info.kind, ZX_RSRC_KIND_MMIO);
    EXPECT_EQ(info.base, 0x9000000);
    EXPECT_EQ(info.size, 0x1000);
    EXPECT(strcmp(info.name, "uart") == 0);
    zx_handle_t grandchild;
    EXPECT_STATUS(zx_resource_create(child, ZX_RSRC_KIND_MMIO, 0x9000000, 0x1000, NULL, 0, &grandchild),
                  ZX_ERR_ACCESS_DENIED);
    CLOSE(child);
}

TEST(resource_create_errors) {
    zx_handle_t out;
    const zx_handle_t event = new_event();
    REQUIRE(root_resource != ZX_HANDLE_INVALID);
    EXPECT_STATUS(zx_resource_create(ZX_HANDLE_INVALID, ZX_RSRC_KIND_MMIO, 0, 0x1000, NULL, 0, &out), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_resource_create(event, ZX_RSRC_KIND_MMIO, 0, 0x1000, NULL, 0, &out), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_resource_create(root_resource, 99, 0, 0, NULL, 0, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_resource_create(root_resource, ZX_RSRC_KIND_ROOT, 0, 1, NULL, 0, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_resource_create(root_resource, ZX_RSRC_KIND_ROOT, 0, 0, bad_pointer(), 4, &out),
                  ZX_ERR_INVALID_ARGS);
    CLOSE(event);
}

TEST(resource_exclusive) {
    zx_handle_t first, second;
    const uint32_t exclusive = ZX_RSRC_KIND_MMIO | ZX_RSRC_FLAG_EXCLUSIVE;
    REQUIRE(root_resource != ZX_HANDLE_INVALID);
    REQUIRE_OK(zx_resource_create(root_resource, exclusive, 0x9010000, 0x1000, NULL, 0, &first));
    EXPECT(zx_resource_create(root_resource, exclusive, 0x9010000, 0x1000, NULL, 0, &second) != ZX_OK);
    CLOSE(first);
    EXPECT_OK(zx_resource_create(root_resource, exclusive, 0x9010000, 0x1000, NULL, 0, &second));
    CLOSE(second);
}

// The identification registers of the board's UART, a PL011, seen through a physical VMO.
TEST(resource_physical_memory) {
    zx_handle_t resource, vmo, other;
    zx_vaddr_t address;
    uint64_t word;
    REQUIRE(root_resource != ZX_HANDLE_INVALID);
    REQUIRE_OK(zx_resource_create(root_resource, ZX_RSRC_KIND_MMIO, 0x9000000, 0x1000, NULL, 0, &resource));
    REQUIRE_OK(zx_vmo_create_physical(resource, 0x9000000, 0x1000, &vmo));
    EXPECT_STATUS(zx_vmo_create_physical(resource, 0x9010000, 0x1000, &other), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmo_create_physical(resource, 0x9000800, 0x800, &other), ZX_ERR_INVALID_ARGS);
    EXPECT_OK(zx_vmo_set_cache_policy(vmo, ZX_CACHE_POLICY_UNCACHED_DEVICE));
    REQUIRE_OK(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, vmo, 0, 0x1000, &address));
    EXPECT_EQ(*(volatile uint32_t*)(address + 0xfe0), 0x11);
    EXPECT_EQ(*(volatile uint32_t*)(address + 0xff0), 0x0d);
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), address, 0x1000));
    EXPECT(zx_vmo_read(vmo, &word, 0, 8) != ZX_OK);
    CLOSE(resource, vmo);
}

// A driver may have some registers of a page; what can be mapped is the page.
TEST(resource_physical_memory_is_whole_pages) {
    zx_handle_t resource, vmo;
    REQUIRE(root_resource != ZX_HANDLE_INVALID);
    REQUIRE_OK(zx_resource_create(root_resource, ZX_RSRC_KIND_MMIO, 0x9000fe0, 0x40, NULL, 0, &resource));
    EXPECT_STATUS(zx_vmo_create_physical(resource, 0x9002000, 0x1000, &vmo), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmo_create_physical(resource, 0x8fff000, 0x1000, &vmo), ZX_ERR_ACCESS_DENIED);
    REQUIRE_OK(zx_vmo_create_physical(resource, 0x9000000, 0x2000, &vmo));
    CLOSE(resource, vmo);
}

TEST(log_write_and_read) {
    static const char text[] = "core-tests: a line of the debug log";
    zx_handle_t writer, reader;
    union {
        zx_log_record_t record;
        char bytes[ZX_LOG_RECORD_MAX];
    } buffer;
    bool found = false;
    zx_status_t size;
    REQUIRE(root_resource != ZX_HANDLE_INVALID);
    REQUIRE_OK(zx_debuglog_create(root_resource, 0, &writer));
    REQUIRE_OK(zx_debuglog_create(root_resource, ZX_LOG_FLAG_READABLE, &reader));
    EXPECT_OK(zx_debuglog_write(writer, 0, text, sizeof(text) - 1));
    while ((size = zx_debuglog_read(reader, 0, &buffer, sizeof(buffer))) > 0) {
        EXPECT_EQ(size, sizeof(zx_log_record_t) + buffer.record.datalen);
        if (buffer.record.datalen == sizeof(text) - 1 && memcmp(buffer.record.data, text, sizeof(text) - 1) == 0) {
            found = true;
            EXPECT_EQ(buffer.record.pid, koid_of(zx_process_self()));
            EXPECT_EQ(buffer.record.tid, koid_of(zx_thread_self()));
        }
    }
    EXPECT_STATUS(size, ZX_ERR_SHOULD_WAIT);
    EXPECT(found);
    EXPECT_EQ(signals_of(reader) & ZX_LOG_READABLE, 0);
    EXPECT_OK(zx_debuglog_write(writer, 0, text, sizeof(text) - 1));
    EXPECT_EQ(signals_of(reader) & ZX_LOG_READABLE, ZX_LOG_READABLE);
    EXPECT_STATUS(zx_debuglog_write(writer, 0, bad_pointer(), 8), ZX_ERR_INVALID_ARGS);
    const zx_handle_t event = new_event();
    EXPECT_STATUS(zx_debuglog_write(event, 0, text, 1), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_debuglog_read(ZX_HANDLE_INVALID, 0, &buffer, sizeof(buffer)), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_debuglog_create(event, 0, &writer), ZX_ERR_WRONG_TYPE);
    CLOSE(writer, reader, event);
}

TEST(debug_write_errors) {
    EXPECT_STATUS(zx_debug_write(bad_pointer(), 8), ZX_ERR_INVALID_ARGS);
    size_t size = 1;
    char byte;
    EXPECT_STATUS(zx_debug_read(ZX_HANDLE_INVALID, &byte, &size), ZX_ERR_BAD_HANDLE);
    const zx_handle_t event = new_event();
    EXPECT_STATUS(zx_debug_read(event, &byte, &size), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_debug_send_command(event, "x", 1), ZX_ERR_WRONG_TYPE);
    CLOSE(event);
}

TEST(system_powerctl_errors) {
    const zx_handle_t event = new_event();
    EXPECT_STATUS(zx_system_powerctl(ZX_HANDLE_INVALID, ZX_SYSTEM_POWERCTL_SHUTDOWN, NULL), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_system_powerctl(event, ZX_SYSTEM_POWERCTL_SHUTDOWN, NULL), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_system_mexec(event, ZX_HANDLE_INVALID, ZX_HANDLE_INVALID), ZX_ERR_WRONG_TYPE);
    if (root_resource != ZX_HANDLE_INVALID) {
        EXPECT(zx_system_powerctl(root_resource, 0x7777, NULL) != ZX_OK);
    }
    CLOSE(event);
}

TEST(profile_errors) {
    zx_profile_info_t info = {.type = ZX_PROFILE_INFO_SCHEDULER, .scheduler.priority = ZX_PRIORITY_DEFAULT};
    zx_handle_t out;
    const zx_handle_t event = new_event();
    EXPECT_STATUS(zx_profile_create(ZX_HANDLE_INVALID, &info, &out), ZX_ERR_BAD_HANDLE);
    EXPECT_STATUS(zx_profile_create(event, &info, &out), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_object_set_profile(zx_thread_self(), event, 0), ZX_ERR_WRONG_TYPE);
    CLOSE(event);
}

// The board has no PCI, no IOMMU, no ports, no framebuffer and no hypervisor for guests: every call says so, none hangs.
TEST(hardware_that_is_not_there) {
    zx_handle_t out, out2;
    uint32_t word = 0;
    const zx_handle_t event = new_event();
    const zx_iommu_desc_dummy_t desc = {0};
    EXPECT(zx_pci_get_nth_device(event, 0, NULL, &out) != ZX_OK);
    EXPECT(zx_pci_config_read(event, 0, 4, &word) != ZX_OK);
    EXPECT(zx_pci_config_write(event, 0, 4, 0) != ZX_OK);
    EXPECT(zx_pci_enable_bus_master(event, true) != ZX_OK);
    EXPECT(zx_pci_reset_device(event) != ZX_OK);
    EXPECT(zx_pci_map_interrupt(event, 0, &out) != ZX_OK);
    EXPECT(zx_pci_query_irq_mode(event, 0, &word) != ZX_OK);
    EXPECT(zx_pci_set_irq_mode(event, 0, 1) != ZX_OK);
    EXPECT(zx_ioports_request(event, 0, 1) != ZX_OK);
    EXPECT(zx_iommu_create(event, ZX_IOMMU_TYPE_DUMMY, &desc, sizeof(desc), &out) != ZX_OK);
    EXPECT(zx_bti_create(event, 0, 0, &out) != ZX_OK);
    EXPECT(zx_bti_release_quarantine(event) != ZX_OK);
    EXPECT(zx_vmo_create_contiguous(event, ZX_PAGE_SIZE, 0, &out) != ZX_OK);
    EXPECT(zx_guest_create(event, 0, &out, &out2) != ZX_OK);
    EXPECT(zx_vcpu_create(event, 0, 0, &out) != ZX_OK);
    EXPECT(zx_vcpu_interrupt(event, 0) != ZX_OK);
    EXPECT(zx_interrupt_bind_vcpu(event, event, 0) != ZX_OK);
    EXPECT(zx_framebuffer_get_info(event, &word, &word, &word, &word) != ZX_OK);
    EXPECT(zx_smc_call(event, NULL, NULL) != ZX_OK);
    EXPECT(zx_pager_create(99, &out) != ZX_OK);
    EXPECT(zx_ktrace_control(event, 0, 0, NULL) != ZX_OK);
    EXPECT(zx_mtrace_control(event, 0, 0, 0, NULL, 0) != ZX_OK);
    CLOSE(event);
}

// docs/hacking.md: what `k` sends. The unit tests of the kernel print to the console.
TEST(resource_debug_command) {
    const zx_handle_t event = new_event();
    char text[300] = "ut all";
    REQUIRE(root_resource != ZX_HANDLE_INVALID);
    EXPECT_OK(zx_debug_send_command(root_resource, text, 6));
    EXPECT_STATUS(zx_debug_send_command(event, text, 6), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_debug_send_command(root_resource, text, sizeof(text)), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_debug_send_command(root_resource, bad_pointer(), 6), ZX_ERR_INVALID_ARGS);
    CLOSE(event);
}

// docs/syscalls/system_mexec.md, system_mexec_payload_get.md. One that succeeds ends this system: tests/mexec.test.ts.
TEST(resource_mexec_errors) {
    zx_handle_t vmo = new_vmo(ZX_PAGE_SIZE), huge;
    static char items[0x4001];
    REQUIRE(root_resource != ZX_HANDLE_INVALID);
    EXPECT_STATUS(zx_system_mexec(root_resource, vmo, root_resource), ZX_ERR_WRONG_TYPE);
    const zx_handle_t unreadable = with_rights(vmo, ZX_RIGHT_WRITE);
    EXPECT_STATUS(zx_system_mexec(root_resource, vmo, unreadable), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_system_mexec(root_resource, vmo, vmo), ZX_ERR_INVALID_ARGS); // zeros are no kernel
    REQUIRE_OK(zx_vmo_create(1ul << 40, 0, &huge));
    EXPECT_STATUS(zx_system_mexec(root_resource, vmo, huge), ZX_ERR_NO_MEMORY);
    EXPECT_STATUS(zx_system_mexec_payload_get(root_resource, items, sizeof(items)), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_system_mexec_payload_get(root_resource, items, 32), ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT_STATUS(zx_system_mexec_payload_get(root_resource, bad_pointer(), 0x4000), ZX_ERR_INVALID_ARGS);
    EXPECT_OK(zx_system_mexec_payload_get(root_resource, items, 0x4000));
    const zbi_header_t* container = (const void*)items;
    EXPECT(container->type == ZBI_TYPE_CONTAINER && container->extra == ZBI_CONTAINER_MAGIC && container->length > 0);
    CLOSE(vmo, huge, unreadable);
}

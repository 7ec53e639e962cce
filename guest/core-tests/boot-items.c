// <zircon/boot/image.h>, <zircon/boot/driver-config.h>: what a boot loader tells of the machine, in the boot image that
// userboot hands on. The shell has no boot image to hand on, so there these tests have nothing to look at.
#include <zircon/boot/driver-config.h>
#include <zircon/boot/image.h>
#include <zircon/syscalls/resource.h>

#include "test.h"

// Finds an item, from `from` on: where its payload begins, or 0.
static uint64_t find_item(uint32_t type, uint32_t extra, uint64_t from, zbi_header_t* header) {
    zbi_header_t container;
    if (!EXPECT_OK(zx_vmo_read(bootdata_vmo, &container, 0, sizeof(container)))) {
        return 0;
    }
    const uint64_t end = sizeof(container) + container.length;
    for (uint64_t at = from; at < end; at += sizeof(*header) + ZBI_ALIGN(header->length)) {
        if (!EXPECT_OK(zx_vmo_read(bootdata_vmo, header, at, sizeof(*header))) ||
            !EXPECT_EQ(header->magic, ZBI_ITEM_MAGIC)) {
            return 0;
        }
        if (header->type == type && header->extra == extra) {
            return at + sizeof(*header);
        }
    }
    return 0;
}

static bool read_item(uint32_t type, uint32_t extra, void* payload, uint32_t size) {
    zbi_header_t header;
    const uint64_t at = find_item(type, extra, sizeof(header), &header);
    return EXPECT(at != 0) && EXPECT_EQ(header.length, size) && EXPECT_OK(zx_vmo_read(bootdata_vmo, payload, at, size));
}

static uint32_t add_to_crc(uint32_t crc, const uint8_t* bytes, size_t size) {
    crc = ~crc;
    for (size_t i = 0; i < size; ++i) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ (0xedb88320u & -(crc & 1));
        }
    }
    return ~crc;
}

// A register of a device, through a physical VMO.
static uint32_t device_register(uint64_t page, uint32_t offset) {
    zx_handle_t resource, vmo;
    zx_vaddr_t address;
    if (!EXPECT_OK(zx_resource_create(root_resource, ZX_RSRC_KIND_MMIO, page, 0x1000, NULL, 0, &resource)) ||
        !EXPECT_OK(zx_vmo_create_physical(resource, page, 0x1000, &vmo)) ||
        !EXPECT_OK(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, vmo, 0, 0x1000, &address))) {
        return 0;
    }
    const uint32_t value = *(volatile uint32_t*)(address + offset);
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), address, 0x1000));
    CLOSE(vmo, resource);
    return value;
}

TEST(boot_items_platform) {
    zbi_platform_id_t platform;
    if (bootdata_vmo == ZX_HANDLE_INVALID || !read_item(ZBI_TYPE_PLATFORM_ID, 0, &platform, sizeof(platform))) {
        return;
    }
    EXPECT_EQ(platform.vid, 1);
    EXPECT_EQ(platform.pid, 1);
    EXPECT(strncmp(platform.board_name, "qemu", sizeof(platform.board_name)) == 0);
}

// What the distributor says of itself is what the items say of the cores.
TEST(boot_items_interrupt_controller) {
    dcfg_arm_gicv2_driver_t gic;
    uint32_t words[(sizeof(zbi_cpu_config_t) + sizeof(zbi_cpu_cluster_t)) / sizeof(uint32_t)];
    if (bootdata_vmo == ZX_HANDLE_INVALID || !read_item(ZBI_TYPE_KERNEL_DRIVER, KDRV_ARM_GIC_V2, &gic, sizeof(gic)) ||
        !read_item(ZBI_TYPE_CPU_CONFIG, 0, words, sizeof(words))) {
        return;
    }
    const zbi_cpu_config_t* config = (const void*)words;
    EXPECT_EQ(config->cluster_count, 1);
    EXPECT_EQ(config->clusters[0].cpu_count, zx_system_get_num_cpus());
    const uint32_t typer = device_register(gic.mmio_phys + gic.gicd_offset, 4);
    EXPECT_EQ(((typer >> 5) & 7) + 1, config->clusters[0].cpu_count);
    // GICC_IIDR: of a GICv2.
    EXPECT_EQ((device_register(gic.mmio_phys + gic.gicc_offset, 0xfc) >> 16) & 0xf, 2);
}

TEST(boot_items_drivers) {
    dcfg_simple_t uart;
    dcfg_arm_generic_timer_driver_t timer;
    dcfg_arm_psci_driver_t psci;
    if (bootdata_vmo == ZX_HANDLE_INVALID || !read_item(ZBI_TYPE_KERNEL_DRIVER, KDRV_PL011_UART, &uart, sizeof(uart)) ||
        !read_item(ZBI_TYPE_KERNEL_DRIVER, KDRV_ARM_GENERIC_TIMER, &timer, sizeof(timer)) ||
        !read_item(ZBI_TYPE_KERNEL_DRIVER, KDRV_ARM_PSCI, &psci, sizeof(psci))) {
        return;
    }
    EXPECT_EQ(device_register(uart.mmio_phys, 0xfe0), 0x11); // UARTPeriphID0 of a PL011
    EXPECT_EQ(uart.irq, 33);
    EXPECT_EQ(timer.irq_phys, 30);
    EXPECT_EQ(timer.irq_virt, 27);
    EXPECT(psci.use_hvc);
}

TEST(boot_items_memory) {
    zbi_mem_range_t ranges[2];
    if (bootdata_vmo == ZX_HANDLE_INVALID || !read_item(ZBI_TYPE_MEM_CONFIG, 0, ranges, sizeof(ranges))) {
        return;
    }
    EXPECT_EQ(ranges[0].type, ZBI_MEM_RANGE_RAM);
    EXPECT_EQ(ranges[0].length, zx_system_get_physmem());
    EXPECT_EQ(ranges[1].type, ZBI_MEM_RANGE_PERIPHERAL);
}

// Each item that has a checksum has the right one, and the items fill the container.
TEST(boot_items_checksums) {
    zbi_header_t container, header;
    uint8_t piece[4096];
    unsigned checked = 0;
    if (bootdata_vmo == ZX_HANDLE_INVALID || !EXPECT_OK(zx_vmo_read(bootdata_vmo, &container, 0, sizeof(container)))) {
        return;
    }
    const uint64_t end = sizeof(container) + container.length;
    uint64_t at = sizeof(container);
    for (; at < end; at += sizeof(header) + ZBI_ALIGN(header.length)) {
        REQUIRE_OK(zx_vmo_read(bootdata_vmo, &header, at, sizeof(header)));
        EXPECT((header.flags & ZBI_FLAG_VERSION) != 0);
        if ((header.flags & ZBI_FLAG_CRC32) == 0 || header.length > sizeof(piece)) {
            continue;
        }
        const uint32_t crc = header.crc32;
        header.crc32 = 0;
        REQUIRE_OK(zx_vmo_read(bootdata_vmo, piece, at + sizeof(header), header.length));
        EXPECT_EQ(add_to_crc(add_to_crc(0, (const uint8_t*)&header, sizeof(header)), piece, header.length), crc);
        ++checked;
    }
    EXPECT_EQ(at, end);
    EXPECT(checked >= 7);
}

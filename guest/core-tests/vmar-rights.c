// Every combination of rights to a VMO and a VMAR with every protection: docs/syscalls/vmar_map.md, vmar_protect.md,
// vmar_allocate.md.
#include <zircon/limits.h>

#include "test.h"

#define PAGE ((uint64_t)ZX_PAGE_SIZE)
// Combinations of READ, WRITE and EXECUTE, in the order of ZX_VM_PERM_*.
#define COMBINATIONS 8
// ZX_VM_CAN_MAP_READ is ZX_VM_PERM_READ moved up by this, and so on.
#define CAN_MAP_SHIFT 7

static zx_rights_t rights_for(uint32_t permissions) {
    return (permissions & ZX_VM_PERM_READ ? ZX_RIGHT_READ : 0) | (permissions & ZX_VM_PERM_WRITE ? ZX_RIGHT_WRITE : 0) |
           (permissions & ZX_VM_PERM_EXECUTE ? ZX_RIGHT_EXECUTE : 0);
}

// No page can be written but not read.
static bool expressible(uint32_t permissions) {
    return (permissions & ZX_VM_PERM_READ) || !(permissions & ZX_VM_PERM_WRITE);
}

static zx_status_t status_for(uint32_t permissions, uint32_t allowed) {
    return (permissions & ~allowed) == 0 ? ZX_OK : ZX_ERR_ACCESS_DENIED;
}

static void check_protections(zx_handle_t vmar, zx_vaddr_t address, uint32_t allowed) {
    for (uint32_t permissions = 0; permissions < COMBINATIONS; ++permissions) {
        const zx_status_t expected = expressible(permissions) ? status_for(permissions, allowed) : ZX_ERR_INVALID_ARGS;
        EXPECT_STATUS(zx_vmar_protect(zx_vmar_root_self(), permissions, address, PAGE), expected);
        if (expressible(permissions)) {
            EXPECT_STATUS(zx_vmar_protect(vmar, permissions, address, PAGE), expected);
        }
    }
}

static void check_mappings(zx_handle_t vmar, zx_handle_t vmo, uint32_t allowed) {
    for (uint32_t permissions = 0; permissions < COMBINATIONS; ++permissions) {
        zx_vaddr_t address;
        if (!expressible(permissions)) {
            continue;
        }
        const zx_status_t expected = status_for(permissions, allowed);
        if (EXPECT_STATUS(zx_vmar_map(vmar, permissions, 0, vmo, 0, PAGE, &address), expected) && expected == ZX_OK) {
            check_protections(vmar, address, allowed);
            EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), address, PAGE));
        }
    }
}

TEST(vmar_rights_to_map_and_protect) {
    const zx_handle_t vmo = new_vmo(PAGE);
    for (uint32_t of_vmo = 0; of_vmo < COMBINATIONS; ++of_vmo) {
        const zx_handle_t limited_vmo = with_rights(vmo, ZX_RIGHT_MAP | rights_for(of_vmo));
        for (uint32_t of_vmar = 0; of_vmar < COMBINATIONS; ++of_vmar) {
            const zx_handle_t limited_vmar = with_rights(zx_vmar_root_self(), rights_for(of_vmar));
            check_mappings(limited_vmar, limited_vmo, of_vmo & of_vmar);
            CLOSE(limited_vmar);
        }
        CLOSE(limited_vmo);
    }
    CLOSE(vmo);
}

TEST(vmar_rights_to_allocate) {
    for (uint32_t allowed = 0; allowed < COMBINATIONS; ++allowed) {
        const zx_handle_t parent = with_rights(zx_vmar_root_self(), rights_for(allowed));
        for (uint32_t wanted = 0; wanted < COMBINATIONS; ++wanted) {
            const zx_status_t expected = status_for(wanted, allowed);
            zx_handle_t child;
            zx_vaddr_t address;
            if (EXPECT_STATUS(zx_vmar_allocate(parent, wanted << CAN_MAP_SHIFT, 0, PAGE, &child, &address), expected) &&
                expected == ZX_OK) {
                EXPECT_EQ(rights_of(child) & rights_for(COMBINATIONS - 1), rights_for(wanted));
                EXPECT_OK(zx_vmar_destroy(child));
                CLOSE(child);
            }
        }
        CLOSE(parent);
    }
}

TEST(vmar_rights_without_map) {
    const zx_handle_t vmo = new_vmo(PAGE), unmappable = with_rights(vmo, ZX_RIGHT_READ | ZX_RIGHT_WRITE);
    zx_vaddr_t address;
    EXPECT_STATUS(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, unmappable, 0, PAGE, &address),
                  ZX_ERR_ACCESS_DENIED);
    CLOSE(vmo, unmappable);
}

TEST(vmar_options_that_there_are_not) {
    const zx_handle_t vmo = new_vmo(PAGE), root = zx_vmar_root_self();
    zx_handle_t child;
    zx_vaddr_t address, mapped;
    REQUIRE_OK(zx_vmar_map(root, ZX_VM_PERM_READ, 0, vmo, 0, PAGE, &mapped));
    for (unsigned bit = 12; bit < 32; ++bit) {
        const zx_vm_option_t option = (zx_vm_option_t)1 << bit;
        EXPECT_STATUS(zx_vmar_map(root, ZX_VM_PERM_READ | option, 0, vmo, 0, PAGE, &address), ZX_ERR_INVALID_ARGS);
        EXPECT_STATUS(zx_vmar_protect(root, ZX_VM_PERM_READ | option, mapped, PAGE), ZX_ERR_INVALID_ARGS);
        EXPECT_STATUS(zx_vmar_allocate(root, ZX_VM_CAN_MAP_READ | option, 0, PAGE, &child, &address),
                      ZX_ERR_INVALID_ARGS);
    }
    EXPECT_OK(zx_vmar_unmap(root, mapped, PAGE));
    CLOSE(vmo);
}

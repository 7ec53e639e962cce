// docs/objects/bus_transaction_initiator.md, pinned_memory_token.md, docs/syscalls/bti_*.md.
#include <zircon/limits.h>
#include <zircon/syscalls/iommu.h>

#include "test.h"

#define PAGE ((uint64_t)ZX_PAGE_SIZE)
#define PINNED_PAGES 4

static zx_handle_t new_bti(void) {
    const zx_iommu_desc_dummy_t descriptor = {0};
    zx_handle_t iommu = ZX_HANDLE_INVALID, bti = ZX_HANDLE_INVALID;
    EXPECT_OK(zx_iommu_create(root_resource, ZX_IOMMU_TYPE_DUMMY, &descriptor, sizeof(descriptor), &iommu));
    EXPECT_OK(zx_bti_create(iommu, 0, 0xdeadbeef, &bti));
    CLOSE(iommu);
    return bti;
}

static zx_status_t decommit(zx_handle_t vmo) {
    return zx_vmo_op_range(vmo, ZX_VMO_OP_DECOMMIT, 0, PINNED_PAGES * PAGE, NULL, 0);
}

TEST(dma_create) {
    const zx_iommu_desc_dummy_t descriptor = {0};
    const zx_handle_t event = new_event(), bti = new_bti();
    zx_handle_t out;
    zx_info_bti_t info = {0};
    EXPECT_STATUS(zx_iommu_create(event, ZX_IOMMU_TYPE_DUMMY, &descriptor, sizeof(descriptor), &out), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(zx_iommu_create(root_resource, ZX_IOMMU_TYPE_DUMMY, &descriptor, 0, &out), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_bti_create(event, 0, 0, &out), ZX_ERR_WRONG_TYPE);
    EXPECT_OK(zx_object_get_info(bti, ZX_INFO_BTI, &info, sizeof(info), NULL, NULL));
    EXPECT(info.minimum_contiguity >= PAGE && info.aspace_size > 0);
    CLOSE(event, bti);
}

TEST(dma_pinned_pages_stay) {
    const zx_handle_t vmo = new_vmo(PINNED_PAGES * PAGE), bti = new_bti();
    zx_paddr_t addresses[PINNED_PAGES];
    zx_handle_t pmt;
    REQUIRE_OK(zx_bti_pin(bti, ZX_BTI_PERM_READ | ZX_BTI_PERM_WRITE, vmo, 0, PINNED_PAGES * PAGE, addresses,
                          PINNED_PAGES, &pmt));
    for (size_t i = 0; i < PINNED_PAGES; ++i) {
        EXPECT(addresses[i] != 0 && addresses[i] % PAGE == 0);
    }
    EXPECT_STATUS(decommit(vmo), ZX_ERR_BAD_STATE);
    EXPECT_STATUS(zx_vmo_set_size(vmo, PAGE), ZX_ERR_BAD_STATE);
    EXPECT_OK(zx_pmt_unpin(pmt));
    EXPECT_OK(decommit(vmo));
    EXPECT_STATUS(zx_bti_pin(bti, ZX_BTI_PERM_READ, vmo, 0, 2 * PAGE, addresses, 1, &pmt), ZX_ERR_INVALID_ARGS);
    CLOSE(vmo, bti);
}

TEST(dma_quarantine) {
    const zx_handle_t vmo = new_vmo(PINNED_PAGES * PAGE), bti = new_bti();
    zx_paddr_t address;
    zx_handle_t pmt;
    REQUIRE_OK(zx_bti_pin(bti, ZX_BTI_PERM_READ, vmo, 0, PAGE, &address, 1, &pmt));
    CLOSE(pmt);
    EXPECT_STATUS(decommit(vmo), ZX_ERR_BAD_STATE);
    EXPECT_OK(zx_bti_release_quarantine(bti));
    EXPECT_OK(decommit(vmo));
    CLOSE(vmo, bti);
}

TEST(dma_contiguous_memory) {
    const zx_handle_t bti = new_bti();
    zx_paddr_t addresses[PINNED_PAGES], start;
    zx_handle_t vmo, pmt, whole;
    REQUIRE_OK(zx_vmo_create_contiguous(bti, PINNED_PAGES * PAGE, 16, &vmo));
    REQUIRE_OK(zx_bti_pin(bti, ZX_BTI_PERM_READ, vmo, 0, PINNED_PAGES * PAGE, addresses, PINNED_PAGES, &pmt));
    REQUIRE_OK(zx_bti_pin(bti, ZX_BTI_PERM_READ | ZX_BTI_CONTIGUOUS, vmo, 0, PINNED_PAGES * PAGE, &start, 1, &whole));
    EXPECT_EQ(start % (1 << 16), 0);
    for (size_t i = 0; i < PINNED_PAGES; ++i) {
        EXPECT_EQ(addresses[i], start + i * PAGE);
    }
    EXPECT_OK(zx_pmt_unpin(pmt));
    EXPECT_OK(zx_pmt_unpin(whole));
    CLOSE(vmo, bti);
}

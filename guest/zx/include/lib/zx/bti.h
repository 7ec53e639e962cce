// The memory that a device may reach. docs/syscalls/bti_create.md.
#pragma once

#include <lib/zx/handle.h>
#include <lib/zx/iommu.h>
#include <lib/zx/pmt.h>

namespace zx {

class bti final : public object<bti> {
 public:
  constexpr bti() = default;
  explicit constexpr bti(zx_handle_t value) : object(value) {}
  explicit bti(handle&& other) : object(other.release()) {}
  bti(bti&& other) : object(other.release()) {}
  bti& operator=(bti&& other) {
    reset(other.release());
    return *this;
  }

  static zx_status_t create(const iommu& iommu, uint32_t options, uint64_t bti_id, bti* result) {
    return zx_bti_create(iommu.get(), options, bti_id, result->reset_and_get_address());
  }
  // `vmo` is a zx::vmo.
  zx_status_t pin(uint32_t options, const object<vmo>& vmo, uint64_t offset, uint64_t size, zx_paddr_t* addrs,
                  size_t addrs_count, pmt* result) const {
    zx_handle_t value = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_bti_pin(get(), options, vmo.get(), offset, size, addrs, addrs_count, &value);
    result->reset(value);
    return status;
  }
  zx_status_t release_quarantine() const { return zx_bti_release_quarantine(get()); }
};

using unowned_bti = unowned<bti>;

}  // namespace zx

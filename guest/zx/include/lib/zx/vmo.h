// Memory that can be mapped, read and written. docs/syscalls/vmo_create.md.
#pragma once

#include <lib/zx/bti.h>
#include <lib/zx/handle.h>
#include <lib/zx/object.h>
#include <lib/zx/resource.h>

namespace zx {

class vmo final : public object<vmo> {
 public:
  constexpr vmo() = default;
  explicit constexpr vmo(zx_handle_t value) : object(value) {}
  explicit vmo(handle&& other) : object(other.release()) {}
  vmo(vmo&& other) : object(other.release()) {}
  vmo& operator=(vmo&& other) {
    reset(other.release());
    return *this;
  }

  static zx_status_t create(uint64_t size, uint32_t options, vmo* result) {
    return zx_vmo_create(size, options, result->reset_and_get_address());
  }
  // Pages that lie together in physical memory, for devices.
  static zx_status_t create_contiguous(const bti& bti, size_t size, uint32_t alignment_log2, vmo* result) {
    return zx_vmo_create_contiguous(bti.get(), size, alignment_log2, result->reset_and_get_address());
  }
  // Physical memory itself: registers of devices.
  static zx_status_t create_physical(const resource& resource, zx_paddr_t paddr, size_t size, vmo* result) {
    return zx_vmo_create_physical(resource.get(), paddr, size, result->reset_and_get_address());
  }

  zx_status_t read(void* data, uint64_t offset, size_t size) const { return zx_vmo_read(get(), data, offset, size); }
  zx_status_t write(const void* data, uint64_t offset, size_t size) const {
    return zx_vmo_write(get(), data, offset, size);
  }
  zx_status_t get_size(uint64_t* size) const { return zx_vmo_get_size(get(), size); }
  zx_status_t set_size(uint64_t size) const { return zx_vmo_set_size(get(), size); }
  zx_status_t clone(uint32_t options, uint64_t offset, uint64_t size, vmo* result) const {
    return zx_vmo_clone(get(), options, offset, size, result->reset_and_get_address());
  }
  zx_status_t op_range(uint32_t op, uint64_t offset, uint64_t size, void* buffer, size_t buffer_size) const {
    return zx_vmo_op_range(get(), op, offset, size, buffer, buffer_size);
  }
  zx_status_t set_cache_policy(uint32_t policy) const { return zx_vmo_set_cache_policy(get(), policy); }
  zx_status_t replace_as_executable(const handle& vmex, vmo* result) {
    zx_handle_t other = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_vmo_replace_as_executable(release(), vmex.get(), &other);
    result->reset(other);
    return status;
  }
};

using unowned_vmo = unowned<vmo>;

}  // namespace zx

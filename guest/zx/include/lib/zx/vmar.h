// A region of an address space. docs/syscalls/vmar_allocate.md.
#pragma once

#include <lib/zx/handle.h>
#include <lib/zx/object.h>
#include <lib/zx/vmo.h>
#include <zircon/process.h>

namespace zx {

class vmar final : public object<vmar> {
 public:
  constexpr vmar() = default;
  explicit constexpr vmar(zx_handle_t value) : object(value) {}
  explicit vmar(handle&& other) : object(other.release()) {}
  vmar(vmar&& other) : object(other.release()) {}
  vmar& operator=(vmar&& other) {
    reset(other.release());
    return *this;
  }

  // In the older order of arguments; allocate2() has the system call's.
  zx_status_t allocate(size_t offset, size_t size, zx_vm_option_t options, vmar* child, uintptr_t* child_addr) const {
    return allocate2(options, offset, size, child, child_addr);
  }
  zx_status_t allocate2(zx_vm_option_t options, size_t offset, size_t size, vmar* child, uintptr_t* child_addr) const {
    zx_handle_t value = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_vmar_allocate(get(), options, offset, size, &value, child_addr);
    child->reset(value);
    return status;
  }
  zx_status_t map(zx_vm_option_t options, size_t vmar_offset, const vmo& vmo, uint64_t vmo_offset, size_t size,
                  uintptr_t* address) const {
    return zx_vmar_map(get(), options, vmar_offset, vmo.get(), vmo_offset, size, address);
  }
  // The older order.
  zx_status_t map(size_t vmar_offset, const vmo& vmo, uint64_t vmo_offset, size_t size, zx_vm_option_t options,
                  uintptr_t* address) const {
    return zx_vmar_map(get(), options, vmar_offset, vmo.get(), vmo_offset, size, address);
  }
  zx_status_t unmap(uintptr_t address, size_t size) const { return zx_vmar_unmap(get(), address, size); }
  // In the older order of arguments; protect2() has the system call's.
  zx_status_t protect(uintptr_t address, size_t size, zx_vm_option_t options) const {
    return protect2(options, address, size);
  }
  zx_status_t protect2(zx_vm_option_t options, uintptr_t address, size_t size) const {
    return zx_vmar_protect(get(), options, address, size);
  }
  zx_status_t destroy() const { return zx_vmar_destroy(get()); }

  // The whole address space of this process.
  static unowned<vmar> root_self() { return unowned<vmar>(zx_vmar_root_self()); }
};

using unowned_vmar = unowned<vmar>;

}  // namespace zx

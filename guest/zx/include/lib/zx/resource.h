// The right to memory of devices, interrupts and what else belongs to the machine. docs/objects/resource.md.
#pragma once

#include <lib/zx/handle.h>
#include <lib/zx/object.h>
#include <zircon/syscalls/resource.h>

namespace zx {

class resource final : public object<resource> {
 public:
  constexpr resource() = default;
  explicit constexpr resource(zx_handle_t value) : object(value) {}
  explicit resource(handle&& other) : object(other.release()) {}
  resource(resource&& other) : object(other.release()) {}
  resource& operator=(resource&& other) {
    reset(other.release());
    return *this;
  }

  static zx_status_t create(const resource& parent, uint32_t options, uint64_t base, size_t size, const char* name,
                            size_t name_size, resource* result) {
    return zx_resource_create(parent.get(), options, base, size, name, name_size, result->reset_and_get_address());
  }
};

using unowned_resource = unowned<resource>;

}  // namespace zx

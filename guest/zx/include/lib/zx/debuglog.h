// The log of the kernel. docs/syscalls/debuglog_create.md.
#pragma once

#include <lib/zx/handle.h>
#include <lib/zx/object.h>
#include <lib/zx/resource.h>
#include <zircon/syscalls/log.h>

namespace zx {

class debuglog final : public object<debuglog> {
 public:
  constexpr debuglog() = default;
  explicit constexpr debuglog(zx_handle_t value) : object(value) {}
  explicit debuglog(handle&& other) : object(other.release()) {}
  debuglog(debuglog&& other) : object(other.release()) {}
  debuglog& operator=(debuglog&& other) {
    reset(other.release());
    return *this;
  }

  static zx_status_t create(const resource& resource, uint32_t options, debuglog* result) {
    return zx_debuglog_create(resource.get(), options, result->reset_and_get_address());
  }
  zx_status_t write(uint32_t options, const void* buffer, size_t size) const {
    return zx_debuglog_write(get(), options, buffer, size);
  }
  // The size of the record, or what is wrong: ZX_ERR_SHOULD_WAIT behind the last one.
  zx_status_t read(uint32_t options, void* buffer, size_t size) const {
    return zx_debuglog_read(get(), options, buffer, size);
  }
};

using unowned_debuglog = unowned<debuglog>;

}  // namespace zx

// Memory that is pinned for a device. docs/syscalls/bti_pin.md.
#pragma once

#include <lib/zx/handle.h>
#include <lib/zx/object.h>

namespace zx {

class pmt final : public object<pmt> {
 public:
  constexpr pmt() = default;
  explicit constexpr pmt(zx_handle_t value) : object(value) {}
  explicit pmt(handle&& other) : object(other.release()) {}
  pmt(pmt&& other) : object(other.release()) {}
  pmt& operator=(pmt&& other) {
    reset(other.release());
    return *this;
  }

  // Consumes the token.
  zx_status_t unpin() { return zx_pmt_unpin(release()); }
};

using unowned_pmt = unowned<pmt>;

}  // namespace zx

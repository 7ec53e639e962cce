// A stream of bytes, or datagrams. docs/syscalls/socket_create.md.
#pragma once

#include <lib/zx/handle.h>
#include <lib/zx/object.h>

namespace zx {

class socket final : public object<socket> {
 public:
  constexpr socket() = default;
  explicit constexpr socket(zx_handle_t value) : object(value) {}
  explicit socket(handle&& other) : object(other.release()) {}
  socket(socket&& other) : object(other.release()) {}
  socket& operator=(socket&& other) {
    reset(other.release());
    return *this;
  }

  static zx_status_t create(uint32_t options, socket* endpoint0, socket* endpoint1) {
    zx_handle_t first = ZX_HANDLE_INVALID, second = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_socket_create(options, &first, &second);
    endpoint0->reset(first);
    endpoint1->reset(second);
    return status;
  }

  zx_status_t write(uint32_t options, const void* buffer, size_t size, size_t* actual) const {
    return zx_socket_write(get(), options, buffer, size, actual);
  }
  zx_status_t read(uint32_t options, void* buffer, size_t size, size_t* actual) const {
    return zx_socket_read(get(), options, buffer, size, actual);
  }
  zx_status_t share(socket socket_to_share) const { return zx_socket_share(get(), socket_to_share.release()); }
  zx_status_t accept(socket* result) const { return zx_socket_accept(get(), result->reset_and_get_address()); }
  zx_status_t shutdown(uint32_t options) const { return zx_socket_shutdown(get(), options); }
};

using unowned_socket = unowned<socket>;

}  // namespace zx

// Messages of bytes and handles between two ends. docs/syscalls/channel_create.md.
#pragma once

#include <lib/zx/handle.h>
#include <lib/zx/object.h>

namespace zx {

class channel final : public object<channel> {
 public:
  constexpr channel() = default;
  explicit constexpr channel(zx_handle_t value) : object(value) {}
  explicit channel(handle&& other) : object(other.release()) {}
  channel(channel&& other) : object(other.release()) {}
  channel& operator=(channel&& other) {
    reset(other.release());
    return *this;
  }

  static zx_status_t create(uint32_t options, channel* endpoint0, channel* endpoint1) {
    zx_handle_t first = ZX_HANDLE_INVALID, second = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_channel_create(options, &first, &second);
    endpoint0->reset(first);
    endpoint1->reset(second);
    return status;
  }

  // The order of arguments that the system call has.
  zx_status_t read(uint32_t options, void* bytes, zx_handle_t* handles, uint32_t num_bytes, uint32_t num_handles,
                   uint32_t* actual_bytes, uint32_t* actual_handles) const {
    return zx_channel_read(get(), options, bytes, handles, num_bytes, num_handles, actual_bytes, actual_handles);
  }
  // The older order: what is of bytes first.
  zx_status_t read(uint32_t options, void* bytes, uint32_t num_bytes, uint32_t* actual_bytes, zx_handle_t* handles,
                   uint32_t num_handles, uint32_t* actual_handles) const {
    return zx_channel_read(get(), options, bytes, handles, num_bytes, num_handles, actual_bytes, actual_handles);
  }
  zx_status_t read_etc(uint32_t options, void* bytes, zx_handle_info_t* handles, uint32_t num_bytes,
                       uint32_t num_handles, uint32_t* actual_bytes, uint32_t* actual_handles) const {
    return zx_channel_read_etc(get(), options, bytes, handles, num_bytes, num_handles, actual_bytes, actual_handles);
  }
  zx_status_t write(uint32_t options, const void* bytes, uint32_t num_bytes, const zx_handle_t* handles,
                    uint32_t num_handles) const {
    return zx_channel_write(get(), options, bytes, num_bytes, handles, num_handles);
  }
  zx_status_t call(uint32_t options, zx::time deadline, const zx_channel_call_args_t* args, uint32_t* actual_bytes,
                   uint32_t* actual_handles) const {
    return zx_channel_call(get(), options, deadline.get(), args, actual_bytes, actual_handles);
  }
};

using unowned_channel = unowned<channel>;

}  // namespace zx

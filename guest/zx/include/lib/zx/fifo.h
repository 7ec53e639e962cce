// A queue of elements of one size. docs/syscalls/fifo_create.md.
#pragma once

#include <lib/zx/handle.h>
#include <lib/zx/object.h>

namespace zx {

class fifo final : public object<fifo> {
 public:
  constexpr fifo() = default;
  explicit constexpr fifo(zx_handle_t value) : object(value) {}
  explicit fifo(handle&& other) : object(other.release()) {}
  fifo(fifo&& other) : object(other.release()) {}
  fifo& operator=(fifo&& other) {
    reset(other.release());
    return *this;
  }

  static zx_status_t create(uint32_t elem_count, uint32_t elem_size, uint32_t options, fifo* endpoint0,
                            fifo* endpoint1) {
    zx_handle_t first = ZX_HANDLE_INVALID, second = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_fifo_create(elem_count, elem_size, options, &first, &second);
    endpoint0->reset(first);
    endpoint1->reset(second);
    return status;
  }

  zx_status_t write(size_t elem_size, const void* buffer, size_t count, size_t* actual_count) const {
    return zx_fifo_write(get(), elem_size, buffer, count, actual_count);
  }
  zx_status_t read(size_t elem_size, void* buffer, size_t count, size_t* actual_count) const {
    return zx_fifo_read(get(), elem_size, buffer, count, actual_count);
  }
};

using unowned_fifo = unowned<fifo>;

}  // namespace zx

// A thread of a process. docs/syscalls/thread_create.md.
#pragma once

#include <lib/zx/task.h>
#include <zircon/process.h>

namespace zx {

class thread final : public task<thread> {
 public:
  constexpr thread() = default;
  explicit constexpr thread(zx_handle_t value) : task(value) {}
  explicit thread(handle&& other) : task(other.release()) {}
  thread(thread&& other) : task(other.release()) {}
  thread& operator=(thread&& other) {
    reset(other.release());
    return *this;
  }

  // `process` is a zx::process.
  static zx_status_t create(const object<process>& process, const char* name, uint32_t name_size, uint32_t options,
                            thread* result) {
    return zx_thread_create(process.get(), name, name_size, options, result->reset_and_get_address());
  }
  zx_status_t start(uintptr_t entry, uintptr_t stack, uintptr_t arg1, uintptr_t arg2) const {
    return zx_thread_start(get(), entry, stack, arg1, arg2);
  }
  zx_status_t read_state(uint32_t kind, void* buffer, size_t size) const {
    return zx_thread_read_state(get(), kind, buffer, size);
  }
  zx_status_t write_state(uint32_t kind, const void* buffer, size_t size) const {
    return zx_thread_write_state(get(), kind, buffer, size);
  }

  static unowned<thread> self() { return unowned<thread>(zx_thread_self()); }
};

using unowned_thread = unowned<thread>;

}  // namespace zx

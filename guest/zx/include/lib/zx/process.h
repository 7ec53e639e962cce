// An address space with threads and handles. docs/syscalls/process_create.md.
#pragma once

#include <lib/zx/job.h>
#include <lib/zx/task.h>
#include <lib/zx/thread.h>
#include <lib/zx/vmar.h>
#include <zircon/process.h>

namespace zx {

class process final : public task<process> {
 public:
  constexpr process() = default;
  explicit constexpr process(zx_handle_t value) : task(value) {}
  explicit process(handle&& other) : task(other.release()) {}
  process(process&& other) : task(other.release()) {}
  process& operator=(process&& other) {
    reset(other.release());
    return *this;
  }

  static zx_status_t create(const job& job, const char* name, uint32_t name_size, uint32_t options, process* result,
                            vmar* root_vmar) {
    zx_handle_t vmar_value = ZX_HANDLE_INVALID, value = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_process_create(job.get(), name, name_size, options, &value, &vmar_value);
    result->reset(value);
    root_vmar->reset(vmar_value);
    return status;
  }
  zx_status_t start(const thread& thread, uintptr_t entry, uintptr_t stack, handle arg1, uintptr_t arg2) const {
    return zx_process_start(get(), thread.get(), entry, stack, arg1.release(), arg2);
  }
  zx_status_t read_memory(uintptr_t address, void* buffer, size_t size, size_t* actual) const {
    return zx_process_read_memory(get(), address, buffer, size, actual);
  }
  zx_status_t write_memory(uintptr_t address, const void* buffer, size_t size, size_t* actual) const {
    return zx_process_write_memory(get(), address, buffer, size, actual);
  }

  static unowned<process> self() { return unowned<process>(zx_process_self()); }
};

using unowned_process = unowned<process>;

}  // namespace zx

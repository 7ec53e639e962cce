// What jobs, processes and threads have in common. docs/objects/job.md.
#pragma once

#include <lib/zx/handle.h>
#include <lib/zx/port.h>
#include <lib/zx/suspend_token.h>

namespace zx {

template <typename T>
class task : public object<T> {
 public:
  constexpr task() = default;
  explicit constexpr task(zx_handle_t value) : object<T>(value) {}
  explicit task(handle&& other) : object<T>(other.release()) {}
  task(task&& other) : object<T>(other.release()) {}

  zx_status_t kill() const { return zx_task_kill(object<T>::get()); }
  // Until the token is closed.
  zx_status_t suspend(suspend_token* result) const {
    return zx_task_suspend_token(object<T>::get(), result->reset_and_get_address());
  }
  zx_status_t bind_exception_port(const port& port, uint64_t key, uint32_t options) const {
    return zx_task_bind_exception_port(object<T>::get(), port.get(), key, options);
  }
  zx_status_t resume_from_exception(const port& port, uint32_t options) const {
    return zx_task_resume_from_exception(object<T>::get(), port.get(), options);
  }
};

}  // namespace zx

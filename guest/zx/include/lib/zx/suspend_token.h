// While it is open a task is suspended. docs/syscalls/task_suspend.md.
#pragma once

#include <lib/zx/handle.h>
#include <lib/zx/object.h>

namespace zx {

class suspend_token final : public object<suspend_token> {
 public:
  constexpr suspend_token() = default;
  explicit constexpr suspend_token(zx_handle_t value) : object(value) {}
  explicit suspend_token(handle&& other) : object(other.release()) {}
  suspend_token(suspend_token&& other) : object(other.release()) {}
  suspend_token& operator=(suspend_token&& other) {
    reset(other.release());
    return *this;
  }

};

using unowned_suspend_token = unowned<suspend_token>;

}  // namespace zx

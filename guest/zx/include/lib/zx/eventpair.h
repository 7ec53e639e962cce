// Two events that signal each other. docs/syscalls/eventpair_create.md.
#pragma once

#include <lib/zx/handle.h>
#include <lib/zx/object.h>

namespace zx {

class eventpair final : public object<eventpair> {
 public:
  constexpr eventpair() = default;
  explicit constexpr eventpair(zx_handle_t value) : object(value) {}
  explicit eventpair(handle&& other) : object(other.release()) {}
  eventpair(eventpair&& other) : object(other.release()) {}
  eventpair& operator=(eventpair&& other) {
    reset(other.release());
    return *this;
  }

  static zx_status_t create(uint32_t options, eventpair* endpoint0, eventpair* endpoint1) {
    zx_handle_t first = ZX_HANDLE_INVALID, second = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_eventpair_create(options, &first, &second);
    endpoint0->reset(first);
    endpoint1->reset(second);
    return status;
  }
};

using unowned_eventpair = unowned<eventpair>;

}  // namespace zx

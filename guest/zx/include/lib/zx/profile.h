// How threads are scheduled. docs/syscalls/profile_create.md.
#pragma once

#include <lib/zx/handle.h>
#include <lib/zx/job.h>
#include <lib/zx/object.h>
#include <zircon/syscalls/profile.h>

namespace zx {

class profile final : public object<profile> {
 public:
  constexpr profile() = default;
  explicit constexpr profile(zx_handle_t value) : object(value) {}
  explicit profile(handle&& other) : object(other.release()) {}
  profile(profile&& other) : object(other.release()) {}
  profile& operator=(profile&& other) {
    reset(other.release());
    return *this;
  }

  static zx_status_t create(const job& root_job, const zx_profile_info_t* info, profile* result) {
    return zx_profile_create(root_job.get(), info, result->reset_and_get_address());
  }
};

using unowned_profile = unowned<profile>;

}  // namespace zx

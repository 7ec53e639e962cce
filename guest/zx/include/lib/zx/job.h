// Processes and jobs, with what they may do. docs/syscalls/job_create.md.
#pragma once

#include <lib/zx/task.h>
#include <zircon/process.h>

namespace zx {

class job final : public task<job> {
 public:
  constexpr job() = default;
  explicit constexpr job(zx_handle_t value) : task(value) {}
  explicit job(handle&& other) : task(other.release()) {}
  job(job&& other) : task(other.release()) {}
  job& operator=(job&& other) {
    reset(other.release());
    return *this;
  }

  static zx_status_t create(const job& parent, uint32_t options, job* result) {
    return create(parent.get(), options, result);
  }
  static zx_status_t create(zx_handle_t parent, uint32_t options, job* result) {
    return zx_job_create(parent, options, result->reset_and_get_address());
  }
  zx_status_t set_policy(uint32_t options, uint32_t topic, const void* policy, uint32_t count) const {
    return zx_job_set_policy(get(), options, topic, policy, count);
  }

  // Where this process's own processes go.
  static unowned<job> default_job() { return unowned<job>(zx_job_default()); }
};

using unowned_job = unowned<job>;

}  // namespace zx

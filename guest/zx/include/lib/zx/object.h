// A handle that is closed with its owner. Each kind of object is a class of its own (channel.h, vmo.h, ...), so that a
// program that mixes them up does not compile; handle.h is for what may be of any kind.
#pragma once

#include <lib/zx/object_traits.h>
#include <lib/zx/time.h>
#include <type_traits>
#include <utility>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

namespace zx {

class port;
class profile;

// What all kinds have in common.
class object_base {
 public:
  object_base(const object_base&) = delete;
  object_base& operator=(const object_base&) = delete;

  bool is_valid() const { return value_ != ZX_HANDLE_INVALID; }
  explicit operator bool() const { return is_valid(); }
  zx_handle_t get() const { return value_; }

  // Closes the handle and takes another.
  void reset(zx_handle_t value = ZX_HANDLE_INVALID) {
    const zx_handle_t old = value_;
    value_ = value;
    if (old != ZX_HANDLE_INVALID) {
      zx_handle_close(old);
    }
  }

  // For calls that put a handle somewhere.
  zx_handle_t* reset_and_get_address() {
    reset();
    return &value_;
  }

  // Gives the handle away.
  zx_handle_t release() __WARN_UNUSED_RESULT {
    const zx_handle_t value = value_;
    value_ = ZX_HANDLE_INVALID;
    return value;
  }

  zx_status_t get_info(uint32_t topic, void* buffer, size_t buffer_size, size_t* actual_count,
                       size_t* avail_count) const {
    return zx_object_get_info(value_, topic, buffer, buffer_size, actual_count, avail_count);
  }
  zx_status_t get_property(uint32_t property, void* value, size_t size) const {
    return zx_object_get_property(value_, property, value, size);
  }
  zx_status_t set_property(uint32_t property, const void* value, size_t size) const {
    return zx_object_set_property(value_, property, value, size);
  }
  zx_status_t get_cookie(zx_handle_t scope, uint64_t* cookie) const {
    return zx_object_get_cookie(value_, scope, cookie);
  }
  zx_status_t set_cookie(zx_handle_t scope, uint64_t cookie) const {
    return zx_object_set_cookie(value_, scope, cookie);
  }

 protected:
  constexpr object_base() = default;
  explicit constexpr object_base(zx_handle_t value) : value_(value) {}
  ~object_base() { reset(); }

  zx_handle_t value_ = ZX_HANDLE_INVALID;
};

template <typename T>
class object : public object_base {
 public:
  constexpr object() = default;
  explicit constexpr object(zx_handle_t value) : object_base(value) {}

  // From the same kind; a zx::handle takes every kind.
  template <typename U>
  object(object<U>&& other) : object_base(other.release()) {
    static_assert(std::is_same<T, void>::value || std::is_same<T, U>::value, "handles of different kinds");
  }
  template <typename U>
  object& operator=(object<U>&& other) {
    static_assert(std::is_same<T, void>::value || std::is_same<T, U>::value, "handles of different kinds");
    reset(other.release());
    return *this;
  }
  object(object&& other) : object_base(other.release()) {}
  object& operator=(object&& other) {
    reset(other.release());
    return *this;
  }

  void swap(object& other) { std::swap(value_, other.value_); }

  zx_status_t duplicate(zx_rights_t rights, object* result) const {
    static_assert(object_traits<T>::supports_duplication, "this kind cannot be duplicated");
    zx_handle_t copy = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_handle_duplicate(value_, rights, &copy);
    result->reset(copy);
    return status;
  }

  // The same object with fewer rights; the old handle is gone, whether or not it could be replaced.
  zx_status_t replace(zx_rights_t rights, object* result) {
    zx_handle_t other = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_handle_replace(release(), rights, &other);
    result->reset(other);
    return status;
  }

  zx_status_t wait_one(zx_signals_t signals, zx::time deadline, zx_signals_t* observed) const {
    static_assert(object_traits<T>::supports_wait, "this kind cannot be waited for");
    return zx_object_wait_one(value_, signals, deadline.get(), observed);
  }
  static zx_status_t wait_many(zx_wait_item_t* items, uint32_t count, zx::time deadline) {
    return zx_object_wait_many(items, count, deadline.get());
  }
  zx_status_t wait_async(const object<port>& port, uint64_t key, zx_signals_t signals, uint32_t options) const {
    static_assert(object_traits<T>::supports_wait, "this kind cannot be waited for");
    return zx_object_wait_async(value_, port.get(), key, signals, options);
  }

  zx_status_t signal(uint32_t clear_mask, uint32_t set_mask) const {
    static_assert(object_traits<T>::supports_user_signal, "this kind has no signals of its users");
    return zx_object_signal(value_, clear_mask, set_mask);
  }
  zx_status_t signal_peer(uint32_t clear_mask, uint32_t set_mask) const {
    static_assert(object_traits<T>::supports_user_signal && object_traits<T>::has_peer_handle, "this kind has no peer");
    return zx_object_signal_peer(value_, clear_mask, set_mask);
  }

  zx_status_t get_child(uint64_t koid, zx_rights_t rights, object<void>* result) const;
  zx_status_t set_profile(const object<profile>& profile, uint32_t options) const {
    static_assert(object_traits<T>::supports_set_profile, "this kind has no profile");
    return zx_object_set_profile(value_, profile.get(), options);
  }
};

template <typename T>
zx_status_t object<T>::get_child(uint64_t koid, zx_rights_t rights, object<void>* result) const {
  static_assert(object_traits<T>::supports_get_child, "this kind has no children");
  zx_handle_t child = ZX_HANDLE_INVALID;
  const zx_status_t status = zx_object_get_child(value_, koid, rights, &child);
  result->reset(child);
  return status;
}

// Handles compare as their values do; two handles of one object are different.
template <typename T, typename U>
bool operator==(const object<T>& left, const object<U>& right) { return left.get() == right.get(); }
template <typename T, typename U>
bool operator!=(const object<T>& left, const object<U>& right) { return left.get() != right.get(); }
template <typename T, typename U>
bool operator<(const object<T>& left, const object<U>& right) { return left.get() < right.get(); }
template <typename T, typename U>
bool operator>(const object<T>& left, const object<U>& right) { return left.get() > right.get(); }
template <typename T, typename U>
bool operator<=(const object<T>& left, const object<U>& right) { return left.get() <= right.get(); }
template <typename T, typename U>
bool operator>=(const object<T>& left, const object<U>& right) { return left.get() >= right.get(); }
template <typename T>
bool operator==(zx_handle_t left, const object<T>& right) { return left == right.get(); }
template <typename T>
bool operator==(const object<T>& left, zx_handle_t right) { return left.get() == right; }
template <typename T>
bool operator!=(zx_handle_t left, const object<T>& right) { return left != right.get(); }
template <typename T>
bool operator!=(const object<T>& left, zx_handle_t right) { return left.get() != right; }

// Somebody else's handle, which is not closed: looks like a T all the same.
template <typename T>
class unowned final {
 public:
  unowned() = default;
  explicit unowned(zx_handle_t value) : value_(value) {}
  explicit unowned(const T& owner) : unowned(owner.get()) {}
  unowned(const unowned& other) : unowned(*other) {}
  unowned(unowned&& other) : value_(other.release()) {}
  ~unowned() { release(); }

  unowned& operator=(const unowned& other) {
    if (this != &other) {
      release();
      value_ = T(other->get());
    }
    return *this;
  }
  unowned& operator=(unowned&& other) {
    release();
    value_ = T(other.release());
    return *this;
  }

  const T& operator*() const { return value_; }
  const T* operator->() const { return &value_; }
  zx_handle_t get() const { return value_.get(); }
  bool is_valid() const { return value_.is_valid(); }
  explicit operator bool() const { return is_valid(); }

 private:
  zx_handle_t release() { return value_.release(); }

  T value_;
};

template <typename T>
bool operator==(const unowned<T>& left, const unowned<T>& right) { return left->get() == right->get(); }
template <typename T>
bool operator!=(const unowned<T>& left, const unowned<T>& right) { return left->get() != right->get(); }
template <typename T>
bool operator<(const unowned<T>& left, const unowned<T>& right) { return left->get() < right->get(); }

}  // namespace zx

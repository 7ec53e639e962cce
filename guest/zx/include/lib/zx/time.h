// Moments, durations and ticks of the hardware counter, as types that do not mix. Sums stop at the ends of time.
#pragma once

#include <zircon/syscalls.h>
#include <zircon/time.h>

namespace zx {

class duration final {
 public:
  constexpr duration() = default;
  explicit constexpr duration(zx_duration_t nanoseconds) : value_(nanoseconds) {}

  static constexpr duration infinite() { return duration(ZX_TIME_INFINITE); }
  static constexpr duration infinite_past() { return duration(ZX_TIME_INFINITE_PAST); }

  constexpr zx_duration_t get() const { return value_; }
  constexpr int64_t to_nsecs() const { return value_; }
  constexpr int64_t to_usecs() const { return value_ / ZX_USEC(1); }
  constexpr int64_t to_msecs() const { return value_ / ZX_MSEC(1); }
  constexpr int64_t to_secs() const { return value_ / ZX_SEC(1); }
  constexpr int64_t to_mins() const { return value_ / ZX_MIN(1); }
  constexpr int64_t to_hours() const { return value_ / ZX_HOUR(1); }

  constexpr duration operator+(duration other) const {
    return duration(zx_duration_add_duration(value_, other.value_));
  }
  constexpr duration operator-(duration other) const {
    return duration(zx_duration_sub_duration(value_, other.value_));
  }
  constexpr duration operator*(int64_t multiplier) const {
    return duration(zx_duration_mul_int64(value_, multiplier));
  }
  constexpr duration operator/(int64_t divisor) const { return duration(value_ / divisor); }
  constexpr duration operator%(duration divisor) const { return duration(value_ % divisor.value_); }
  constexpr int64_t operator/(duration other) const { return value_ / other.value_; }
  constexpr duration& operator+=(duration other) { return *this = *this + other; }
  constexpr duration& operator-=(duration other) { return *this = *this - other; }
  constexpr duration& operator*=(int64_t multiplier) { return *this = *this * multiplier; }
  constexpr duration& operator/=(int64_t divisor) { return *this = *this / divisor; }

  constexpr bool operator==(duration other) const { return value_ == other.value_; }
  constexpr bool operator!=(duration other) const { return value_ != other.value_; }
  constexpr bool operator<(duration other) const { return value_ < other.value_; }
  constexpr bool operator<=(duration other) const { return value_ <= other.value_; }
  constexpr bool operator>(duration other) const { return value_ > other.value_; }
  constexpr bool operator>=(duration other) const { return value_ >= other.value_; }

 private:
  zx_duration_t value_ = 0;
};

constexpr duration operator*(int64_t multiplier, duration length) { return length * multiplier; }

constexpr duration nsec(int64_t n) { return duration(n); }
constexpr duration usec(int64_t n) { return duration(zx_duration_mul_int64(ZX_USEC(1), n)); }
constexpr duration msec(int64_t n) { return duration(zx_duration_mul_int64(ZX_MSEC(1), n)); }
constexpr duration sec(int64_t n) { return duration(zx_duration_mul_int64(ZX_SEC(1), n)); }
constexpr duration min(int64_t n) { return duration(zx_duration_mul_int64(ZX_MIN(1), n)); }
constexpr duration hour(int64_t n) { return duration(zx_duration_mul_int64(ZX_HOUR(1), n)); }

// A moment of one clock.
template <zx_clock_t kClockId>
class basic_time final {
 public:
  constexpr basic_time() = default;
  explicit constexpr basic_time(zx_time_t value) : value_(value) {}

  static constexpr basic_time infinite() { return basic_time(ZX_TIME_INFINITE); }
  static constexpr basic_time infinite_past() { return basic_time(ZX_TIME_INFINITE_PAST); }

  constexpr zx_time_t get() const { return value_; }
  zx_time_t* get_address() { return &value_; }

  constexpr duration operator-(basic_time other) const {
    return duration(zx_time_sub_time(value_, other.value_));
  }
  constexpr basic_time operator+(duration length) const {
    return basic_time(zx_time_add_duration(value_, length.get()));
  }
  constexpr basic_time operator-(duration length) const {
    return basic_time(zx_time_sub_duration(value_, length.get()));
  }
  constexpr basic_time& operator+=(duration length) { return *this = *this + length; }
  constexpr basic_time& operator-=(duration length) { return *this = *this - length; }

  constexpr bool operator==(basic_time other) const { return value_ == other.value_; }
  constexpr bool operator!=(basic_time other) const { return value_ != other.value_; }
  constexpr bool operator<(basic_time other) const { return value_ < other.value_; }
  constexpr bool operator<=(basic_time other) const { return value_ <= other.value_; }
  constexpr bool operator>(basic_time other) const { return value_ > other.value_; }
  constexpr bool operator>=(basic_time other) const { return value_ >= other.value_; }

 private:
  zx_time_t value_ = 0;
};

template <zx_clock_t kClockId>
constexpr basic_time<kClockId> operator+(duration length, basic_time<kClockId> time) {
  return time + length;
}

using time = basic_time<ZX_CLOCK_MONOTONIC>;
using time_utc = basic_time<ZX_CLOCK_UTC>;
using time_thread = basic_time<ZX_CLOCK_THREAD>;

class ticks final {
 public:
  constexpr ticks() = default;
  explicit constexpr ticks(zx_ticks_t value) : value_(value) {}

  static ticks now() { return ticks(zx_ticks_get()); }
  static ticks per_second() { return ticks(zx_ticks_per_second()); }

  constexpr zx_ticks_t get() const { return value_; }

  constexpr ticks operator+(ticks other) const { return ticks(value_ + other.value_); }
  constexpr ticks operator-(ticks other) const { return ticks(value_ - other.value_); }
  constexpr ticks operator*(uint64_t multiplier) const { return ticks(value_ * multiplier); }
  constexpr ticks operator/(uint64_t divisor) const { return ticks(value_ / divisor); }
  constexpr uint64_t operator/(ticks other) const { return value_ / other.value_; }
  constexpr ticks& operator+=(ticks other) { return *this = *this + other; }
  constexpr ticks& operator-=(ticks other) { return *this = *this - other; }

  constexpr bool operator==(ticks other) const { return value_ == other.value_; }
  constexpr bool operator!=(ticks other) const { return value_ != other.value_; }
  constexpr bool operator<(ticks other) const { return value_ < other.value_; }
  constexpr bool operator<=(ticks other) const { return value_ <= other.value_; }
  constexpr bool operator>(ticks other) const { return value_ > other.value_; }
  constexpr bool operator>=(ticks other) const { return value_ >= other.value_; }

 private:
  zx_ticks_t value_ = 0;
};

struct clock {
  template <zx_clock_t kClockId>
  static zx_status_t get(basic_time<kClockId>* result) {
    return zx_clock_get_new(kClockId, result->get_address());
  }
  static time get_monotonic() { return time(zx_clock_get_monotonic()); }
};

inline time deadline_after(duration length) { return time(zx_deadline_after(length.get())); }
inline zx_status_t nanosleep(time deadline) { return zx_nanosleep(deadline.get()); }

}  // namespace zx

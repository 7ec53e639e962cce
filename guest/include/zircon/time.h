// Arithmetic on times and durations that stops at ZX_TIME_INFINITE and ZX_TIME_INFINITE_PAST.
#pragma once

#include <zircon/compiler.h>
#include <zircon/types.h>

__BEGIN_CDECLS

__CONSTEXPR static inline int64_t __zx_clamped_add(int64_t a, int64_t b) {
    int64_t sum = 0;
    if (!add_overflow(a, b, &sum)) {
        return sum;
    }
    return b > 0 ? ZX_TIME_INFINITE : ZX_TIME_INFINITE_PAST;
}

__CONSTEXPR static inline int64_t __zx_clamped_sub(int64_t a, int64_t b) {
    int64_t difference = 0;
    if (!sub_overflow(a, b, &difference)) {
        return difference;
    }
    return b < 0 ? ZX_TIME_INFINITE : ZX_TIME_INFINITE_PAST;
}

__CONSTEXPR static inline zx_time_t zx_time_add_duration(zx_time_t time, zx_duration_t duration) {
    return __zx_clamped_add(time, duration);
}

__CONSTEXPR static inline zx_time_t zx_time_sub_duration(zx_time_t time, zx_duration_t duration) {
    return __zx_clamped_sub(time, duration);
}

__CONSTEXPR static inline zx_duration_t zx_time_sub_time(zx_time_t time1, zx_time_t time2) {
    return __zx_clamped_sub(time1, time2);
}

__CONSTEXPR static inline zx_duration_t zx_duration_add_duration(zx_duration_t dur1, zx_duration_t dur2) {
    return __zx_clamped_add(dur1, dur2);
}

__CONSTEXPR static inline zx_duration_t zx_duration_sub_duration(zx_duration_t dur1, zx_duration_t dur2) {
    return __zx_clamped_sub(dur1, dur2);
}

__CONSTEXPR static inline zx_duration_t zx_duration_mul_int64(zx_duration_t duration, int64_t multiplier) {
    zx_duration_t product = 0;
    if (!mul_overflow(duration, multiplier, &product)) {
        return product;
    }
    return (duration < 0) == (multiplier < 0) ? ZX_TIME_INFINITE : ZX_TIME_INFINITE_PAST;
}

__END_CDECLS

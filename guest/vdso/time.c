// Ticks and deadlines, from the counter that user mode may read.
#include <zircon/time.h>

#include "vdso.h"

#define NANOSECONDS_PER_SECOND 1000000000u

static zx_ticks_t counter(void) {
    uint64_t value;
    // Arm ARM, "CNTVCT_EL0": without the barrier the read may be made early.
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value) : : "memory");
    return value;
}

// Nanoseconds since boot: ticks * 10^9 / frequency, rounded down, without a product that could overflow.
static zx_time_t monotonic_from_ticks(zx_ticks_t ticks) {
    const uint64_t frequency = vdso_constants.ticks_per_second;
    const uint64_t seconds = ticks / frequency;
    const uint64_t rest = ticks % frequency;
    return (zx_time_t)(seconds * NANOSECONDS_PER_SECOND + rest * NANOSECONDS_PER_SECOND / frequency);
}

__EXPORT zx_ticks_t _zx_ticks_get(void) {
    return vdso_constants.soft_ticks ? (zx_ticks_t)syscall_clock_get_monotonic() : counter();
}
VDSO_EXPORT(ticks_get);

__EXPORT zx_ticks_t _zx_ticks_per_second(void) {
    return vdso_constants.ticks_per_second;
}
VDSO_EXPORT(ticks_per_second);

__EXPORT zx_time_t _zx_deadline_after(zx_duration_t nanoseconds) {
    const zx_time_t now =
        vdso_constants.soft_ticks ? syscall_clock_get_monotonic() : monotonic_from_ticks(counter());
    return zx_time_add_duration(now, nanoseconds);
}
VDSO_EXPORT(deadline_after);

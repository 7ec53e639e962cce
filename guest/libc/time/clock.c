// Clocks and sleep. C11, 7.27.2, and POSIX's clock_gettime, nanosleep, sleep.
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>
#include <zircon/syscalls.h>

#define NANOSECONDS 1000000000L

int clock_gettime(clockid_t clock, struct timespec* out) {
    static const zx_clock_t clocks[] = {
        [CLOCK_REALTIME] = ZX_CLOCK_UTC,
        [CLOCK_MONOTONIC] = ZX_CLOCK_MONOTONIC,
        [CLOCK_THREAD_CPUTIME_ID] = ZX_CLOCK_THREAD,
    };
    zx_time_t time;
    if ((unsigned)clock >= countof(clocks) || zx_clock_get_new(clocks[clock], &time) != ZX_OK) {
        errno = EINVAL;
        return -1;
    }
    *out = (struct timespec){time / NANOSECONDS, time % NANOSECONDS};
    return 0;
}

// Both clocks count nanoseconds.
int clock_getres(clockid_t clock, struct timespec* out) {
    if (clock < CLOCK_REALTIME || clock > CLOCK_THREAD_CPUTIME_ID) {
        errno = EINVAL;
        return -1;
    }
    if (out != NULL) {
        *out = (struct timespec){0, 1};
    }
    return 0;
}

int timespec_get(struct timespec* out, int base) {
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, out) == 0 ? base : 0;
}

time_t time(time_t* out) {
    struct timespec now = {0};
    timespec_get(&now, TIME_UTC);
    if (out != NULL) {
        *out = now.tv_sec;
    }
    return now.tv_sec;
}

clock_t clock(void) {
    struct timespec ran = {0};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ran);
    return ran.tv_sec * CLOCKS_PER_SEC + ran.tv_nsec / (NANOSECONDS / CLOCKS_PER_SEC);
}

double difftime(time_t end, time_t start) { return (double)(end - start); }

int nanosleep(const struct timespec* duration, struct timespec* remaining) {
    if (duration->tv_sec < 0 || duration->tv_nsec < 0 || duration->tv_nsec >= NANOSECONDS) {
        errno = EINVAL;
        return -1;
    }
    return thrd_sleep(duration, remaining);
}

unsigned sleep(unsigned seconds) {
    zx_nanosleep(zx_deadline_after(seconds * NANOSECONDS));
    return 0;
}

int usleep(unsigned microseconds) {
    zx_nanosleep(zx_deadline_after(microseconds * 1000L));
    return 0;
}

void _exit(int status) { _Exit(status); }

// C11, 7.27, and POSIX's clock_gettime, nanosleep, sleep.
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

static long floor_divide(long value, long by) { return value / by - (value % by < 0); }

// Years of the Gregorian calendar that begin with March, counted from the one with 1 March of the year 0: a leap day
// is then the last of its year.
struct tm* gmtime_r(const time_t* restrict time, struct tm* restrict out) {
    enum { DAY = 86400, DAYS_TO_1970 = 719468, ERA_DAYS = 146097, MARCH_1 = 59 };
    const long days = floor_divide(*time, DAY);
    const long second = *time - days * DAY;
    const long shifted = days + DAYS_TO_1970;
    const long era = floor_divide(shifted, ERA_DAYS);
    const long day_of_era = shifted - era * ERA_DAYS;
    const long year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const long month = (5 * day_of_year + 2) / 153; // from March
    const long year = era * 400 + year_of_era + (month >= 10);
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    *out = (struct tm){
        .tm_sec = (int)(second % 60),
        .tm_min = (int)(second / 60 % 60),
        .tm_hour = (int)(second / 3600),
        .tm_mday = (int)(day_of_year - (153 * month + 2) / 5 + 1),
        .tm_mon = (int)(month < 10 ? month + 2 : month - 10),
        .tm_year = (int)(year - 1900),
        .tm_wday = (int)((days % 7 + 11) % 7), // 1 January 1970 was a Thursday
        .tm_yday = (int)(month < 10 ? day_of_year + MARCH_1 + leap : day_of_year - 306),
    };
    return out;
}

struct tm* gmtime(const time_t* time) {
    static struct tm result;
    return gmtime_r(time, &result);
}

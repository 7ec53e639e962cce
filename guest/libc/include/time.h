// Clocks. C11, 7.27, without time zones and formats, and POSIX's clock_gettime and nanosleep.
#pragma once

#include <libc-export.h>
#include <stddef.h>

LIBC_BEGIN

typedef long time_t;
typedef long clock_t;
typedef int clockid_t;

#define CLOCKS_PER_SEC 1000000L
#define TIME_UTC 1

enum { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_THREAD_CPUTIME_ID };
#define CLOCK_REALTIME CLOCK_REALTIME
#define CLOCK_MONOTONIC CLOCK_MONOTONIC
#define CLOCK_THREAD_CPUTIME_ID CLOCK_THREAD_CPUTIME_ID

struct timespec {
    time_t tv_sec;
    long tv_nsec;
};

struct tm {
    int tm_sec, tm_min, tm_hour;
    int tm_mday, tm_mon, tm_year; // from 1, from 0, from 1900
    int tm_wday, tm_yday, tm_isdst;
};

time_t time(time_t* out);
// The time that this thread has run.
clock_t clock(void);
double difftime(time_t end, time_t start);
int timespec_get(struct timespec* out, int base);
int clock_gettime(clockid_t clock, struct timespec* out);
int nanosleep(const struct timespec* duration, struct timespec* remaining);

// Everything is UTC.
struct tm* gmtime(const time_t* time);
struct tm* gmtime_r(const time_t* __restrict time, struct tm* __restrict out);

LIBC_END

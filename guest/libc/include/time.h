// Clocks and the calendar. C11, 7.27, and what POSIX adds. The only time zone is UTC.
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
    long tm_gmtoff;
    const char* tm_zone;
};

time_t time(time_t* out);
// The time that this thread has run.
clock_t clock(void);
double difftime(time_t end, time_t start);
int timespec_get(struct timespec* out, int base);
int clock_gettime(clockid_t clock, struct timespec* out);
int clock_getres(clockid_t clock, struct timespec* out);
int nanosleep(const struct timespec* duration, struct timespec* remaining);

struct tm* gmtime(const time_t* time);
struct tm* gmtime_r(const time_t* __restrict time, struct tm* __restrict out);
struct tm* localtime(const time_t* time);
struct tm* localtime_r(const time_t* __restrict time, struct tm* __restrict out);
time_t mktime(struct tm* tm);
time_t timegm(struct tm* tm);
void tzset(void);

char* asctime(const struct tm* tm);
char* asctime_r(const struct tm* __restrict tm, char* __restrict out);
char* ctime(const time_t* time);
char* ctime_r(const time_t* time, char* out);
size_t strftime(char* __restrict out, size_t size, const char* __restrict format, const struct tm* __restrict tm)
    __attribute__((__format__(__strftime__, 3, 0)));
// The end of what was read, or null.
char* strptime(const char* __restrict text, const char* __restrict format, struct tm* __restrict tm);

LIBC_END

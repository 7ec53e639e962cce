// The Gregorian calendar, in UTC. C11, 7.27.3 and 7.27.2.3.
#include "calendar.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum { DAY = 86400, DAYS_TO_1970 = 719468, ERA_DAYS = 146097, MARCH_1 = 59 };

static long floor_divide(long value, long by) { return value / by - (value % by < 0); }

bool is_leap_year(long year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

// Years of the Gregorian calendar that begin with March, counted from the one with 1 March of the year 0: a leap day
// is then the last of its year.
struct tm* gmtime_r(const time_t* restrict time, struct tm* restrict out) {
    const long days = floor_divide(*time, DAY);
    const long second = *time - days * DAY;
    const long shifted = days + DAYS_TO_1970;
    const long era = floor_divide(shifted, ERA_DAYS);
    const long day_of_era = shifted - era * ERA_DAYS;
    const long year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const long month = (5 * day_of_year + 2) / 153; // from March
    const long year = era * 400 + year_of_era + (month >= 10);
    const bool leap = is_leap_year(year);
    if (year - 1900 > INT_MAX || year - 1900 < INT_MIN) {
        errno = EOVERFLOW;
        return NULL;
    }
    *out = (struct tm){
        .tm_sec = (int)(second % 60),
        .tm_min = (int)(second / 60 % 60),
        .tm_hour = (int)(second / 3600),
        .tm_mday = (int)(day_of_year - (153 * month + 2) / 5 + 1),
        .tm_mon = (int)(month < 10 ? month + 2 : month - 10),
        .tm_year = (int)(year - 1900),
        .tm_wday = (int)((days % 7 + 11) % 7), // 1 January 1970 was a Thursday
        .tm_yday = (int)(month < 10 ? day_of_year + MARCH_1 + leap : day_of_year - 306),
        .tm_zone = "GMT",
    };
    return out;
}

struct tm* gmtime(const time_t* time) {
    static struct tm result;
    return gmtime_r(time, &result);
}

struct tm* localtime_r(const time_t* restrict time, struct tm* restrict out) {
    if (gmtime_r(time, out) == NULL) {
        return NULL;
    }
    out->tm_zone = "UTC";
    return out;
}

struct tm* localtime(const time_t* time) {
    static struct tm result;
    return localtime_r(time, &result);
}

// Days since 1970 of the first day of a month, which counts from 0.
static long days_to_month(long year, long month) {
    const long shifted = year - (month < 2); // of the year that begins with March
    const long era = floor_divide(shifted, 400), year_of_era = shifted - era * 400;
    const long month_of_year = month < 2 ? month + 10 : month - 2;
    const long day_of_year = (153 * month_of_year + 2) / 5;
    return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - DAYS_TO_1970;
}

// Fields may lie outside their ranges; in the end they are within them.
time_t timegm(struct tm* tm) {
    const long months = floor_divide(tm->tm_mon, 12);
    const long days = days_to_month(1900L + tm->tm_year + months, tm->tm_mon - months * 12) + tm->tm_mday - 1;
    const time_t time = days * DAY + tm->tm_hour * 3600L + tm->tm_min * 60L + tm->tm_sec;
    struct tm normal;
    if (gmtime_r(&time, &normal) == NULL) {
        return -1;
    }
    *tm = normal;
    return time;
}

time_t mktime(struct tm* tm) { return timegm(tm); }

char* asctime_r(const struct tm* restrict tm, char* restrict out) {
    strftime(out, 26, "%a %b %e %H:%M:%S %Y\n", tm);
    return out;
}

char* asctime(const struct tm* tm) {
    static char result[32];
    return asctime_r(tm, result);
}

char* ctime_r(const time_t* time, char* out) {
    struct tm tm;
    return gmtime_r(time, &tm) == NULL ? NULL : asctime_r(&tm, out);
}

char* ctime(const time_t* time) {
    const struct tm* tm = gmtime(time);
    return tm == NULL ? NULL : asctime(tm);
}

void tzset(void) {}

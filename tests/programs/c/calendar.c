// The calendar: seconds, fields and text into each other. Printed the same by every C library, in UTC.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t state = 88172645463325252u;

static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static const char kinds[] = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%";

static time_t any_time(void) { return (time_t)(next() % 400000000000u) - 200000000000; }

static void show(const struct tm* tm) {
    printf("%d-%d-%d %d:%d:%d %d %d %d", tm->tm_year, tm->tm_mon, tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec, tm->tm_wday,
           tm->tm_yday, tm->tm_isdst);
}

static void fields(void) {
    for (int i = 0; i < 400; ++i) {
        const time_t time = any_time();
        struct tm tm, far;
        gmtime_r(&time, &tm);
        printf("%ld: ", (long)time);
        show(&tm);
        tm.tm_isdst = 0;
        printf(" %ld", (long)(timegm(&tm) - time));
        far = tm;
        far.tm_sec += (int)(next() % 200000) - 100000;
        far.tm_min += (int)(next() % 20000) - 10000;
        far.tm_hour -= (int)(next() % 2000);
        far.tm_mday += (int)(next() % 2000) - 1000;
        far.tm_mon += (int)(next() % 200) - 100;
        printf(" %ld ", (long)mktime(&far));
        show(&far);
        printf(" %s", asctime(&tm));
    }
}

static void formats(void) {
    static const char* const flagged[] = {"%-d|%_d|%05d|%e|%-e|%-I|%_H", "%10A|%^a|%^B|%6Y|%020c|%12D", "%Ey|%Od|%EY|%Q",
                                          "%_m|%-m|%-j|%_j|%3S|%k|%l", "100%%|%"};
    char text[200];
    for (int i = 0; i < 250; ++i) {
        const time_t time = i < 200 ? any_time() : (time_t)((i - 200) * 31556952L / 7 + next() % 86400);
        struct tm tm;
        gmtime_r(&time, &tm);
        for (const char* kind = kinds; *kind != '\0'; ++kind) {
            if (*kind == 'C' && tm.tm_year < -900) {
                continue; // glibc has one digit there, against the standard
            }
            const char format[] = {'%', *kind, '\0'};
            const size_t size = strftime(text, sizeof(text), format, &tm);
            printf("%c%zu[%s] ", *kind, size, text);
        }
        putchar('\n');
        if (tm.tm_year > 0 && tm.tm_year < 8000) {
            for (size_t j = 0; j < sizeof(flagged) / sizeof(*flagged); ++j) {
                strftime(text, sizeof(text), flagged[j], &tm);
                printf("%s ", text);
            }
            putchar('\n');
        }
    }
    const time_t zero = 0;
    printf("%zu %zu\n", strftime(text, 5, "%Y", gmtime(&zero)), strftime(text, 4, "%Y", gmtime(&zero)));
}

static void parse(const char* text, const char* format) {
    struct tm tm = {0};
    const char* end = strptime(text, format, &tm);
    printf("'%s' as '%s': ", text, format);
    if (end == NULL) {
        printf("no\n");
        return;
    }
    show(&tm);
    printf(" rest '%s'\n", end);
}

static void parses(void) {
    static const char* const texts[][2] = {
        {"2024-02-29 23:59:60", "%Y-%m-%d %H:%M:%S"}, {"  Thu Jan  1 00:00:00 1970", "%c"}, {"03/04/69", "%D"}, {"03/04/68", "%x"},
        {"12:30:15 AM", "%r"}, {"12:30:15 PM", "%r"}, {"11 pm", "%I %p"}, {"pm 11", "%p %I"}, {"23:05", "%R"}, {"1:2:3", "%T"},
        {"monday, 5 february 2001", "%A, %d %B %Y"}, {"2001 60", "%Y %j"}, {"2000 60", "%Y %j"},
        {"20 05 3 4", "%C %y %m %d"}, {"Tue Mar", "%a %b"}, {"1700000000", "%s"}, {"2020-13-01", "%F"}, {"2020-12-32", "%F"}, {"25", "%H"},
        {"100%", "100%%"}, {"7", "%u"}, {"0", "%w"}, {"+0130 rest", "%z"}, {"x", "%d"}, {"12", "%d%d"}, {"1 2", "%d%d"},
        {"2024-05", "%Y-%m"}, {"Sat", "%d"}, {"2023-06-15T12:34:56Z", "%Y-%m-%dT%H:%M:%S%z"}, {"5 6", "%e%t%k"}};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); ++i) {
        parse(texts[i][0], texts[i][1]);
    }
    for (int i = 0; i < 500; ++i) {
        static const char* const both[] = {"%Y-%m-%d %H:%M:%S", "%c", "%s", "%d %B %Y, %I:%M:%S %p", "%Y %j %T", "%A %F %R:%S"};
        const char* format = both[i % 6];
        char text[100];
        const time_t time = (time_t)(next() % 200000000000u); // years up to 8307
        struct tm tm, read = {0};
        gmtime_r(&time, &tm);
        strftime(text, sizeof(text), format, &tm);
        if (strptime(text, format, &read) == NULL || timegm(&read) != time) {
            printf("%s is read as another time with %s\n", text, format);
        }
    }
}

int main(void) {
    setenv("TZ", "UTC", 1);
    tzset();
    fields();
    formats();
    parses();
    return 0;
}

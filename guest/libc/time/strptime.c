// Times from text. POSIX's strptime, in the C locale.
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "calendar.h"

// What has been read besides the fields of struct tm, and which of them are known.
struct parse {
    struct tm* tm;
    int century, year_of_century; // -1: none
    bool afternoon, half_day;     // %p, %I
    bool year, month, day, day_of_year, weekday;
};

static const char* skip_space(const char* at) {
    while (isspace((unsigned char)*at)) {
        ++at;
    }
    return at;
}

// A number of at most `digits` digits within the bounds, null if there is none.
static const char* read_number(const char* at, int digits, int low, int high, int* out) {
    int value = 0;
    at = skip_space(at);
    if (!isdigit((unsigned char)*at)) {
        return NULL;
    }
    for (; digits > 0 && isdigit((unsigned char)*at); --digits, ++at) {
        value = value * 10 + (*at - '0');
    }
    *out = value;
    return value < low || value > high ? NULL : at;
}

// One of the names, whole or its first three letters.
static const char* read_name(const char* at, const char* const* names, int count, int* out) {
    for (int i = 0; i < count; ++i) {
        const size_t size = strlen(names[i]);
        if (strncasecmp(at, names[i], size) == 0) {
            *out = i;
            return at + size;
        }
        if (strncasecmp(at, names[i], 3) == 0) {
            *out = i;
            return at + 3;
        }
    }
    return NULL;
}

// +hhmm, -hh:mm, +hh or Z.
static const char* read_offset(const char* at, struct tm* tm) {
    int hours, minutes = 0;
    at = skip_space(at);
    if (*at == 'Z') {
        tm->tm_gmtoff = 0;
        return at + 1;
    }
    if (*at != '+' && *at != '-') {
        return NULL;
    }
    const int sign = *at++ == '-' ? -1 : 1;
    if (!isdigit((unsigned char)*at) || (at = read_number(at, 2, 0, 24, &hours)) == NULL) {
        return NULL;
    }
    at += *at == ':';
    if (isdigit((unsigned char)*at) && (at = read_number(at, 2, 0, 59, &minutes)) == NULL) {
        return NULL;
    }
    tm->tm_gmtoff = sign * (hours * 3600L + minutes * 60L);
    return at;
}

static const char* read_year(const char* at, struct parse* parse) {
    char* end;
    const long year = strtol(at, &end, 10);
    if (end == at || year < -9999 || year > 9999) {
        return NULL;
    }
    parse->tm->tm_year = (int)year - 1900;
    parse->century = parse->year_of_century = -1;
    parse->year = true;
    return end;
}

static const char* read_seconds_since_1970(const char* at, struct parse* parse) {
    char* end;
    const time_t time = strtol(at, &end, 10);
    return end == at || gmtime_r(&time, parse->tm) == NULL ? NULL : end;
}

static const char* read_all(const char* at, const char* format, struct parse* parse);

static const char* combination(char kind) {
    switch (kind) {
        case 'c': return "%a %b %e %H:%M:%S %Y";
        case 'D':
        case 'x': return "%m/%d/%y";
        case 'F': return "%Y-%m-%d";
        case 'r': return "%I:%M:%S %p";
        case 'R': return "%H:%M";
        case 'T':
        case 'X': return "%H:%M:%S";
        default: return NULL;
    }
}

// Conversions that set one number; null if the text has none.
static const char* read_numeric(const char* at, char kind, struct parse* parse) {
    struct tm* tm = parse->tm;
    int ignored;
    const char* end = NULL;
    switch (kind) {
        case 'C': return read_number(at, 2, 0, 99, &parse->century);
        case 'y':
            parse->year = true;
            return read_number(at, 2, 0, 99, &parse->year_of_century);
        case 'd':
        case 'e':
            parse->day = true;
            return read_number(at, 2, 1, 31, &tm->tm_mday);
        case 'H':
        case 'k':
            parse->half_day = false;
            return read_number(at, 2, 0, 23, &tm->tm_hour);
        case 'I':
        case 'l':
            end = read_number(at, 2, 1, 12, &tm->tm_hour);
            tm->tm_hour %= 12;
            parse->half_day = true;
            return end;
        case 'j':
            end = read_number(at, 3, 1, 366, &tm->tm_yday);
            --tm->tm_yday;
            parse->day_of_year = true;
            return end;
        case 'm':
            end = read_number(at, 2, 1, 12, &tm->tm_mon);
            --tm->tm_mon;
            parse->month = true;
            return end;
        case 'M': return read_number(at, 2, 0, 59, &tm->tm_min);
        case 'S': return read_number(at, 2, 0, 60, &tm->tm_sec);
        case 'u':
            end = read_number(at, 1, 1, 7, &tm->tm_wday);
            tm->tm_wday %= 7;
            parse->weekday = true;
            return end;
        case 'w':
            parse->weekday = true;
            return read_number(at, 1, 0, 6, &tm->tm_wday);
        case 'g': return read_number(at, 2, 0, 99, &ignored);
        case 'G': return read_number(at, 4, 0, 9999, &ignored);
        case 'U':
        case 'V':
        case 'W': return read_number(at, 2, 0, 53, &ignored);
        default: return NULL;
    }
}

static const char* read_field(const char* at, char kind, struct parse* parse) {
    const char* parts = combination(kind);
    if (parts != NULL) {
        return read_all(at, parts, parse);
    }
    switch (kind) {
        case 'a':
        case 'A': parse->weekday = true; return read_name(at, day_names, 7, &parse->tm->tm_wday);
        case 'b':
        case 'B':
        case 'h': parse->month = true; return read_name(at, month_names, 12, &parse->tm->tm_mon);
        case 'n':
        case 't': return skip_space(at);
        case 'p':
        case 'P':
            parse->afternoon = (*at | 0x20) == 'p';
            return strncasecmp(at, "AM", 2) == 0 || strncasecmp(at, "PM", 2) == 0 ? at + 2 : NULL;
        case 's': return read_seconds_since_1970(at, parse);
        case 'Y': return read_year(at, parse);
        case 'z': return read_offset(at, parse->tm);
        case 'Z':
            while (isalpha((unsigned char)*at)) {
                ++at;
            }
            return at;
        case '%': return *at == '%' ? at + 1 : NULL;
        default: return read_numeric(at, kind, parse);
    }
}

static const char* read_all(const char* at, const char* format, struct parse* parse) {
    for (; at != NULL && *format != '\0'; ++format) {
        if (isspace((unsigned char)*format)) {
            at = skip_space(at);
        } else if (*format != '%') {
            at = *at == *format ? at + 1 : NULL;
        } else {
            ++format;
            while (*format != '\0' && strchr("_-0^#EO", *format) != NULL) {
                ++format;
            }
            at = read_field(at, *format, parse);
        }
        if (*format == '\0') {
            break;
        }
    }
    return at;
}

// Fields that follow from others.
static void complete(struct parse* parse) {
    struct tm* tm = parse->tm;
    if (parse->half_day && parse->afternoon) {
        tm->tm_hour += 12;
    }
    if (parse->year_of_century >= 0) {
        // POSIX: 69 to 99 are of the twentieth century.
        tm->tm_year = parse->century >= 0         ? (parse->century - 19) * 100 + parse->year_of_century
                      : parse->year_of_century < 69 ? parse->year_of_century + 100
                                                  : parse->year_of_century;
    } else if (parse->century >= 0) {
        tm->tm_year = (parse->century - 19) * 100;
        parse->year = true;
    }
    struct tm whole = {.tm_year = tm->tm_year, .tm_mon = tm->tm_mon, .tm_mday = tm->tm_mday};
    if (parse->year && parse->day_of_year && !(parse->month && parse->day)) {
        whole.tm_mon = 0;
        whole.tm_mday = tm->tm_yday + 1;
        timegm(&whole);
        tm->tm_mon = whole.tm_mon;
        tm->tm_mday = whole.tm_mday;
    } else if (!parse->year && !parse->month && !parse->day) {
        return;
    }
    timegm(&whole);
    tm->tm_wday = parse->weekday ? tm->tm_wday : whole.tm_wday;
    tm->tm_yday = parse->day_of_year ? tm->tm_yday : whole.tm_yday;
}

char* strptime(const char* restrict text, const char* restrict format, struct tm* restrict tm) {
    struct parse parse = {.tm = tm, .century = -1, .year_of_century = -1};
    const char* end = read_all(text, format, &parse);
    if (end != NULL) {
        complete(&parse);
    }
    return (char*)end;
}

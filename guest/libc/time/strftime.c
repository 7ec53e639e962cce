// Times as text. C11, 7.27.3.5, in the C locale; with the flags, widths and conversions that POSIX and GNU add.
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"

const char* const day_names[7] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
const char* const month_names[12] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

struct output {
    char* text;
    size_t size, used;
};

// A flag in front of a conversion, and a width.
struct field {
    // '_' blanks, '0' zeros, '-' nothing in front; '+' a year's sign; '^' capitals; '\0' as the conversion has it.
    char flag;
    int width;
};

static void append(struct output* out, const char* text, size_t size) {
    for (size_t i = 0; i < size; ++i, ++out->used) {
        if (out->used < out->size) {
            out->text[out->used] = text[i];
        }
    }
}

static void append_padded(struct output* out, struct field field, char padding, const char* text, size_t size) {
    for (int i = (int)size; i < field.width; ++i) {
        append(out, &padding, 1);
    }
    append(out, text, size);
}

static void append_text(struct output* out, struct field field, const char* text, size_t size) {
    char capitals[64];
    size = size < sizeof(capitals) ? size : sizeof(capitals);
    for (size_t i = 0; i < size; ++i) {
        capitals[i] = field.flag == '^' ? (char)toupper((unsigned char)text[i]) : text[i];
    }
    append_padded(out, field, field.flag == '0' ? '0' : ' ', capitals, size);
}

// A number of at least `digits` digits, with `padding` in front unless a flag says otherwise.
static void append_number(struct output* out, struct field field, long value, int digits, char padding) {
    char text[24];
    padding = field.flag == '_' ? ' ' : field.flag == '0' ? '0' : padding;
    field.width = field.width == 0 && field.flag != '-' ? digits : field.width;
    if (value < 0 && padding == '0') {
        append(out, "-", 1);
        value = -value;
        --field.width;
    }
    append_padded(out, field, padding, text, (size_t)snprintf(text, sizeof(text), "%ld", value));
}

// A year or century. POSIX's flag + puts a sign in front if it takes more than the `usual` places, or is to take more.
static void append_year(struct output* out, struct field field, long year, int usual, int digits) {
    char text[24];
    if (field.flag != '+') {
        append_number(out, field, year, digits, '0');
        return;
    }
    const size_t size = (size_t)snprintf(text, sizeof(text), "%ld", year < 0 ? -year : year);
    field.width = field.width == 0 ? usual : field.width;
    if (year < 0 || (int)size > usual || field.width > usual) {
        append(out, year < 0 ? "-" : "+", 1);
        --field.width;
    }
    append_padded(out, field, '0', text, size);
}

static const char* name_of(const char* const* names, int count, int index) {
    return index < 0 || index >= count ? "?" : names[index];
}

// ISO 8601: weeks begin with Monday, the first one has the year's first Thursday.
static long iso_week(const struct tm* tm, long* year) {
    const int weekday = (tm->tm_wday + 6) % 7;
    *year = 1900L + tm->tm_year;
    long week = (tm->tm_yday - weekday + 10) / 7;
    if (week < 1) {
        --*year;
        const int days = tm->tm_yday + 365 + is_leap_year(*year);
        week = (days - weekday + 10) / 7;
    } else if (week == 53 && tm->tm_yday - weekday + 3 >= 365 + is_leap_year(*year)) {
        ++*year;
        week = 1;
    }
    return week;
}

static void append_numeric(struct output* out, struct field field, char kind, const struct tm* tm) {
    const long year = 1900L + tm->tm_year;
    const int hour = tm->tm_hour % 12 == 0 ? 12 : tm->tm_hour % 12;
    long iso_year;
    const long week = iso_week(tm, &iso_year);
    const long century = year / 100 - (year % 100 < 0);
    switch (kind) {
        case 'C': append_year(out, field, century, 2, 2); return;
        case 'd': append_number(out, field, tm->tm_mday, 2, '0'); return;
        case 'e': append_number(out, field, tm->tm_mday, 2, ' '); return;
        case 'g': append_number(out, field, (iso_year % 100 + 100) % 100, 2, '0'); return;
        case 'G': append_year(out, field, iso_year, 4, 1); return;
        case 'H': append_number(out, field, tm->tm_hour, 2, '0'); return;
        case 'I': append_number(out, field, hour, 2, '0'); return;
        case 'j': append_number(out, field, tm->tm_yday + 1, 3, '0'); return;
        case 'k': append_number(out, field, tm->tm_hour, 2, ' '); return;
        case 'l': append_number(out, field, hour, 2, ' '); return;
        case 'm': append_number(out, field, tm->tm_mon + 1, 2, '0'); return;
        case 'M': append_number(out, field, tm->tm_min, 2, '0'); return;
        case 'S': append_number(out, field, tm->tm_sec, 2, '0'); return;
        case 'u': append_number(out, field, (tm->tm_wday + 6) % 7 + 1, 1, '0'); return;
        case 'U': append_number(out, field, (tm->tm_yday + 7 - tm->tm_wday) / 7, 2, '0'); return;
        case 'V': append_number(out, field, week, 2, '0'); return;
        case 'w': append_number(out, field, tm->tm_wday, 1, '0'); return;
        case 'W': append_number(out, field, (tm->tm_yday + 7 - (tm->tm_wday + 6) % 7) / 7, 2, '0'); return;
        case 'y': append_number(out, field, year - century * 100, 2, '0'); return;
        default: append_year(out, field, year, 4, 1); return; // Y
    }
}

static void format(struct output* out, const char* format, const struct tm* tm);

// Conversions that stand for several; null for others.
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
        case '+': return "%a %b %e %H:%M:%S %Z %Y";
        default: return NULL;
    }
}

static void append_combination(struct output* out, struct field field, const char* parts, const struct tm* tm) {
    char text[64];
    struct output whole = {text, sizeof(text), 0};
    format(&whole, parts, tm);
    append_text(out, field, text, whole.used);
}

// %F with the flag +: the field is the whole date's, which is six more than the year's.
static void append_signed_date(struct output* out, struct field field, const struct tm* tm) {
    field.width = field.width > 6 ? field.width - 6 : field.width > 0;
    append_year(out, field, 1900L + tm->tm_year, 4, 1);
    format(out, "-%m-%d", tm);
}

static void convert(struct output* out, struct field field, char kind, const struct tm* tm) {
    char text[24];
    const char* name = "";
    size_t size;
    switch (kind) {
        case 'a':
        case 'A':
            name = name_of(day_names, 7, tm->tm_wday);
            append_text(out, field, name, kind == 'a' ? strnlen(name, 3) : strlen(name));
            return;
        case 'b':
        case 'h':
        case 'B':
            name = name_of(month_names, 12, tm->tm_mon);
            append_text(out, field, name, kind != 'B' ? strnlen(name, 3) : strlen(name));
            return;
        case 'p': append_text(out, field, tm->tm_hour < 12 ? "AM" : "PM", 2); return;
        case 'P': append_text(out, field, tm->tm_hour < 12 ? "am" : "pm", 2); return;
        case 'n': append_text(out, field, "\n", 1); return;
        case 't': append_text(out, field, "\t", 1); return;
        case '%': append_text(out, field, "%", 1); return;
        case 's': {
            struct tm copy = *tm;
            append_number(out, field, timegm(&copy), 1, '0');
            return;
        }
        case 'z':
            size = (size_t)snprintf(text, sizeof(text), "%c%02ld%02ld", tm->tm_gmtoff < 0 ? '-' : '+',
                                    tm->tm_gmtoff / 3600 % 100 * (tm->tm_gmtoff < 0 ? -1 : 1),
                                    tm->tm_gmtoff / 60 % 60 * (tm->tm_gmtoff < 0 ? -1 : 1));
            append_text(out, field, text, size);
            return;
        case 'Z':
            name = tm->tm_zone == NULL ? "" : tm->tm_zone;
            append_text(out, field, name, strlen(name));
            return;
        default: append_numeric(out, field, kind, tm); return;
    }
}

// At +: a flag in front of a year, or else the conversion %+.
static bool is_sign_flag(const char* at) {
    at += 1 + strspn(at + 1, "0123456789");
    at += *at == 'E';
    return *at != '\0' && strchr("CFGY", *at) != NULL;
}

// What follows a %; returns what follows it.
static const char* format_field(struct output* out, const char* at, const struct tm* tm) {
    const char* start = at;
    struct field field = {0};
    if (*at != '\0' && (*at == '+' ? is_sign_flag(at) : strchr("_-0^#", *at) != NULL)) {
        field.flag = *at++;
    }
    for (; isdigit((unsigned char)*at) && field.width < 1000; ++at) {
        field.width = field.width * 10 + (*at - '0');
    }
    at += *at == 'E' || *at == 'O'; // no other forms in this locale
    if (*at == '\0' || strchr("aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%+", *at) == NULL) {
        append(out, "%", 1); // not a conversion: as it stands
        return start;
    }
    const char* parts = combination(*at);
    if (*at == 'F' && field.flag == '+') {
        append_signed_date(out, field, tm);
    } else if (parts != NULL) {
        append_combination(out, field, parts, tm);
    } else {
        convert(out, field, *at, tm);
    }
    return at + 1;
}

static void format(struct output* out, const char* at, const struct tm* tm) {
    while (*at != '\0') {
        if (*at == '%') {
            at = format_field(out, at + 1, tm);
        } else {
            append(out, at++, 1);
        }
    }
}

size_t strftime(char* restrict text, size_t size, const char* restrict how, const struct tm* restrict tm) {
    struct output out = {text, size, 0};
    format(&out, how, tm);
    if (out.used >= size) {
        return 0;
    }
    text[out.used] = '\0';
    return out.used;
}

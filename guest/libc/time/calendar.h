// What the parts of time.h share: names, and the rules of the calendar.
#pragma once

#include <stdbool.h>
#include <time.h>

bool is_leap_year(long year);

extern const char* const day_names[7];
extern const char* const month_names[12];

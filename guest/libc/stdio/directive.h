// What the conversions of printf and of scanf have in common. C11, 7.21.6.1 and 7.21.6.2.
#pragma once

enum length { LENGTH_NONE, LENGTH_CHAR, LENGTH_SHORT, LENGTH_LONG, LENGTH_QUAD };

// Each reads what it is named after and moves on behind it.

// A number in the format, as much as an int holds.
int parse_number(const char** format);
// N$, or -1 and nothing read.
int parse_argument_number(const char** format);
enum length parse_length(const char** format);

// Sizes of types, which the compiler knows; and of what the C library adds. C11, 5.2.4.2.1, and POSIX.
#pragma once

#include_next <limits.h>

#undef MB_LEN_MAX
#define MB_LEN_MAX 4
#define SSIZE_MAX LONG_MAX
#define PATH_MAX 256
#define NL_ARGMAX 64

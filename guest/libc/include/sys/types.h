// POSIX's sys/types.h: what has no other place.
#pragma once

#include <stddef.h>

typedef long ssize_t;
typedef long off_t;
typedef int pid_t;

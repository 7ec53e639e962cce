// The part of POSIX's sched.h that makes sense here.
#pragma once

#include <libc-export.h>

LIBC_BEGIN

int sched_yield(void);

LIBC_END

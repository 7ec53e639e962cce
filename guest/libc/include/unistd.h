// The part of POSIX's unistd.h that makes sense here.
#pragma once

#include <libc-export.h>
#include <stddef.h>

LIBC_BEGIN

unsigned sleep(unsigned seconds);
int usleep(unsigned microseconds);
_Noreturn void _exit(int status);

LIBC_END

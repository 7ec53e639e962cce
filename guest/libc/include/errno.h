// What went wrong in a function of the C library. C11, 7.5, and POSIX. Zircon's calls return a zx_status_t instead.
#pragma once

#include <libc-export.h>

LIBC_BEGIN

// One for each thread.
int* __errno_location(void);
#define errno (*__errno_location())

enum {
    ENOENT = 2,
    EIO = 5,
    EBADF = 9,
    EAGAIN = 11,
    ENOMEM = 12,
    EBUSY = 16,
    ENOTDIR = 20,
    EISDIR = 21,
    EINVAL = 22,
    ESPIPE = 29,
    EROFS = 30,
    EDOM = 33,
    ERANGE = 34,
    EDEADLK = 35,
    ENOSYS = 38,
    EILSEQ = 84,
    ETIMEDOUT = 110,
};

// C11 wants macros of these names.
#define ENOENT ENOENT
#define EIO EIO
#define EBADF EBADF
#define EAGAIN EAGAIN
#define ENOMEM ENOMEM
#define EBUSY EBUSY
#define ENOTDIR ENOTDIR
#define EISDIR EISDIR
#define EINVAL EINVAL
#define ESPIPE ESPIPE
#define EROFS EROFS
#define EDOM EDOM
#define ERANGE ERANGE
#define EDEADLK EDEADLK
#define ENOSYS ENOSYS
#define EILSEQ EILSEQ
#define ETIMEDOUT ETIMEDOUT

LIBC_END

// C11, 7.13.
#pragma once

#include <libc-export.h>

LIBC_BEGIN

// x19 to x30, sp, d8 to d15. x18, the shadow call stack's, is kept too.
typedef unsigned long jmp_buf[22];

int setjmp(jmp_buf environment) __attribute__((__returns_twice__));
#define setjmp setjmp
_Noreturn void longjmp(jmp_buf environment, int value);

LIBC_END

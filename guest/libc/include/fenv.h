// The environment of floating-point arithmetic: rounding and exception flags, for long double too. C11, 7.6.
#pragma once

#include <libc-export.h>

LIBC_BEGIN

typedef unsigned fexcept_t;
typedef struct {
    unsigned control, status; // FPCR and FPSR
} fenv_t;

#define FE_INVALID 1
#define FE_DIVBYZERO 2
#define FE_OVERFLOW 4
#define FE_UNDERFLOW 8
#define FE_INEXACT 16
#define FE_ALL_EXCEPT 31

#define FE_TONEAREST 0
#define FE_UPWARD 0x400000
#define FE_DOWNWARD 0x800000
#define FE_TOWARDZERO 0xc00000

#define FE_DFL_ENV ((const fenv_t*)-1)

int feclearexcept(int exceptions);
int fegetexceptflag(fexcept_t* flags, int exceptions);
int fesetexceptflag(const fexcept_t* flags, int exceptions);
int feraiseexcept(int exceptions);
int fetestexcept(int exceptions);
int fegetround(void);
int fesetround(int direction);
int fegetenv(fenv_t* environment);
int fesetenv(const fenv_t* environment);
int feholdexcept(fenv_t* environment);
int feupdateenv(const fenv_t* environment);

LIBC_END

// FPCR and FPSR: Arm ARM, D17.2. C11, 7.6. No exception is ever trapped.
#include <fenv.h>
#include <stdint.h>

static unsigned control(void) {
    uint64_t fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    return (unsigned)fpcr;
}

static unsigned status(void) {
    uint64_t fpsr;
    __asm__ volatile("mrs %0, fpsr" : "=r"(fpsr));
    return (unsigned)fpsr;
}

static void set_control(unsigned value) { __asm__ volatile("msr fpcr, %0" ::"r"((uint64_t)value)); }
static void set_status(unsigned value) { __asm__ volatile("msr fpsr, %0" ::"r"((uint64_t)value)); }

int feclearexcept(int exceptions) {
    set_status(status() & ~((unsigned)exceptions & FE_ALL_EXCEPT));
    return 0;
}

int feraiseexcept(int exceptions) {
    set_status(status() | ((unsigned)exceptions & FE_ALL_EXCEPT));
    return 0;
}

int fetestexcept(int exceptions) { return (int)(status() & (unsigned)exceptions & FE_ALL_EXCEPT); }

int fegetexceptflag(fexcept_t* flags, int exceptions) {
    *flags = (fexcept_t)fetestexcept(exceptions);
    return 0;
}

int fesetexceptflag(const fexcept_t* flags, int exceptions) {
    const unsigned mask = (unsigned)exceptions & FE_ALL_EXCEPT;
    set_status((status() & ~mask) | (*flags & mask));
    return 0;
}

int fegetround(void) { return (int)(control() & FE_TOWARDZERO); }

int fesetround(int direction) {
    if ((direction & ~FE_TOWARDZERO) != 0) {
        return -1;
    }
    set_control((control() & ~(unsigned)FE_TOWARDZERO) | (unsigned)direction);
    return 0;
}

int fegetenv(fenv_t* environment) {
    *environment = (fenv_t){control(), status()};
    return 0;
}

int fesetenv(const fenv_t* environment) {
    const fenv_t plain = {0, 0};
    const fenv_t* to = environment == FE_DFL_ENV ? &plain : environment;
    set_control(to->control);
    set_status(to->status);
    return 0;
}

int feholdexcept(fenv_t* environment) {
    fegetenv(environment);
    return feclearexcept(FE_ALL_EXCEPT);
}

int feupdateenv(const fenv_t* environment) {
    const int raised = fetestexcept(FE_ALL_EXCEPT);
    fesetenv(environment);
    return feraiseexcept(raised);
}

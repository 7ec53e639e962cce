// A call that the vDSO carries out partly itself: it looks at the arguments first. For tests of such calls.
#include "vdso.h"

#define SUM_MAX 50

__EXPORT zx_status_t _zx_syscall_test_wrapper(int a, int b, int c) {
    if (a < 0 || b < 0 || c < 0) {
        return ZX_ERR_INVALID_ARGS;
    }
    if ((int64_t)a + b + c > SUM_MAX) {
        return ZX_ERR_OUT_OF_RANGE;
    }
    return syscall_syscall_test_wrapper(a, b, c);
}
VDSO_EXPORT(syscall_test_wrapper);

// C11, 7.2.
#include <libc-export.h>

#ifndef LIBC_ASSERT_FAILED
#define LIBC_ASSERT_FAILED
LIBC_BEGIN
_Noreturn void __assert_failed(const char* expression, const char* file, int line, const char* function);
LIBC_END
#endif

#undef assert
#ifdef NDEBUG
#define assert(expression) ((void)0)
#else
#define assert(expression) ((expression) ? (void)0 : __assert_failed(#expression, __FILE__, __LINE__, __func__))
#endif
#ifndef __cplusplus
#define static_assert _Static_assert
#endif

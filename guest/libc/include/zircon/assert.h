// Assertions under Zircon's names. A broken one says where on the standard output, and aborts.
// Those called DEBUG hold with ZX_DEBUGLEVEL 2 and above only.
#pragma once

#include <stdio.h>
#include <stdlib.h>

#ifdef ZX_DEBUGLEVEL
#define ZX_DEBUG_ASSERT_IMPLEMENTED (ZX_DEBUGLEVEL > 1)
#else
#define ZX_DEBUG_ASSERT_IMPLEMENTED 0
#endif

#define ZX_PANIC(...) (printf(__VA_ARGS__), abort())

#define ZX_ASSERT(expression)                                                                                  \
    ((expression) ? (void)0 : ZX_PANIC("%s:%d: assertion failed: %s\n", __FILE__, __LINE__, #expression))

// What follows the expression is a format, and what it formats.
#define ZX_ASSERT_MSG(expression, ...)                                                                         \
    ((expression) ? (void)0                                                                                    \
                  : (printf("%s:%d: assertion failed: %s: ", __FILE__, __LINE__, #expression),                 \
                     printf(__VA_ARGS__), ZX_PANIC("\n")))

#define ZX_DEBUG_ASSERT(expression) (ZX_DEBUG_ASSERT_IMPLEMENTED ? ZX_ASSERT(expression) : (void)0)
#define ZX_DEBUG_ASSERT_MSG(expression, ...)                                                                   \
    (ZX_DEBUG_ASSERT_IMPLEMENTED ? ZX_ASSERT_MSG(expression, __VA_ARGS__) : (void)0)

// The same for expressions of what only exists where they hold.
#if ZX_DEBUG_ASSERT_IMPLEMENTED
#define ZX_DEBUG_ASSERT_COND(expression) ZX_DEBUG_ASSERT(expression)
#define ZX_DEBUG_ASSERT_MSG_COND(expression, ...) ZX_DEBUG_ASSERT_MSG(expression, __VA_ARGS__)
#else
#define ZX_DEBUG_ASSERT_COND(expression) ((void)0)
#define ZX_DEBUG_ASSERT_MSG_COND(expression, ...) ((void)0)
#endif

// What libc.so exports, in C and in C++: declarations between these two. Everything else in it is hidden.
#ifdef __cplusplus
#define LIBC_BEGIN _Pragma("GCC visibility push(default)") extern "C" {
#define LIBC_END } _Pragma("GCC visibility pop")
#else
#define LIBC_BEGIN _Pragma("GCC visibility push(default)")
#define LIBC_END _Pragma("GCC visibility pop")
#endif

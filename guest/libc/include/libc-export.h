// What libc.so exports: declarations between these two. Everything else in it is hidden.
#define LIBC_BEGIN _Pragma("GCC visibility push(default)")
#define LIBC_END _Pragma("GCC visibility pop")

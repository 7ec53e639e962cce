// The part of POSIX's unistd.h that makes sense here. Files are 0, the standard input, and 1 and 2, the console.
#pragma once

#include <getopt.h>
#include <libc-export.h>
#include <stddef.h>
#include <sys/types.h>

LIBC_BEGIN

#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

ssize_t read(int file, void* data, size_t size);
ssize_t write(int file, const void* data, size_t size);
int isatty(int file);

unsigned sleep(unsigned seconds);
int usleep(unsigned microseconds);
_Noreturn void _exit(int status);

enum { _SC_PAGESIZE, _SC_NPROCESSORS_CONF, _SC_NPROCESSORS_ONLN, _SC_PHYS_PAGES, _SC_CLK_TCK };
#define _SC_PAGESIZE _SC_PAGESIZE
#define _SC_PAGE_SIZE _SC_PAGESIZE
#define _SC_NPROCESSORS_CONF _SC_NPROCESSORS_CONF
#define _SC_NPROCESSORS_ONLN _SC_NPROCESSORS_ONLN
#define _SC_PHYS_PAGES _SC_PHYS_PAGES
#define _SC_CLK_TCK _SC_CLK_TCK
long sysconf(int name);
int getpagesize(void);
// At most 256 random bytes.
int getentropy(void* buffer, size_t size);

LIBC_END

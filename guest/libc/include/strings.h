// POSIX's strings.h.
#pragma once

#include <libc-export.h>
#include <stddef.h>

LIBC_BEGIN

int bcmp(const void* left, const void* right, size_t size);
int strcasecmp(const char* left, const char* right);
int strncasecmp(const char* left, const char* right, size_t most);

// The first bit that is 1, from 1; 0 if there is none.
int ffs(int value);
int ffsl(long value);
int ffsll(long long value);

LIBC_END

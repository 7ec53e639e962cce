// POSIX's strings.h.
#pragma once

#include <libc-export.h>
#include <stddef.h>

LIBC_BEGIN

int bcmp(const void* left, const void* right, size_t size);
int strcasecmp(const char* left, const char* right);
int strncasecmp(const char* left, const char* right, size_t most);

LIBC_END

// The memory functions of guest/memory, for programs without a C library.
#pragma once

#include <stddef.h>

int memcmp(const void* left, const void* right, size_t size);
void* memcpy(void* restrict to, const void* restrict from, size_t size);
void* memmove(void* to, const void* from, size_t size);
void* memset(void* to, int value, size_t size);

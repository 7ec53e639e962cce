// Strings and memory. C11, 7.24.
#pragma once

#include <libc-export.h>
#include <stddef.h>

LIBC_BEGIN

void* memcpy(void* restrict to, const void* restrict from, size_t size);
void* memmove(void* to, const void* from, size_t size);
void* memset(void* to, int value, size_t size);
int memcmp(const void* left, const void* right, size_t size);
void* memchr(const void* memory, int value, size_t size);

size_t strlen(const char* text);
size_t strnlen(const char* text, size_t most);
int strcmp(const char* left, const char* right);
int strncmp(const char* left, const char* right, size_t most);
char* strchr(const char* text, int character);
char* strrchr(const char* text, int character);
char* strstr(const char* text, const char* part);
size_t strspn(const char* text, const char* set);
size_t strcspn(const char* text, const char* set);
char* strcpy(char* restrict to, const char* restrict from);
char* strncpy(char* restrict to, const char* restrict from, size_t size);
char* strcat(char* restrict to, const char* restrict from);
char* strtok_r(char* restrict text, const char* restrict separators, char** restrict state);
// At most size - 1 characters and a NUL; returns the length that it wanted to make. As in BSD.
size_t strlcpy(char* restrict to, const char* restrict from, size_t size);
size_t strlcat(char* restrict to, const char* restrict from, size_t size);
char* strdup(const char* text);

LIBC_END

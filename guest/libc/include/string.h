// Strings and memory. C11, 7.24, and what POSIX and BSD add.
#pragma once

#include <libc-export.h>
#include <stddef.h>

LIBC_BEGIN

void* memcpy(void* __restrict to, const void* __restrict from, size_t size);
void* memmove(void* to, const void* from, size_t size);
void* memset(void* to, int value, size_t size);
int memcmp(const void* left, const void* right, size_t size);
void* memchr(const void* memory, int value, size_t size);
void* memrchr(const void* memory, int value, size_t size);
void* memmem(const void* memory, size_t size, const void* part, size_t part_size);
void* mempcpy(void* __restrict to, const void* __restrict from, size_t size);

size_t strlen(const char* text);
size_t strnlen(const char* text, size_t most);
int strcmp(const char* left, const char* right);
int strncmp(const char* left, const char* right, size_t most);
int strcoll(const char* left, const char* right);
char* strchr(const char* text, int character);
char* strrchr(const char* text, int character);
// The character, or the NUL at the end. As in GNU's library.
char* strchrnul(const char* text, int character);
char* strstr(const char* text, const char* part);
// Without regard to capitals.
char* strcasestr(const char* text, const char* part);
char* strpbrk(const char* text, const char* set);
size_t strspn(const char* text, const char* set);
size_t strcspn(const char* text, const char* set);
char* strcpy(char* __restrict to, const char* __restrict from);
char* stpcpy(char* __restrict to, const char* __restrict from);
char* strncpy(char* __restrict to, const char* __restrict from, size_t size);
char* strcat(char* __restrict to, const char* __restrict from);
char* strncat(char* __restrict to, const char* __restrict from, size_t most);
char* strtok(char* __restrict text, const char* __restrict separators);
char* strtok_r(char* __restrict text, const char* __restrict separators, char** __restrict state);
// At most size - 1 characters and a NUL; returns the length that it wanted to make. As in BSD.
size_t strlcpy(char* __restrict to, const char* __restrict from, size_t size);
size_t strlcat(char* __restrict to, const char* __restrict from, size_t size);
// What lies between separators, empty or not; *text is then what follows. As in BSD.
char* strsep(char** __restrict text, const char* __restrict separators);
char* strdup(const char* text);
char* strndup(const char* text, size_t most);
// One of errno.h, in words.
char* strerror(int error);
int strerror_r(int error, char* text, size_t size);
size_t strxfrm(char* __restrict to, const char* __restrict from, size_t size);

LIBC_END

#include <strings.h>

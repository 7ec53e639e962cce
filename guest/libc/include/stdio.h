// Formatted output to the console, and into strings. C11, 7.21, without files and without floating point.
#pragma once

#include <libc-export.h>
#include <stdarg.h>
#include <stddef.h>

LIBC_BEGIN

#define EOF (-1)

// stdout is written at the end of each line, stderr at once; both go to the kernel's console.
typedef struct libc_stream FILE;
extern FILE* const stdout;
extern FILE* const stderr;

// Conversions: d i u x X o c s p %, with flags - 0 + space #, width, precision, and hh h l ll z t j.
int printf(const char* restrict format, ...) __attribute__((__format__(__printf__, 1, 2)));
int fprintf(FILE* restrict stream, const char* restrict format, ...) __attribute__((__format__(__printf__, 2, 3)));
int snprintf(char* restrict buffer, size_t size, const char* restrict format, ...)
    __attribute__((__format__(__printf__, 3, 4)));
int vprintf(const char* restrict format, va_list arguments) __attribute__((__format__(__printf__, 1, 0)));
int vfprintf(FILE* restrict stream, const char* restrict format, va_list arguments)
    __attribute__((__format__(__printf__, 2, 0)));
int vsnprintf(char* restrict buffer, size_t size, const char* restrict format, va_list arguments)
    __attribute__((__format__(__printf__, 3, 0)));

int puts(const char* text);
int putchar(int character);
int fputs(const char* restrict text, FILE* restrict stream);
int fputc(int character, FILE* stream);
size_t fwrite(const void* restrict data, size_t size, size_t count, FILE* restrict stream);
int fflush(FILE* stream);

LIBC_END

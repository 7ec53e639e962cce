// Text to the console and into strings, and the files of the boot image. C11, 7.21.
#pragma once

#include <libc-export.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

LIBC_BEGIN

#define EOF (-1)
#define BUFSIZ 256
#define FOPEN_MAX 256
#define FILENAME_MAX 256

enum { SEEK_SET, SEEK_CUR, SEEK_END };

// stdout is written at the end of each line, stderr at once; both go to the kernel's console. stdin is always at its
// end: the keyboard is the shell's.
typedef struct libc_stream FILE;
extern FILE* const stdin;
extern FILE* const stdout;
extern FILE* const stderr;
#define stdin stdin
#define stdout stdout
#define stderr stderr

// Conversions: d i u x X o c s p f F e E g G %, with flags - 0 + space #, width, precision, and hh h l ll z t j L.
int printf(const char* __restrict format, ...) __attribute__((__format__(__printf__, 1, 2)));
int fprintf(FILE* __restrict stream, const char* __restrict format, ...) __attribute__((__format__(__printf__, 2, 3)));
int sprintf(char* __restrict buffer, const char* __restrict format, ...) __attribute__((__format__(__printf__, 2, 3)));
int snprintf(char* __restrict buffer, size_t size, const char* __restrict format, ...)
    __attribute__((__format__(__printf__, 3, 4)));
int vprintf(const char* __restrict format, va_list arguments) __attribute__((__format__(__printf__, 1, 0)));
int vfprintf(FILE* __restrict stream, const char* __restrict format, va_list arguments)
    __attribute__((__format__(__printf__, 2, 0)));
int vsprintf(char* __restrict buffer, const char* __restrict format, va_list arguments)
    __attribute__((__format__(__printf__, 2, 0)));
int vsnprintf(char* __restrict buffer, size_t size, const char* __restrict format, va_list arguments)
    __attribute__((__format__(__printf__, 3, 0)));

int puts(const char* text);
int putchar(int character);
int fputs(const char* __restrict text, FILE* __restrict stream);
int fputc(int character, FILE* stream);
int putc(int character, FILE* stream);
size_t fwrite(const void* __restrict data, size_t size, size_t count, FILE* __restrict stream);
int fflush(FILE* stream);
void perror(const char* text);

// Files of the boot image, such as /boot/bin/hello: for reading only.
FILE* fopen(const char* __restrict path, const char* __restrict mode);
int fclose(FILE* stream);
size_t fread(void* __restrict data, size_t size, size_t count, FILE* __restrict stream);
char* fgets(char* __restrict text, int size, FILE* __restrict stream);
int fgetc(FILE* stream);
int getc(FILE* stream);
int getchar(void);
int ungetc(int character, FILE* stream);
int fseek(FILE* stream, long offset, int from);
long ftell(FILE* stream);
void rewind(FILE* stream);
int feof(FILE* stream);
int ferror(FILE* stream);
void clearerr(FILE* stream);

LIBC_END

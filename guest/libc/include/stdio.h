// Text to the console and into strings, the standard input, and the files of the boot image. C11, 7.21, and what POSIX
// adds.
#pragma once

#include <libc-export.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

LIBC_BEGIN

#define EOF (-1)
#define BUFSIZ 256
#define FOPEN_MAX 256
#define FILENAME_MAX 256
#define L_tmpnam 20
#define TMP_MAX 0

enum { SEEK_SET, SEEK_CUR, SEEK_END };
#define SEEK_SET SEEK_SET
#define SEEK_CUR SEEK_CUR
#define SEEK_END SEEK_END
enum { _IOFBF, _IOLBF, _IONBF };
#define _IOFBF _IOFBF
#define _IOLBF _IOLBF
#define _IONBF _IONBF

// stdout is written at the end of each line, stderr at once; both go to the kernel's console. stdin is what was given
// for file 0 (<launch.h>), or the console of a program that userboot starts.
typedef struct libc_stream FILE;
typedef long fpos_t;
extern FILE* const stdin;
extern FILE* const stdout;
extern FILE* const stderr;
#define stdin stdin
#define stdout stdout
#define stderr stderr

#define LIBC_PRINTF(format, arguments) __attribute__((__format__(__printf__, format, arguments)))
#define LIBC_SCANF(format, arguments) __attribute__((__format__(__scanf__, format, arguments)))

// All of C11's conversions, with arguments by number (%2$d) and %m, errno in words. Numbers are exact to the last digit.
// There is one locale, with UTF-8 and without grouping of digits.
int printf(const char* __restrict format, ...) LIBC_PRINTF(1, 2);
int fprintf(FILE* __restrict stream, const char* __restrict format, ...) LIBC_PRINTF(2, 3);
int dprintf(int file, const char* __restrict format, ...) LIBC_PRINTF(2, 3);
int sprintf(char* __restrict buffer, const char* __restrict format, ...) LIBC_PRINTF(2, 3);
int snprintf(char* __restrict buffer, size_t size, const char* __restrict format, ...) LIBC_PRINTF(3, 4);
int asprintf(char** __restrict out, const char* __restrict format, ...) LIBC_PRINTF(2, 3);
int vprintf(const char* __restrict format, va_list arguments) LIBC_PRINTF(1, 0);
int vfprintf(FILE* __restrict stream, const char* __restrict format, va_list arguments) LIBC_PRINTF(2, 0);
int vdprintf(int file, const char* __restrict format, va_list arguments) LIBC_PRINTF(2, 0);
int vsprintf(char* __restrict buffer, const char* __restrict format, va_list arguments) LIBC_PRINTF(2, 0);
int vsnprintf(char* __restrict buffer, size_t size, const char* __restrict format, va_list arguments) LIBC_PRINTF(3, 0);
int vasprintf(char** __restrict out, const char* __restrict format, va_list arguments) LIBC_PRINTF(2, 0);

// All of C11's conversions, and %m for memory of its own.
int scanf(const char* __restrict format, ...) LIBC_SCANF(1, 2);
int fscanf(FILE* __restrict stream, const char* __restrict format, ...) LIBC_SCANF(2, 3);
int sscanf(const char* __restrict text, const char* __restrict format, ...) LIBC_SCANF(2, 3);
int vscanf(const char* __restrict format, va_list arguments) LIBC_SCANF(1, 0);
int vfscanf(FILE* __restrict stream, const char* __restrict format, va_list arguments) LIBC_SCANF(2, 0);
int vsscanf(const char* __restrict text, const char* __restrict format, va_list arguments) LIBC_SCANF(2, 0);

#undef LIBC_PRINTF
#undef LIBC_SCANF

int puts(const char* text);
int putchar(int character);
int fputs(const char* __restrict text, FILE* __restrict stream);
int fputc(int character, FILE* stream);
int putc(int character, FILE* stream);
size_t fwrite(const void* __restrict data, size_t size, size_t count, FILE* __restrict stream);
int fflush(FILE* stream);
int setvbuf(FILE* __restrict stream, char* __restrict buffer, int mode, size_t size);
void setbuf(FILE* __restrict stream, char* __restrict buffer);
void perror(const char* text);

// Files of the boot image, such as /boot/bin/hello: for reading only.
FILE* fopen(const char* __restrict path, const char* __restrict mode);
FILE* freopen(const char* __restrict path, const char* __restrict mode, FILE* __restrict stream);
int fclose(FILE* stream);
int fseek(FILE* stream, long offset, int from);
int fseeko(FILE* stream, off_t offset, int from);
long ftell(FILE* stream);
off_t ftello(FILE* stream);
void rewind(FILE* stream);
int fgetpos(FILE* __restrict stream, fpos_t* __restrict position);
int fsetpos(FILE* stream, const fpos_t* position);
int remove(const char* path);
int rename(const char* from, const char* to);

size_t fread(void* __restrict data, size_t size, size_t count, FILE* __restrict stream);
char* fgets(char* __restrict text, int size, FILE* __restrict stream);
int fgetc(FILE* stream);
int getc(FILE* stream);
int getchar(void);
int ungetc(int character, FILE* stream);
ssize_t getdelim(char** __restrict line, size_t* __restrict room, int delimiter, FILE* __restrict stream);
ssize_t getline(char** __restrict line, size_t* __restrict room, FILE* __restrict stream);
int feof(FILE* stream);
int ferror(FILE* stream);
void clearerr(FILE* stream);
int fileno(FILE* stream);
void flockfile(FILE* stream);
int ftrylockfile(FILE* stream);
void funlockfile(FILE* stream);

LIBC_END

// Memory, ends of a program, numbers, sorting. C11, 7.22.
#pragma once

#include <libc-export.h>
#include <stddef.h>

LIBC_BEGIN

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 0x7fffffff

void* malloc(size_t size);
void* calloc(size_t count, size_t size);
void* realloc(void* memory, size_t size);
void* reallocarray(void* memory, size_t count, size_t size);
void* aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void** memory, size_t alignment, size_t size);
void free(void* memory);

_Noreturn void exit(int status);
_Noreturn void _Exit(int status);
_Noreturn void abort(void);
int atexit(void (*function)(void));

int at_quick_exit(void (*function)(void));
_Noreturn void quick_exit(int status);

// The environment is the process's own copy of what it was started with.
char* getenv(const char* name);
int setenv(const char* name, const char* value, int replace);
int unsetenv(const char* name);
int putenv(char* entry);

int atoi(const char* text);
long atol(const char* text);
long long atoll(const char* text);
double atof(const char* text);
long strtol(const char* __restrict text, char** __restrict end, int base);
unsigned long strtoul(const char* __restrict text, char** __restrict end, int base);
long long strtoll(const char* __restrict text, char** __restrict end, int base);
unsigned long long strtoull(const char* __restrict text, char** __restrict end, int base);
// Decimal and hexadecimal numbers, inf and nan; the nearest value.
double strtod(const char* __restrict text, char** __restrict end);
float strtof(const char* __restrict text, char** __restrict end);
long double strtold(const char* __restrict text, char** __restrict end);

// Characters in UTF-8: <wchar.h>.
#define MB_CUR_MAX ((size_t)4)
int mblen(const char* text, size_t size);
int mbtowc(wchar_t* __restrict out, const char* __restrict text, size_t size);
int wctomb(char* out, wchar_t character);
size_t mbstowcs(wchar_t* __restrict out, const char* __restrict text, size_t count);
size_t wcstombs(char* __restrict out, const wchar_t* __restrict text, size_t size);

void qsort(void* base, size_t count, size_t size, int (*compare)(const void*, const void*));
void qsort_r(void* base, size_t count, size_t size, int (*compare)(const void*, const void*, void*), void* context);
void* bsearch(const void* key, const void* base, size_t count, size_t size, int (*compare)(const void*, const void*));

typedef struct {
    int quot, rem;
} div_t;
typedef struct {
    long quot, rem;
} ldiv_t;
typedef struct {
    long long quot, rem;
} lldiv_t;

int abs(int value);
long labs(long value);
long long llabs(long long value);
div_t div(int numerator, int denominator);
ldiv_t ldiv(long numerator, long denominator);
lldiv_t lldiv(long long numerator, long long denominator);

// The same numbers in every run, from the seed on.
int rand(void);
void srand(unsigned seed);
int rand_r(unsigned* state);
long random(void);
void srandom(unsigned seed);

LIBC_END

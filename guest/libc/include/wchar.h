// Wide characters: Unicode's numbers, in UTF-8 as multibyte characters. C11, 7.29, without streams of them.
#pragma once

#include <libc-export.h>
#include <stddef.h>
#include <stdint.h>

LIBC_BEGIN

typedef unsigned wint_t;
#define WEOF ((wint_t)-1)

// The bytes of a character that is not whole yet.
typedef struct {
    unsigned value;
    unsigned missing;
    unsigned least; // what a character of this length must be at least
} mbstate_t;

wint_t btowc(int byte);
int wctob(wint_t character);
int mbsinit(const mbstate_t* state);
size_t mbrlen(const char* __restrict text, size_t size, mbstate_t* __restrict state);
size_t mbrtowc(wchar_t* __restrict out, const char* __restrict text, size_t size, mbstate_t* __restrict state);
size_t wcrtomb(char* __restrict out, wchar_t character, mbstate_t* __restrict state);
size_t mbsrtowcs(wchar_t* __restrict out, const char** __restrict text, size_t count, mbstate_t* __restrict state);
size_t wcsrtombs(char* __restrict out, const wchar_t** __restrict text, size_t size, mbstate_t* __restrict state);

size_t wcslen(const wchar_t* text);
int wcscmp(const wchar_t* left, const wchar_t* right);
int wcsncmp(const wchar_t* left, const wchar_t* right, size_t most);
wchar_t* wcschr(const wchar_t* text, wchar_t character);
wchar_t* wcsrchr(const wchar_t* text, wchar_t character);
wchar_t* wcscpy(wchar_t* __restrict to, const wchar_t* __restrict from);
wchar_t* wcsncpy(wchar_t* __restrict to, const wchar_t* __restrict from, size_t size);
wchar_t* wcscat(wchar_t* __restrict to, const wchar_t* __restrict from);
wchar_t* wmemcpy(wchar_t* __restrict to, const wchar_t* __restrict from, size_t count);
wchar_t* wmemmove(wchar_t* to, const wchar_t* from, size_t count);
wchar_t* wmemset(wchar_t* to, wchar_t value, size_t count);
wchar_t* wmemchr(const wchar_t* memory, wchar_t value, size_t count);
int wmemcmp(const wchar_t* left, const wchar_t* right, size_t count);

LIBC_END

// Strings of wide characters. C11, 7.29.4.
#include <string.h>
#include <wchar.h>

size_t wcslen(const wchar_t* text) {
    const wchar_t* end = text;
    while (*end != 0) {
        ++end;
    }
    return (size_t)(end - text);
}

int wcsncmp(const wchar_t* left, const wchar_t* right, size_t most) {
    for (; most > 0; --most, ++left, ++right) {
        if (*left != *right || *left == 0) {
            return *left < *right ? -1 : *left > *right;
        }
    }
    return 0;
}

int wcscmp(const wchar_t* left, const wchar_t* right) { return wcsncmp(left, right, SIZE_MAX); }

wchar_t* wcschr(const wchar_t* text, wchar_t character) { return wmemchr(text, character, wcslen(text) + 1); }

wchar_t* wcsrchr(const wchar_t* text, wchar_t character) {
    for (size_t i = wcslen(text) + 1; i-- > 0;) {
        if (text[i] == character) {
            return (wchar_t*)text + i;
        }
    }
    return NULL;
}

wchar_t* wcscpy(wchar_t* restrict to, const wchar_t* restrict from) { return wmemcpy(to, from, wcslen(from) + 1); }

wchar_t* wcsncpy(wchar_t* restrict to, const wchar_t* restrict from, size_t size) {
    size_t i = 0;
    for (; i < size && from[i] != 0; ++i) {
        to[i] = from[i];
    }
    wmemset(to + i, 0, size - i);
    return to;
}

wchar_t* wcscat(wchar_t* restrict to, const wchar_t* restrict from) {
    wcscpy(to + wcslen(to), from);
    return to;
}

wchar_t* wmemcpy(wchar_t* restrict to, const wchar_t* restrict from, size_t count) {
    return memcpy(to, from, count * sizeof(*to));
}

wchar_t* wmemmove(wchar_t* to, const wchar_t* from, size_t count) { return memmove(to, from, count * sizeof(*to)); }

wchar_t* wmemset(wchar_t* to, wchar_t value, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        to[i] = value;
    }
    return to;
}

wchar_t* wmemchr(const wchar_t* memory, wchar_t value, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        if (memory[i] == value) {
            return (wchar_t*)memory + i;
        }
    }
    return NULL;
}

int wmemcmp(const wchar_t* left, const wchar_t* right, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        if (left[i] != right[i]) {
            return left[i] < right[i] ? -1 : 1;
        }
    }
    return 0;
}

// The functions of string.h and strings.h that the system itself has no use for.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

int bcmp(const void* left, const void* right, size_t size) { return memcmp(left, right, size); }

void* memrchr(const void* memory, int value, size_t size) {
    const unsigned char* bytes = memory;
    while (size > 0) {
        if (bytes[--size] == (unsigned char)value) {
            return (void*)(bytes + size);
        }
    }
    return NULL;
}

void* memmem(const void* memory, size_t size, const void* part, size_t part_size) {
    for (const char* at = memory; size >= part_size; ++at, --size) {
        if (memcmp(at, part, part_size) == 0) {
            return (void*)at;
        }
    }
    return NULL;
}

void* mempcpy(void* restrict to, const void* restrict from, size_t size) { return (char*)memcpy(to, from, size) + size; }

char* strchrnul(const char* text, int character) {
    char* found = strchr(text, character);
    return found == NULL ? (char*)text + strlen(text) : found;
}

char* strcasestr(const char* text, const char* part) {
    for (const size_t size = strlen(part);; ++text) {
        if (strncasecmp(text, part, size) == 0) {
            return (char*)text;
        }
        if (*text == '\0') {
            return NULL;
        }
    }
}

char* strsep(char** restrict text, const char* restrict separators) {
    char* part = *text;
    if (part != NULL) {
        char* end = part + strcspn(part, separators);
        *text = *end == '\0' ? NULL : end + 1;
        *end = '\0';
    }
    return part;
}

// There is one locale: strings compare as they are.
size_t strxfrm(char* restrict to, const char* restrict from, size_t size) { return strlcpy(to, from, size); }

int strcoll(const char* left, const char* right) { return strcmp(left, right); }

char* strpbrk(const char* text, const char* set) {
    text += strcspn(text, set);
    return *text == '\0' ? NULL : (char*)text;
}

char* stpcpy(char* restrict to, const char* restrict from) {
    const size_t size = strlen(from);
    memcpy(to, from, size + 1);
    return to + size;
}

char* strncat(char* restrict to, const char* restrict from, size_t most) {
    char* end = to + strlen(to);
    const size_t size = strnlen(from, most);
    memcpy(end, from, size);
    end[size] = '\0';
    return to;
}

char* strtok(char* restrict text, const char* restrict separators) {
    static char* state;
    return strtok_r(text, separators, &state);
}

char* strndup(const char* text, size_t most) {
    const size_t size = strnlen(text, most);
    char* copy = malloc(size + 1);
    if (copy != NULL) {
        memcpy(copy, text, size);
        copy[size] = '\0';
    }
    return copy;
}

int strncasecmp(const char* left, const char* right, size_t most) {
    for (; most > 0; --most, ++left, ++right) {
        const int difference = tolower((unsigned char)*left) - tolower((unsigned char)*right);
        if (difference != 0 || *left == '\0') {
            return difference;
        }
    }
    return 0;
}

int strcasecmp(const char* left, const char* right) { return strncasecmp(left, right, (size_t)-1); }

int ffs(int value) { return __builtin_ffs(value); }
int ffsl(long value) { return __builtin_ffsl(value); }
int ffsll(long long value) { return __builtin_ffsll(value); }

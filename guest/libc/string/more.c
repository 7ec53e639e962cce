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

// The functions of string.h that the system itself uses. ISO C11, 7.24; strlcpy and strlcat as in BSD.
#include <stdlib.h>
#include <string.h>

void* memchr(const void* memory, int value, size_t size) {
    const unsigned char* at = memory;
    for (; size > 0; --size, ++at) {
        if (*at == (unsigned char)value) {
            return (void*)at;
        }
    }
    return NULL;
}

size_t strlen(const char* text) {
    const char* end = text;
    while (*end != '\0') {
        ++end;
    }
    return (size_t)(end - text);
}

size_t strnlen(const char* text, size_t most) {
    const char* nul = memchr(text, '\0', most);
    return nul == NULL ? most : (size_t)(nul - text);
}

int strcmp(const char* left, const char* right) {
    while (*left != '\0' && *left == *right) {
        ++left;
        ++right;
    }
    return (unsigned char)*left - (unsigned char)*right;
}

int strncmp(const char* left, const char* right, size_t most) {
    while (most > 1 && *left != '\0' && *left == *right) {
        ++left;
        ++right;
        --most;
    }
    return most == 0 ? 0 : (unsigned char)*left - (unsigned char)*right;
}

char* strchr(const char* text, int character) {
    while (*text != (char)character) {
        if (*text++ == '\0') {
            return NULL;
        }
    }
    return (char*)text;
}

char* strrchr(const char* text, int character) {
    const char* found = NULL;
    do {
        if (*text == (char)character) {
            found = text;
        }
    } while (*text++ != '\0');
    return (char*)found;
}

char* strstr(const char* text, const char* part) {
    const size_t size = strlen(part);
    for (;; ++text) {
        if (strncmp(text, part, size) == 0) {
            return (char*)text;
        }
        if (*text == '\0') {
            return NULL;
        }
    }
}

size_t strspn(const char* text, const char* set) {
    const char* at = text;
    while (*at != '\0' && strchr(set, *at) != NULL) {
        ++at;
    }
    return (size_t)(at - text);
}

size_t strcspn(const char* text, const char* set) {
    const char* at = text;
    while (strchr(set, *at) == NULL) {
        ++at;
    }
    return (size_t)(at - text);
}

char* strcpy(char* restrict to, const char* restrict from) { return memcpy(to, from, strlen(from) + 1); }

char* strncpy(char* restrict to, const char* restrict from, size_t size) {
    const size_t length = strnlen(from, size);
    memcpy(to, from, length);
    memset(to + length, 0, size - length);
    return to;
}

char* strcat(char* restrict to, const char* restrict from) {
    strcpy(to + strlen(to), from);
    return to;
}

char* strtok_r(char* restrict text, const char* restrict separators, char** restrict state) {
    if (text == NULL) {
        text = *state;
    }
    text += strspn(text, separators);
    if (*text == '\0') {
        *state = text;
        return NULL;
    }
    char* end = text + strcspn(text, separators);
    *state = *end == '\0' ? end : end + 1;
    *end = '\0';
    return text;
}

size_t strlcpy(char* restrict to, const char* restrict from, size_t size) {
    const size_t length = strlen(from);
    if (size > 0) {
        const size_t copied = length < size ? length : size - 1;
        memcpy(to, from, copied);
        to[copied] = '\0';
    }
    return length;
}

size_t strlcat(char* restrict to, const char* restrict from, size_t size) {
    const size_t length = strnlen(to, size);
    return length + strlcpy(to + length, from, size - length);
}

char* strdup(const char* text) {
    const size_t size = strlen(text) + 1;
    char* copy = malloc(size);
    return copy == NULL ? NULL : memcpy(copy, text, size);
}

// The functions that a compiler may call by itself, for programs without a C library.
#include <stddef.h>
#include <stdint.h>

// A word at any address: a single load or store on arm64.
typedef uint64_t word __attribute__((aligned(1), may_alias));

struct pair {
    word low, high;
};

// Forward, in pairs of words; right also when the target lies before an overlapping source.
void* memcpy(void* restrict to, const void* restrict from, size_t size) {
    unsigned char* target = to;
    const unsigned char* source = from;
    for (; size >= 16; size -= 16, target += 16, source += 16) {
        const struct pair pair = {((const word*)source)[0], ((const word*)source)[1]};
        ((word*)target)[0] = pair.low;
        ((word*)target)[1] = pair.high;
    }
    for (; size > 0; --size) {
        *target++ = *source++;
    }
    return to;
}

void* memmove(void* to, const void* from, size_t size) {
    unsigned char* target = to;
    const unsigned char* source = from;
    if ((uintptr_t)target - (uintptr_t)source >= size) {
        return memcpy(to, from, size);
    }
    while (size > 0) {
        --size;
        target[size] = source[size];
    }
    return to;
}

void* memset(void* to, int value, size_t size) {
    unsigned char* target = to;
    const uint64_t pattern = (unsigned char)value * 0x0101010101010101u;
    for (; size >= 16; size -= 16, target += 16) {
        ((word*)target)[0] = pattern;
        ((word*)target)[1] = pattern;
    }
    for (; size > 0; --size) {
        *target++ = (unsigned char)value;
    }
    return to;
}

int memcmp(const void* left, const void* right, size_t size) {
    const unsigned char* a = left;
    const unsigned char* b = right;
    for (; size > 0; --size, ++a, ++b) {
        if (*a != *b) {
            return *a - *b;
        }
    }
    return 0;
}

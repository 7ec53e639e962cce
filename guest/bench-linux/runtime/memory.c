/** The four functions that compilers call on their own (GCC manual, "Language Standards": freestanding). */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    uint8_t *out = to;
    const uint8_t *in = from;
    while (size-- > 0) *out++ = *in++;
    return to;
}

void *memmove(void *to, const void *from, size_t size) {
    uint8_t *out = to;
    const uint8_t *in = from;
    if (out < in) return memcpy(to, from, size);
    while (size-- > 0) out[size] = in[size];
    return to;
}

void *memset(void *to, int value, size_t size) {
    uint8_t *out = to;
    while (size-- > 0) *out++ = (uint8_t)value;
    return to;
}

int memcmp(const void *one, const void *other, size_t size) {
    const uint8_t *a = one;
    const uint8_t *b = other;
    for (; size > 0; size--, a++, b++) {
        if (*a != *b) return *a - *b;
    }
    return 0;
}

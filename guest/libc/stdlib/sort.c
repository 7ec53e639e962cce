// Sorting by heaps: in place, and never slow. C11, 7.22.5.
#include <stdlib.h>
#include <string.h>

static void swap(char* left, char* right, size_t size) {
    for (; size > 0; --size, ++left, ++right) {
        const char held = *left;
        *left = *right;
        *right = held;
    }
}

static void sink_down(char* base, size_t at, size_t count, size_t size, int (*compare)(const void*, const void*)) {
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && compare(base + child * size, base + (child + 1) * size) < 0) {
            ++child;
        }
        if (compare(base + at * size, base + child * size) >= 0) {
            return;
        }
        swap(base + at * size, base + child * size, size);
    }
}

void qsort(void* base, size_t count, size_t size, int (*compare)(const void*, const void*)) {
    for (size_t at = count / 2; at-- > 0;) {
        sink_down(base, at, count, size, compare);
    }
    while (count > 1) {
        --count;
        swap(base, (char*)base + count * size, size);
        sink_down(base, 0, count, size, compare);
    }
}

void* bsearch(const void* key, const void* base, size_t count, size_t size, int (*compare)(const void*, const void*)) {
    const char* low = base;
    while (count > 0) {
        const char* middle = low + count / 2 * size;
        const int order = compare(key, middle);
        if (order == 0) {
            return (void*)middle;
        }
        if (order > 0) {
            low = middle + size;
            count -= count / 2 + 1;
        } else {
            count /= 2;
        }
    }
    return NULL;
}

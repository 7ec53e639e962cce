// Sorting by heaps: in place, and never slow. C11, 7.22.5; qsort_r as in POSIX.
#include <stdlib.h>
#include <string.h>

static void swap(char* left, char* right, size_t size) {
    for (; size > 0; --size, ++left, ++right) {
        const char held = *left;
        *left = *right;
        *right = held;
    }
}

struct order {
    int (*compare)(const void*, const void*, void*);
    void* context;
};

static void sink_down(char* base, size_t at, size_t count, size_t size, const struct order* order) {
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        char* larger = base + child * size;
        if (child + 1 < count && order->compare(larger, larger + size, order->context) < 0) {
            ++child;
            larger += size;
        }
        if (order->compare(base + at * size, larger, order->context) >= 0) {
            return;
        }
        swap(base + at * size, larger, size);
    }
}

void qsort_r(void* base, size_t count, size_t size, int (*compare)(const void*, const void*, void*), void* context) {
    const struct order order = {compare, context};
    for (size_t at = count / 2; at-- > 0;) {
        sink_down(base, at, count, size, &order);
    }
    while (count > 1) {
        --count;
        swap(base, (char*)base + count * size, size);
        sink_down(base, 0, count, size, &order);
    }
}

static int compare_plain(const void* left, const void* right, void* compare) {
    return ((int (*)(const void*, const void*))compare)(left, right);
}

void qsort(void* base, size_t count, size_t size, int (*compare)(const void*, const void*)) {
    qsort_r(base, count, size, compare_plain, (void*)compare);
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

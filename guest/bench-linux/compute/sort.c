/** Heap sort (Knuth 5.2.3, algorithm H). */
#include "program.h"

enum { COUNT = 100000 };
static uint32_t numbers[COUNT];

static void sift_down(size_t root, size_t end) {
    uint32_t value = numbers[root];
    for (size_t child = 2 * root + 1; child < end; child = 2 * root + 1) {
        if (child + 1 < end && numbers[child] < numbers[child + 1]) child++;
        if (numbers[child] <= value) break;
        numbers[root] = numbers[child];
        root = child;
    }
    numbers[root] = value;
}

static void sort(size_t count) {
    for (size_t root = count / 2; root > 0; root--) sift_down(root - 1, count);
    for (size_t end = count - 1; end > 0; end--) {
        uint32_t largest = numbers[0];
        numbers[0] = numbers[end];
        numbers[end] = largest;
        sift_down(0, end);
    }
}

uint64_t work(uint32_t percent) {
    uint64_t checksum = 0;
    struct random random = {88172645};
    for (uint32_t i = scaled(8, percent); i > 0; i--) {
        for (size_t at = 0; at < COUNT; at++) numbers[at] = next_random(&random);
        sort(COUNT);
        for (size_t at = 1; at < COUNT; at++) {
            if (numbers[at - 1] > numbers[at]) fail("not in order");
        }
        for (size_t at = 0; at < COUNT; at += 100) checksum = mixed(checksum, numbers[at]);
    }
    return checksum;
}

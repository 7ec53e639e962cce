/** Functions that call themselves: Fibonacci's numbers, Takeuchi's function, Ackermann's, queens on a board. */
#include "program.h"

#define OWN __attribute__((noinline))

static OWN uint32_t fibonacci(uint32_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static OWN int takeuchi(int x, int y, int z) {
    if (y >= x) return z;
    return takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y));
}

static OWN uint32_t ackermann(uint32_t m, uint32_t n) {
    if (m == 0) return n + 1;
    return n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

/** Ways to put queens on the rows that are left; bits are columns and diagonals that are taken. */
static OWN uint32_t queens(uint32_t all, uint32_t columns, uint32_t left, uint32_t right) {
    if (columns == all) return 1;
    uint32_t ways = 0;
    for (uint32_t free = all & ~(columns | left | right); free != 0; free &= free - 1) {
        uint32_t bit = free & -free;
        ways += queens(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return ways;
}

uint64_t work(uint32_t percent) {
    uint64_t checksum = 0;
    for (uint32_t i = scaled(24, percent); i > 0; i--) {
        checksum = mixed(checksum, fibonacci(23 + (i & 1)));
        checksum = mixed(checksum, (uint64_t)takeuchi(14, 8, (int)(i & 3)));
        checksum = mixed(checksum, ackermann(2, 100 + i));
        checksum = mixed(checksum, queens(0xff, 0, 0, 0));
    }
    return checksum;
}

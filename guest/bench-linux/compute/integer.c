/** Whole numbers: greatest common divisors, powers modulo a number, square roots, bits counted, Collatz's sequences. */
#include "program.h"

static uint32_t greatest_common_divisor(uint32_t a, uint32_t b) {
    while (b != 0) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/** The modulus has 16 bits, so that products have 32. */
static uint32_t power(uint32_t base, uint32_t exponent, uint32_t modulus) {
    uint32_t result = 1;
    for (base %= modulus; exponent != 0; exponent >>= 1) {
        if ((exponent & 1) != 0) result = result * base % modulus;
        base = base * base % modulus;
    }
    return result;
}

/** Digit by digit, two bits a round. */
static uint32_t square_root(uint32_t number) {
    uint32_t root = 0;
    for (uint32_t bit = 1u << 30; bit != 0; bit >>= 2) {
        if (number >= root + bit) {
            number -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return root;
}

static uint32_t bits(uint64_t number) {
    uint32_t count = 0;
    for (; number != 0; number &= number - 1) count++;
    return count;
}

static uint32_t collatz(uint64_t number) {
    uint32_t steps = 0;
    for (; number != 1; steps++) number = (number & 1) != 0 ? 3 * number + 1 : number / 2;
    return steps;
}

uint64_t work(uint32_t percent) {
    struct random random = {0x2545f491};
    uint64_t checksum = 0;
    for (uint32_t i = scaled(240000, percent); i > 0; i--) {
        uint32_t a = next_random(&random), b = next_random(&random);
        checksum = mixed(checksum, greatest_common_divisor(a, b));
        checksum = mixed(checksum, power(a, b & 0xffff, (b >> 16) | 1));
        checksum = mixed(checksum, square_root(a));
        checksum = mixed(checksum, bits((uint64_t)a << 32 | b));
        checksum = mixed(checksum, collatz(i));
    }
    return checksum;
}

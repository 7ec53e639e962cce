/** Products of matrices: of doubles and of whole numbers with 16 bits. */
#include "program.h"

enum { SIZE = 96 };
static double a[SIZE][SIZE], b[SIZE][SIZE], product[SIZE][SIZE];
static int16_t whole_a[SIZE][SIZE], whole_b[SIZE][SIZE];
static int32_t whole_product[SIZE][SIZE];

static void fill(struct random *random) {
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            a[i][j] = (int32_t)next_random(random) * 0x1p-31;
            b[i][j] = (int32_t)next_random(random) * 0x1p-31;
            whole_a[i][j] = (int16_t)next_random(random);
            whole_b[i][j] = (int16_t)next_random(random);
        }
    }
}

static void multiply(void) {
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            double sum = 0;
            for (int k = 0; k < SIZE; k++) sum += a[i][k] * b[k][j];
            product[i][j] = sum;
        }
    }
}

static void multiply_whole(void) {
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            uint32_t sum = 0;
            for (int k = 0; k < SIZE; k++) sum += (uint32_t)(whole_a[i][k] * whole_b[k][j]);
            whole_product[i][j] = (int32_t)sum;
        }
    }
}

uint64_t work(uint32_t percent) {
    struct random random = {0x31415926};
    fill(&random);
    uint64_t checksum = 0;
    for (uint32_t i = scaled(12, percent); i > 0; i--) {
        multiply();
        multiply_whole();
        for (int j = 0; j < SIZE; j++) {
            uint64_t bits;
            __builtin_memcpy(&bits, &product[j][i], sizeof bits);
            checksum = mixed(mixed(checksum, bits), (uint32_t)whole_product[i][j]);
            a[j][i] += 0.5;
            whole_a[i][j] ^= 0x55;
        }
    }
    return checksum;
}

/** The fast Fourier transform, radix 2 and in place (Cooley and Tukey), there and back. */
#include "program.h"

enum { BITS = 11, SIZE = 1 << BITS };
struct complex {
    double real, imaginary;
};
static struct complex data[SIZE], roots[SIZE / 2];

static struct complex product(struct complex a, struct complex b) {
    return (struct complex){
        a.real * b.real - a.imaginary * b.imaginary,
        a.real * b.imaginary + a.imaginary * b.real,
    };
}

/** exp(-2 pi i k / SIZE), by halving angles: the sine and cosine of the half from the cosine of the whole. */
static void find_roots(void) {
    roots[0] = (struct complex){1, 0};
    struct complex root = {-1, 0};
    for (int step = SIZE / 4; step > 0; step >>= 1) {
        double cosine = root.real;
        root = (struct complex){__builtin_sqrt((1 + cosine) / 2), -__builtin_sqrt((1 - cosine) / 2)};
        for (int at = step; at < SIZE / 2; at += 2 * step) roots[at] = product(roots[at - step], root);
    }
}

/** `sign` is -1 on the way back. */
static void transform(double sign) {
    for (uint32_t i = 0, j = 0; i < SIZE; i++) {
        if (i < j) {
            struct complex other = data[i];
            data[i] = data[j];
            data[j] = other;
        }
        uint32_t bit = SIZE >> 1;
        for (; (j & bit) != 0; bit >>= 1) j ^= bit;
        j |= bit;
    }
    for (uint32_t half = 1; half < SIZE; half *= 2) {
        for (uint32_t begin = 0; begin < SIZE; begin += 2 * half) {
            for (uint32_t k = 0; k < half; k++) {
                struct complex root = roots[k * (SIZE / 2 / half)];
                root.imaginary *= sign;
                struct complex odd = product(data[begin + half + k], root), even = data[begin + k];
                data[begin + k] = (struct complex){even.real + odd.real, even.imaginary + odd.imaginary};
                data[begin + half + k] = (struct complex){even.real - odd.real, even.imaginary - odd.imaginary};
            }
        }
    }
}

uint64_t work(uint32_t percent) {
    find_roots();
    struct random random = {0x14142135};
    for (int i = 0; i < SIZE; i++) data[i] = (struct complex){(int32_t)next_random(&random) * 0x1p-31, 0};
    double first = data[1].real;
    uint64_t checksum = 0;
    for (uint32_t i = scaled(96, percent); i > 0; i--) {
        transform(1);
        uint64_t bits;
        __builtin_memcpy(&bits, &data[i & (SIZE - 1)].imaginary, sizeof bits);
        checksum = mixed(checksum, bits);
        transform(-1);
        for (int each = 0; each < SIZE; each++) {
            data[each].real /= SIZE;
            data[each].imaginary /= SIZE;
        }
    }
    double error = data[1].real - first;
    if (!(error < 1e-9 && error > -1e-9)) fail("other numbers came back");
    return checksum;
}

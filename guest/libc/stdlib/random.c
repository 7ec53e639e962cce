// Random numbers that are the same in every run, C11, 7.22.2 and POSIX; and those that are not.
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <zircon/syscalls.h>

#define GOLDEN 0x9e3779b97f4a7c15u

// Marsaglia's xorshift64*.
static uint64_t random_state = GOLDEN;

void srand(unsigned seed) { random_state = seed + GOLDEN; }
void srandom(unsigned seed) { srand(seed); }

int rand(void) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (int)((random_state * 0x2545f4914f6cdd1d) >> 33);
}

long random(void) { return rand(); }

// Steele, Lea and Flood's splitmix, whose state is any number.
int rand_r(unsigned* state) {
    uint64_t mixed = (*state)++ * GOLDEN;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return (int)(mixed >> 33);
}

int getentropy(void* buffer, size_t size) {
    if (size > 256) {
        errno = EIO;
        return -1;
    }
    zx_cprng_draw(buffer, size);
    return 0;
}

/** A program of the set: the same work at every pass, whose outcome is a checksum. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Does its work once; `percent` of the usual size. Anything wrong ends the process with `fail`. */
uint64_t work(uint32_t percent);

/** So many percent of a count, at least 1. */
static inline uint32_t scaled(uint32_t count, uint32_t percent) {
    uint32_t part = count * percent / 100;
    return part > 0 ? part : 1;
}

/** Ends the process with status 1 after a line that says why. */
_Noreturn void fail(const char *why);

/** The path of this program's own file. */
extern const char *own_path;

/** What a child of the program does that is the program once more, with one argument only; unless it has any: fail. */
void child_work(void);

/** Takes one more value into a checksum: a round of FNV-1a on 64 bits instead of 8. */
static inline uint64_t mixed(uint64_t checksum, uint64_t value) {
    uint64_t product = (checksum ^ value) * 0x100000001b3;
    return product ^ product >> 29;
}

/** Pseudo-random numbers: Marsaglia's xorshift with 32 bits. */
struct random {
    uint32_t state;
};
static inline uint32_t next_random(struct random *random) {
    uint32_t state = random->state;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return random->state = state;
}

/** Fills memory with words of a small vocabulary and spaces between them: compressible text. */
void write_words(uint8_t *text, size_t size, struct random *random);

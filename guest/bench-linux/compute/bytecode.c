/** An interpreter of bytecode, with an indirect branch an operation: it sieves primes. */
#include "program.h"

enum { CELLS = 8192, REGISTERS = 8 };
static uint8_t cells[CELLS];

enum operation { SET, ADD, ADD_SMALL, MOVE, STORE, LOAD, LESS, JUMP_IF, JUMP_UNLESS, JUMP, MULTIPLY, STOP };

/** An operation, and registers a and b or a number. */
struct instruction {
    uint8_t operation, a, b;
    int16_t number;
};

/** r0: limit, r1: candidate, r2: multiple, r3: cell or comparison, r4: 1, r5: primes. */
static const struct instruction sieve[] = {
    {SET, 0, 0, CELLS},
    {SET, 4, 0, 1},
    {SET, 5, 0, 0},
    {SET, 1, 0, 0}, // all cells cleared
    /* 4 */ {STORE, 1, 5, 0},
    {ADD_SMALL, 1, 0, 1},
    {MOVE, 3, 1, 0},
    {LESS, 3, 0, 0},
    {JUMP_IF, 3, 0, 4},
    {SET, 1, 0, 2}, // each candidate
    /* 10 */ {LOAD, 3, 1, 0},
    {JUMP_IF, 3, 0, 21},
    {ADD_SMALL, 5, 0, 1},
    {MOVE, 2, 1, 0}, // a prime: its multiples, from its square
    {MULTIPLY, 2, 1, 0},
    /* 15 */ {MOVE, 3, 2, 0},
    {LESS, 3, 0, 0},
    {JUMP_UNLESS, 3, 0, 21},
    {STORE, 2, 4, 0},
    {ADD, 2, 1, 0},
    {JUMP, 0, 0, 15},
    /* 21 */ {ADD_SMALL, 1, 0, 1},
    {MOVE, 3, 1, 0},
    {LESS, 3, 0, 0},
    {JUMP_IF, 3, 0, 10},
    {STOP, 5, 0, 0},
};

static uint32_t execute(const struct instruction *code, uint32_t *steps) {
    static const void *const labels[] = {
        [SET] = &&set, [ADD] = &&add, [ADD_SMALL] = &&add_small, [MOVE] = &&move, [STORE] = &&store,
        [LOAD] = &&load, [LESS] = &&less, [JUMP_IF] = &&jump_if, [JUMP_UNLESS] = &&jump_unless, [JUMP] = &&jump,
        [MULTIPLY] = &&multiply, [STOP] = &&stop,
    };
    uint32_t r[REGISTERS] = {0};
    const struct instruction *at = code;
#define GO_ON goto *((*steps)++, labels[at->operation])
#define NEXT at++; GO_ON
    GO_ON;
set: r[at->a] = (uint32_t)at->number; NEXT;
add: r[at->a] += r[at->b]; NEXT;
add_small: r[at->a] += (uint32_t)at->number; NEXT;
move: r[at->a] = r[at->b]; NEXT;
store: cells[r[at->a] % CELLS] = (uint8_t)r[at->b]; NEXT;
load: r[at->a] = cells[r[at->b] % CELLS]; NEXT;
less: r[at->a] = r[at->a] < r[at->b]; NEXT;
jump_if: at = r[at->a] != 0 ? code + at->number : at + 1; GO_ON;
jump_unless: at = r[at->a] == 0 ? code + at->number : at + 1; GO_ON;
jump: at = code + at->number; GO_ON;
multiply: r[at->a] *= r[at->b]; NEXT;
stop: return r[at->a];
}

uint64_t work(uint32_t percent) {
    uint64_t checksum = 0;
    for (uint32_t i = scaled(60, percent); i > 0; i--) {
        uint32_t steps = 0;
        uint32_t primes = execute(sieve, &steps);
        // There are 1,028 primes below 8,192.
        if (primes != 1028) fail("not as many primes as there are");
        checksum = mixed(mixed(checksum, primes), steps);
    }
    return checksum;
}

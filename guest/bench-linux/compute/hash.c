/** A hash table with open addressing and linear probing: inserts, finds, misses, removals (Knuth 6.4, algorithms L and R). */
#include "program.h"

enum { SLOTS = 1 << 15, KEYS = 20000 };

struct slot {
    uint32_t key; // 0: empty
    uint32_t value;
};
static struct slot table[SLOTS];

/** The finalizer of MurmurHash3 with 32 bits. */
static uint32_t hash(uint32_t key) {
    key = (key ^ key >> 16) * 0x85ebca6b;
    key = (key ^ key >> 13) * 0xc2b2ae35;
    return key ^ key >> 16;
}

/** The slot of a key, or the empty one where it would be. */
static uint32_t slot_of(uint32_t key) {
    uint32_t at = hash(key) & (SLOTS - 1);
    while (table[at].key != 0 && table[at].key != key) at = (at + 1) & (SLOTS - 1);
    return at;
}

static void insert(uint32_t key, uint32_t value) { table[slot_of(key)] = (struct slot){key, value}; }

/** Empties a slot and moves up those behind it that a search would no longer reach. */
static void clear_slot(uint32_t at) {
    for (uint32_t next = (at + 1) & (SLOTS - 1); table[next].key != 0; next = (next + 1) & (SLOTS - 1)) {
        uint32_t distance = (next - hash(table[next].key)) & (SLOTS - 1);
        if (distance < ((next - at) & (SLOTS - 1))) continue;
        table[at] = table[next];
        at = next;
    }
    table[at].key = 0;
}

static uint64_t round_of(uint32_t seed) {
    uint64_t checksum = 0;
    for (uint32_t i = 0; i < SLOTS; i++) table[i].key = 0;
    struct random random = {seed};
    for (uint32_t i = 0; i < KEYS; i++) insert(next_random(&random), i);
    random.state = seed;
    for (uint32_t i = 0; i < KEYS; i++) {
        uint32_t key = next_random(&random);
        checksum = mixed(checksum, table[slot_of(key)].value);
        // Its neighbour is hardly ever there.
        if (table[slot_of(key ^ 1)].key != 0) checksum = mixed(checksum, key);
        if (i % 4 == 0) clear_slot(slot_of(key));
    }
    for (uint32_t i = 0; i < SLOTS; i++) checksum = mixed(checksum, table[i].key);
    return checksum;
}

uint64_t work(uint32_t percent) {
    uint64_t checksum = 0;
    for (uint32_t i = scaled(60, percent); i > 0; i--) checksum = mixed(checksum, round_of(i * 0x9e3779b9));
    return checksum;
}

/**
 * Code that comes and goes, as just-in-time compilers have it: functions written into memory, made visible to fetches,
 * executed often, changed in an instruction, executed again, and written over. No program that is timed: it is for
 * whoever wants to see that what is made of code goes with it.
 */
#include "program.h"
#include "system.h"

enum { PAGE = 4096, PAGES = 64, WORDS = PAGE / 4 };
/** More branches to a place than make it hot. */
enum { ROUNDS = 12000 };

typedef uint64_t function(uint64_t value, uint64_t rounds);

/** Cache maintenance by address to the point of unification, as the manual's "self-modifying code" has it (B2.4.4). */
static void make_visible(const uint32_t *code, size_t words) {
    for (size_t i = 0; i < words; i += 4) __asm__ volatile("dc cvau, %0" ::"r"(code + i) : "memory");
    __asm__ volatile("dsb ish" ::: "memory");
    for (size_t i = 0; i < words; i += 4) __asm__ volatile("ic ivau, %0" ::"r"(code + i) : "memory");
    __asm__ volatile("dsb ish\n\tisb" ::: "memory");
}

static uint32_t add_x0(uint32_t value) { return 0x91000000 | (value & 0xfff) << 10; }
static uint32_t eor_x0_ror(uint32_t by) { return 0xcac00000 | (by & 63) << 10; }

/** value = (value + a) ^ ror(value + a, by), so many times. */
static void write_function(uint32_t *code, uint32_t a, uint32_t by) {
    code[0] = add_x0(a);
    code[1] = eor_x0_ror(by);
    code[2] = 0xd1000421; // sub x1, x1, #1
    code[3] = 0xb5ffffa1; // cbnz x1, to the first
    code[4] = 0xd65f03c0; // ret
    make_visible(code, 8);
}

static uint64_t expected(uint64_t value, uint32_t a, uint32_t by) {
    for (uint32_t i = 0; i < ROUNDS; i++) {
        value += a;
        value ^= value >> by | value << (64 - by);
    }
    return value;
}

static uint64_t executed(const uint32_t *code, uint64_t value, uint32_t a, uint32_t by) {
    uint64_t result = ((function *)(uintptr_t)code)(value, ROUNDS);
    if (result != expected(value, a, by)) fail("code that was written does not do what it says");
    return result;
}

uint64_t work(uint32_t percent) {
    // Other code in every process.
    static struct random random;
    random.state = 2463534242 ^ (uint32_t)own_number() << 8;
    uint32_t *memory = map_code(PAGES * PAGE);
    if (memory == NULL) fail("no memory");
    uint64_t value = 1;
    for (uint32_t i = scaled(200, percent); i > 0; i--) {
        uint32_t *code = memory + next_random(&random) % PAGES * WORDS + next_random(&random) % (WORDS / 8) * 8;
        uint32_t a = 1 + next_random(&random) % 4095, by = 1 + next_random(&random) % 63;
        write_function(code, a, by);
        value = executed(code, value, a, by);
        a ^= 1;
        code[0] = add_x0(a);
        make_visible(code, 1);
        value = executed(code, value, a, by);
    }
    unmap_memory(memory, PAGES * PAGE);
    return mixed(0, PAGES);
}

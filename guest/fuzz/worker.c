#include "worker.h"

#include <stdbool.h>
#include <zircon/syscalls.h>

#include "../static/include/vdso-lookup.h"
#include "vdso-calls.h"

enum { THREADS = 3, STACK_SIZE = 8192, POOL = 96, WORDS = 512, ARGUMENTS = 8 };

static char stacks[THREADS][STACK_SIZE] __attribute__((aligned(16)));
// Values that were handles once. All threads write here, as they like.
static zx_handle_t pool[POOL];
// What calls read and write; results are looked for in it.
static uint64_t words[THREADS][WORDS];
// Where something was mapped once.
static uint64_t addresses[16];
// Handles that are in no pool: process, thread, root VMAR, job, vDSO.
static zx_handle_t kept[WORKER_HANDLES];
static uint64_t first_seed;

struct dice {
    uint64_t state;
};

// xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators".
static uint64_t roll(struct dice* dice, uint64_t limit) {
    uint64_t x = dice->state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    dice->state = x;
    return ((x * 0x2545f4914f6cdd1d) >> 16) % limit;
}

uintptr_t worker_stack_top(uint32_t thread) { return (uintptr_t)stacks[thread] + STACK_SIZE; }

// Calls that end the worker or the system; the ones that end the worker are made now and then.
enum danger { SAFE, ENDS_WORKER, ENDS_SYSTEM };

static bool equal(const char* a, const char* b) {
    while (*a != '\0' && *a == *b) {
        ++a;
        ++b;
    }
    return *a == *b;
}
static enum danger danger_of(const char* name) {
    static const char enders[][48] = {"_zx_process_exit", "_zx_thread_exit", "_zx_task_kill", "_zx_vmar_destroy",
                                      "_zx_vmar_unmap", "_zx_vmar_protect", "_zx_task_suspend",
                                      "_zx_task_suspend_token", "_zx_handle_close", "_zx_handle_close_many",
                                      "_zx_handle_replace", "_zx_debug_write", "_zx_debuglog_write",
                                      // These touch memory at EL0, where a bad pointer is a fault.
                                      "_zx_cprng_draw", "_zx_channel_call", "_zx_cache_flush",
                                      "_zx_system_get_features", "_zx_system_get_version",
                                      "_zx_vmar_unmap_handle_close_thread_exit",
                                      "_zx_futex_wake_handle_close_thread_exit",
                                      // From these a thread may never come back.
                                      "_zx_nanosleep", "_zx_object_wait_one", "_zx_object_wait_many",
                                      "_zx_port_wait", "_zx_futex_wait", "_zx_futex_wait_deprecated",
                                      "_zx_interrupt_wait", "_zx_debug_read", "_zx_syscall_test_wrapper"};
    for (uint32_t i = 0; i < sizeof(enders) / sizeof(enders[0]); ++i) {
        if (equal(name, enders[i])) {
            return ENDS_WORKER;
        }
    }
    return equal(name, "_zx_system_powerctl") || equal(name, "_zx_system_mexec") ? ENDS_SYSTEM : SAFE;
}

static uint64_t number(struct dice* dice) {
    static const uint64_t limits[] = {0x7fffffff, 0x80000000, 0xffffffff, 1ull << 32, 1ull << 47, 1ull << 48,
                                      ~0ull, 1ull << 63, ~0ull >> 1, 0xfffffffffffff000, 1ull << 53};
    switch (roll(dice, 10)) {
    case 4:
        // Signals that user code may change, and times that come soon.
        return roll(dice, 256) << 24;
    case 5:
        return roll(dice, 2);
    case 0:
        return limits[roll(dice, sizeof(limits) / sizeof(limits[0]))] + roll(dice, 3) - 1;
    case 1:
        return roll(dice, ~0ull);
    case 2:
        return 1ull << roll(dice, 64);
    case 3:
        return roll(dice, 64) * ZX_PAGE_SIZE;
    default:
        return roll(dice, roll(dice, 4) == 0 ? 4096 : 20);
    }
}

static uint64_t pointer(struct dice* dice, uint32_t thread) {
    const uint64_t inside = (uintptr_t)&words[thread][roll(dice, WORDS)];
    switch (roll(dice, 96)) {
    case 0:
        return number(dice);
    case 1:
        return 0;
    case 2:
        return inside + roll(dice, 8);
    case 3:
        return addresses[roll(dice, 16)] + roll(dice, 3) * 8;
    case 4:
        return 0xffff000000000000 + roll(dice, 1ull << 40);
    default:
        return inside;
    }
}

// Shapes that many calls have: h a handle, o options, n a number, p a pointer.
static const char shapes[][ARGUMENTS + 1] = {
    "opppoooo", "oppppppp", "oopppooo", "onpppppp", "noppoooo", "nopppppp", "nnoppooo", "hopppppp", "hnpppppp", "hnnppppp", "hppnnppp", "hpnoppnn",
    "honhnnpp", "hnnnppnn", "hhnnhnnn", "nopopnnn", "hponpppp", "hnhnnopp", "hopnpppp", "pnhpnnnn",
};

static uint64_t argument(struct dice* dice, uint32_t thread, char kind) {
    if (roll(dice, 24) == 0) {
        kind = "honp"[roll(dice, 4)];
    }
    switch (kind) {
    case 'h':
        return pool[roll(dice, POOL)];
    case 'o':
        return roll(dice, 4) == 0 ? roll(dice, 8) : 0;
    case 'n':
        return number(dice);
    default:
        return pointer(dice, thread);
    }
}

// What the call has left behind that looks like a handle goes to the pool, the rest is mixed anew.
static void harvest(struct dice* dice, uint32_t thread) {
    for (uint32_t i = 0; i < 8; ++i) {
        uint64_t* word = &words[thread][roll(dice, WORDS)];
        const uint32_t value = (uint32_t)*word;

        if (*word == value && (value & 3) == 3 && value > 4096 && value < 0x7ffffffe) {
            pool[roll(dice, POOL)] = value;
        } else if (*word > ZX_PAGE_SIZE && (*word & ZX_PAGE_MASK) == 0) {
            addresses[roll(dice, 16)] = *word;
        }
        const bool is_handle = roll(dice, 2);
        *word = is_handle ? pool[roll(dice, POOL)] : number(dice);
    }
}

// Good handles for the pool, so that calls get further than to look for one.
static void refill(struct dice* dice, uintptr_t vdso_base) {
    zx_handle_t made[2] = {ZX_HANDLE_INVALID, ZX_HANDLE_INVALID};
    const zx_handle_t job = kept[3];
    switch (roll(dice, 12)) {
    case 0:
        VDSO_FUNCTION(vdso_base, zx_channel_create)(0, &made[0], &made[1]);
        break;
    case 1:
        VDSO_FUNCTION(vdso_base, zx_socket_create)((uint32_t)roll(dice, 4), &made[0], &made[1]);
        break;
    case 2:
        VDSO_FUNCTION(vdso_base, zx_eventpair_create)(0, &made[0], &made[1]);
        break;
    case 3:
        VDSO_FUNCTION(vdso_base, zx_fifo_create)(16, 8, 0, &made[0], &made[1]);
        break;
    case 4:
        VDSO_FUNCTION(vdso_base, zx_port_create)(0, &made[0]);
        break;
    case 5:
        VDSO_FUNCTION(vdso_base, zx_timer_create)(0, ZX_CLOCK_MONOTONIC, &made[0]);
        break;
    case 6:
        VDSO_FUNCTION(vdso_base, zx_job_create)(job, 0, &made[0]);
        break;
    case 7:
        VDSO_FUNCTION(vdso_base, zx_process_create)(job, "fuzz", 4, 0, &made[0], &made[1]);
        break;
    case 8:
        VDSO_FUNCTION(vdso_base, zx_thread_create)(kept[0], "fuzz", 4, 0, &made[0]);
        break;
    case 9:
        VDSO_FUNCTION(vdso_base, zx_vmo_create)(roll(dice, 64) * ZX_PAGE_SIZE, 0, &made[0]);
        break;
    default:
        VDSO_FUNCTION(vdso_base, zx_handle_duplicate)(kept[roll(dice, WORKER_HANDLES)], ZX_RIGHT_SAME_RIGHTS, &made[0]);
    }
    for (uint32_t i = 0; i < 2; ++i) {
        zx_handle_t* const place = &pool[roll(dice, POOL)];
        if (made[i] != ZX_HANDLE_INVALID) {
            // Half of what falls out of the pool is closed, the rest stays open unseen.
            if (roll(dice, 2) == 0) {
                VDSO_FUNCTION(vdso_base, zx_handle_close)(*place);
            }
            *place = made[i];
        }
    }
}

static void step(struct dice* dice, uint32_t thread) {
    const struct vdso_call* call = &vdso_calls[roll(dice, vdso_call_count)];
    const enum danger danger = danger_of(call->name);
    if (danger == ENDS_SYSTEM || (danger == ENDS_WORKER && roll(dice, 64) != 0)) {
        return;
    }
    const char* const shape = shapes[roll(dice, sizeof(shapes) / sizeof(shapes[0]))];
    uint64_t a[ARGUMENTS];
    for (uint32_t i = 0; i < ARGUMENTS; ++i) {
        a[i] = argument(dice, thread, shape[i]);
    }
    call->function(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
    harvest(dice, thread);
}

// Fuzzes for ever; a fault ends the process, as in any other.
static __NO_RETURN void thread_entry(uint64_t thread, uintptr_t vdso_base) {
    struct dice dice = {(first_seed * THREADS + thread + 1) * 0x9e3779b97f4a7c15};
    for (;;) {
        step(&dice, (uint32_t)thread);
        if (roll(&dice, 8) == 0) {
            refill(&dice, vdso_base);
        }
    }
}

__NO_RETURN void worker_entry(zx_handle_t bootstrap, uintptr_t vdso_base) {
    uint32_t bytes = 0, handles = 0;
    VDSO_FUNCTION(vdso_base, zx_channel_read)(bootstrap, 0, &first_seed, kept, sizeof(first_seed), WORKER_HANDLES,
                                             &bytes, &handles);
    for (uint32_t i = 1; i < THREADS; ++i) {
        zx_handle_t thread = ZX_HANDLE_INVALID;
        VDSO_FUNCTION(vdso_base, zx_thread_create)(kept[0], "fuzz", 4, 0, &thread);
        VDSO_FUNCTION(vdso_base, zx_thread_start)(thread, (uintptr_t)thread_entry, worker_stack_top(i), i, vdso_base);
        pool[i] = thread;
    }
    thread_entry(0, vdso_base);
}

#include "backtrace.h"

#include <stdio.h>

#include "symbols.h"

#define FRAMES_MAX 40
// How far back a function may begin.
#define FUNCTION_MAX 0x4000

// Instructions by which a function that calls others is told from one that does not: Arm ARM, C6.2 "STP" of x29 and x30
// to the stack, with a signed offset or pre-indexed, and "RET".
#define IS_STP_FP_LR(word) (((word)&0xff407fff) == 0xa9007bfd)
#define RET 0xd65f03c0u

// Where an address is: its module, and the function if there is a symbol for it.
struct place {
    const struct loaded* module;
    char function[SYMBOL_NAME_MAX];
    uint64_t offset; // in the function
};

// What a call returns to is one instruction too far: the call itself may be the function's last.
static struct place find_place(const struct modules* modules, uint64_t pc, bool is_return) {
    struct place place = {.module = modules_find_address(modules, pc)};
    if (place.module != NULL &&
        symbol_find(place.module->file, pc - place.module->base - is_return, place.function, &place.offset)) {
        place.offset += is_return;
    }
    return place;
}

static void print_frame(unsigned number, uint64_t pc, uint64_t sp, const struct place* place) {
    printf("bt#%02u: pc 0x%lx sp 0x%lx", number, pc, sp);
    if (place->module != NULL) {
        printf(" (%s,0x%lx)", place->module->name, pc - place->module->base);
    }
    if (place->function[0] != '\0') {
        printf(" %s+0x%lx", place->function, place->offset);
    }
    putchar('\n');
}

static void print_return(unsigned number, uint64_t pc, uint64_t sp, const struct modules* modules) {
    const struct place place = find_place(modules, pc, true);
    print_frame(number, pc, sp, &place);
}

// Whether the function at `pc` has put the frame pointer and its return address on the stack: looking back as far as it
// may begin, that comes before the end of another function.
static bool has_frame(zx_handle_t process, uint64_t pc, const struct place* place) {
    const bool is_known = place->function[0] != '\0' && place->offset < FUNCTION_MAX;
    const uint64_t most = is_known ? place->offset : FUNCTION_MAX;
    uint32_t word;
    for (uint64_t back = 4; back <= most && process_read(process, pc - back, &word, sizeof(word)); back += 4) {
        if (IS_STP_FP_LR(word)) {
            return true;
        }
        if (word == RET) {
            return false;
        }
    }
    return false;
}

void backtrace_print(zx_handle_t process, const zx_thread_state_general_regs_t* registers,
                     const struct modules* modules) {
    const struct place start = find_place(modules, registers->pc, false);
    unsigned number = 1;
    uint64_t frame[2];
    uint64_t at = registers->r[29], last = 0;
    print_frame(number++, registers->pc, registers->sp, &start);
    if (!has_frame(process, registers->pc, &start) && registers->lr != 0) {
        print_return(number++, registers->lr, registers->sp, modules);
        last = registers->lr;
    }
    // Each record is of the caller's frame and where the call returns to; they lie ever higher.
    for (uint64_t above = 0; number <= FRAMES_MAX && at > above && at % 8 == 0; at = frame[0]) {
        if (!process_read(process, at, frame, sizeof(frame)) || frame[1] == 0) {
            break;
        }
        if (frame[1] != last) {
            print_return(number++, frame[1], at + sizeof(frame), modules);
        }
        last = 0;
        above = at;
    }
    printf("bt#%02u: end\n", number);
}

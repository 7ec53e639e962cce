// crash KIND: a program that crashes, for its report to be read. Each kind goes through functions that call each other.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <zircon/compiler.h>
#include <zircon/syscalls.h>

// Not the compiler's to see through.
static volatile uintptr_t nowhere = 0x10;

static __NO_INLINE void write_nowhere(void) { *(volatile int*)nowhere = 1; }
static __NO_INLINE void read_nowhere(void) { (void)*(volatile int*)nowhere; }
static __NO_INLINE void jump_nowhere(void) { ((void (*)(void))nowhere)(); }
static __NO_INLINE void undefined(void) { __asm__ volatile("udf #7"); }
static __NO_INLINE void give_up(void) { abort(); }

static __NO_INLINE int recurse(volatile char* above) {
    volatile char here[1024];
    here[0] = above[0];
    return nowhere == 0 ? 0 : recurse(here) + here[0]; // it never is
}

static __NO_INLINE void overflow(void) {
    volatile char first = 1;
    recurse(&first);
}

static __NO_INLINE void free_twice(void) {
    char* volatile memory = malloc(10);
    free(memory);
    free(memory);
}

static int in_thread(void* unused) {
    (void)unused;
    write_nowhere();
    return 0;
}

static __NO_INLINE void thread(void) {
    thrd_t other;
    thrd_create_with_name(&other, in_thread, NULL, "crashing");
    thrd_join(other, NULL);
}

static int compare(const void* left, const void* right) {
    (void)left, (void)right;
    write_nowhere();
    return 0;
}

// Back from the C library into the program.
static __NO_INLINE void callback(void) {
    int numbers[] = {3, 1, 2};
    qsort(numbers, 3, sizeof(*numbers), compare);
}

static const struct {
    const char* name;
    const char* what;
    void (*run)(void);
} kinds[] = {
    {"write", "writes where nothing is", write_nowhere},
    {"read", "reads where nothing is", read_nowhere},
    {"jump", "calls a function that is nowhere", jump_nowhere},
    {"undefined", "executes what is no instruction", undefined},
    {"abort", "calls abort()", give_up},
    {"stack", "calls itself until the stack ends", overflow},
    {"free", "frees memory twice", free_twice},
    {"thread", "writes where nothing is, in a second thread", thread},
    {"callback", "the same in a function that qsort() calls", callback},
};

static __NO_INLINE void crash(const char* kind) {
    for (size_t i = 0; i < countof(kinds); ++i) {
        if (strcmp(kind, kinds[i].name) == 0) {
            kinds[i].run();
            printf("crash: went on\n"); // never
        }
    }
}

int main(int argc, char** argv) {
    crash(argc > 1 ? argv[1] : "");
    printf("usage: crash KIND\n");
    for (size_t i = 0; i < countof(kinds); ++i) {
        printf("  %-10s %s\n", kinds[i].name, kinds[i].what);
    }
    return 2;
}

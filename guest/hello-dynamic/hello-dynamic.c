// A small program with a library: what it was started with, constructors and destructors, thread-local storage.
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

#include "greeting.h"

static thread_local int own = 40;
static volatile int constructed;

__attribute__((__constructor__)) static void construct(void) { constructed = 1; }

static void at_exit(void) { printf("goodbye from the program, own %d\n", own); }

static int in_thread(void* argument) {
    own += *(int*)argument;
    return own + greeting_count;
}

int main(int argc, char** argv) {
    thrd_t thread;
    int two = 2, result = 0;
    greet(argc > 1 ? argv[1] : "world");
    greet(argv[0]);
    own += 1 + constructed;
    atexit(at_exit);
    if (thrd_create(&thread, in_thread, &two) != thrd_success || thrd_join(thread, &result) != thrd_success) {
        return EXIT_FAILURE;
    }
    // The thread has its own copies: of `own` as it was at first, and of the library's count.
    printf("own %d, greetings %d, the thread's own %d\n", own, greeting_count, result);
    return own == 42 && greeting_count == 2 && result == 42 ? EXIT_SUCCESS : EXIT_FAILURE;
}

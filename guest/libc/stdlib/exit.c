// Ends of a program. C11, 7.22.4.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>
#include <zircon/syscalls.h>

#include "../../ldso/modules.h"
#include "../threads/thread.h"

struct exit_function {
    struct exit_function* next;
    void (*function)(void*);
    void* argument;
};

static mtx_t lock;
static struct exit_function *functions, *quick_functions;

static int add(struct exit_function** list, void (*function)(void*), void* argument) {
    struct exit_function* entry = malloc(sizeof(*entry));
    if (entry == NULL) {
        return -1;
    }
    entry->function = function;
    entry->argument = argument;
    mtx_lock(&lock);
    entry->next = *list;
    *list = entry;
    mtx_unlock(&lock);
    return 0;
}

// In reverse order; those that are added meanwhile, too.
static void call_all(struct exit_function** list) {
    for (;;) {
        mtx_lock(&lock);
        struct exit_function* entry = *list;
        if (entry != NULL) {
            *list = entry->next;
        }
        mtx_unlock(&lock);
        if (entry == NULL) {
            return;
        }
        entry->function(entry->argument);
        free(entry);
    }
}

// Itanium C++ ABI 3.3.5.3: what destructors of static objects are registered with. The object is not needed here, as
// nothing is unloaded before the end.
__EXPORT int __cxa_atexit(void (*function)(void*), void* argument, void* object) {
    (void)object;
    return add(&functions, function, argument);
}

__EXPORT void __cxa_finalize(void* object) { (void)object; }

static void call_plain(void* function) { ((void (*)(void))function)(); }

int atexit(void (*function)(void)) { return __cxa_atexit(call_plain, (void*)function, NULL); }

int at_quick_exit(void (*function)(void)) { return add(&quick_functions, call_plain, (void*)function); }

void exit(int status) {
    thread_end_destructors();
    call_all(&functions);
    modules_finish();
    fflush(NULL);
    _Exit(status);
}

void quick_exit(int status) {
    call_all(&quick_functions);
    _Exit(status);
}

void _Exit(int status) {
    zx_process_exit(status);
    __builtin_unreachable();
}

void abort(void) { __builtin_trap(); }

void __assert_failed(const char* expression, const char* file, int line, const char* function) {
    fprintf(stderr, "%s:%d: %s: expected %s\n", file, line, function, expression);
    abort();
}

// What code with stack protectors calls when a frame was overwritten.
__EXPORT _Noreturn void __stack_chk_fail(void) { abort(); }

// A library that needs the first: names of both, thread-local data of its own, what nobody defines.
#include "libraries.h"

static _Thread_local int own = 55;
static int constructed;

extern int nobody(void) __attribute__((__weak__));
extern _Thread_local int nobodys_tls __attribute__((__weak__));

int first_shared(void) { return 2; }

int second_shared_of_first(void) { return first_shared(); }

int* second_tls(void) { return &own; }

int* second_tls_of_first(void) { return &first_tls[1]; }

__attribute__((__constructor__)) static void construct(void) { constructed = next_in_order(); }

int second_constructed(void) { return constructed; }

int second_has_undefined(void) { return nobody != 0; }

int* second_weak_tls(void) { return &nobodys_tls; }

static int* pointer_to_first = &first_object;

int* second_pointer_to_first(void) { return pointer_to_first; }

static int numbers[] = {10, 20, 30};
static int* const volatile pointers[] = {&numbers[2], &numbers[0], 0, &numbers[1]};

int second_numbers(void) {
    int sum = 0;
    for (int i = 0, scale = 10000; i < 4; ++i) {
        if (pointers[i] != 0) {
            sum += *pointers[i] * scale;
            scale = scale == 10000 ? 1 : 100;
        }
    }
    return sum;
}

__attribute__((__visibility__("hidden"))) int same_hidden_name(void) { return 200; }

int second_protected(void) { return same_hidden_name(); }

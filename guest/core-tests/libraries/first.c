// A library that the dynamic linker's tests look into: thread-local data, relocations of all kinds, constructors.
#include "libraries.h"

_Thread_local int first_tls[4] = {10, 20, 30, 40};
int first_object = 1234;
static int local_object = 5;
int* const first_pointers[3] = {&local_object, &local_object, 0};
int first_initialized;

static volatile int order; // no compiler foretells it
static int constructed;

int next_in_order(void) { return ++order; }

static int indirect_implementation(void) { return 77; }

__attribute__((__used__)) static void* choose(void) { return (void*)indirect_implementation; }

int first_indirect(void) __attribute__((__ifunc__("choose")));

int* first_own_tls(void) { return &first_tls[2]; }

int first_shared(void) { return 1; }

static int hidden_number(void) { return 100; }
__attribute__((__visibility__("hidden"))) int same_hidden_name(void) { return hidden_number(); }

void first_init(void);
void first_init(void) { first_initialized = next_in_order(); }

__attribute__((__constructor__)) static void construct(void) { constructed = next_in_order(); }

int first_constructed(void) { return constructed; }

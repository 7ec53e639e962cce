// Libraries that ask everything of the dynamic linker that the C library and the programs do not.
#pragma once

#include <stddef.h>

#pragma GCC visibility push(default)

// libfirst.so: SysV hash table, DT_RELR, aligned TLS, an indirect function, DT_INIT.
extern _Thread_local int first_tls[4] __attribute__((__aligned__(256)));
extern int first_object;           // copied into the program
extern int* const first_pointers[3]; // by relative relocations
int first_indirect(void);
int* first_own_tls(void);
int first_shared(void);            // also defined by libsecond.so, which comes later
extern int first_initialized;      // by DT_INIT, before the constructors
int first_constructed(void);       // order of its constructor
// libsecond.so: needs libfirst.so; GNU hash table, relocations without addends, DT_ANDROID_RELR, TLS descriptors.
int second_shared_of_first(void);  // what it gets for first_shared
int* second_tls(void);
int* second_tls_of_first(void);
int second_constructed(void);
int second_has_undefined(void);    // a weak function that nobody defines
int* second_weak_tls(void);        // a weak thread-local object that nobody defines
int* second_pointer_to_first(void);
int second_numbers(void);          // 302010, found through pointers of its own
int second_protected(void);        // a function that two libraries define hidden
// In which order constructors ran.
int next_in_order(void);

#pragma GCC visibility pop

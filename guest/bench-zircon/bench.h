// Times of the kernel's services. The host has the clock: what is timed lies between two lines on the console.
#pragma once

#include <stdint.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/types.h>

// Says that `count` operations begin, and that they have ended. In between, the console stays silent.
void begin(const char* name, uint64_t count);
void end(void);

// Ends the program if a call failed.
#define CHECK(call) check((call), #call)
void check(zx_status_t status, const char* what);

// The usual count of operations, by the scale that the program was started with.
uint64_t scaled(uint64_t count);

void bench_calls(void);
void bench_channels(void);
void bench_memory(void);
void bench_threads(void);
void bench_processes(void);
void bench_numbers(void);

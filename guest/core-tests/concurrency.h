// Several threads at once: the algorithms that C libraries, dispatch loops and servers are made of.
#pragma once

#include "test.h"

#define THREADS 4

// Runs a function in `count` threads, at most THREADS, with the number of each as its argument, and waits for them.
void run_all(int (*run)(void*), int count);

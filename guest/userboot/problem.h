// What is wrong with a file, for the one line that says so.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct problem {
    // What was expected and not found; null: nothing is wrong.
    const char* text;
    // Byte offset in the file, decompressed data or directory that the caller names.
    uint64_t offset;
};

#define NO_PROBLEM ((struct problem){NULL, 0})
#define PROBLEM(words, at) ((struct problem){words, at})

// Characters that are looked at before they are taken: of a string or of a stream, for what reads numbers and for scanf.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define READER_END (-1)

struct reader {
    // Fetches the next character, or READER_END.
    int (*fetch)(struct reader* reader);
    bool looked; // `next` is a character that has been fetched but not taken
    int next;
    size_t taken; // characters so far
    size_t left;  // characters that may be taken still
    const char* text; // of a string
    void* stream;
};

// A reader of a string up to its NUL.
struct reader reader_of_string(const char* text);

// The next character without taking it; READER_END also if no more may be taken.
int reader_look(struct reader* reader);
void reader_take(struct reader* reader);
// Takes the next character if it is this one, in lower case or capitals.
bool reader_accept(struct reader* reader, char lower);
void reader_skip_space(struct reader* reader);

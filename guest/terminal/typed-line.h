// A line that is typed, as a terminal edits it for a program that reads it whole: Backspace, Ctrl-U, Ctrl-W, Ctrl-D for
// the end of the input. POSIX, 11.1.6 "Canonical Mode Input Processing".
#pragma once

#include <stddef.h>

#define TYPED_LINE_MAX 256

struct typed_line {
    char text[TYPED_LINE_MAX];
    size_t size;
};

enum typed_result { TYPED_MORE, TYPED_READY, TYPED_END };

// One byte from the keyboard, echoed by `echo`. TYPED_READY: `text` is to be read, and ends in a newline unless Ctrl-D
// or its length ended it; the next line begins when `size` is 0 again.
enum typed_result typed_line_key(struct typed_line* line, unsigned char key,
                                 void (*echo)(const char* text, size_t size));

// A line from the keyboard, with editing and history: arrows, Home and End, Backspace, Delete, and the control keys of
// Emacs (A E B F D H K U W P N L). Tab completes words.
#pragma once

#include <stddef.h>

#define LINE_MAX 512

enum line_result { LINE_READY, LINE_CANCELLED, LINE_END };

// Shows the prompt and reads a line, which goes into the history if it is not empty.
enum line_result line_read(const char* prompt, char line[LINE_MAX]);

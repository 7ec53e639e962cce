// What the kernel's command line asks of userboot.
#pragma once

#include <stdbool.h>

#include "message.h"

enum { MAX_COMMAND = 1024 };

struct options {
    // The next program's path and arguments: NUL-terminated strings one after another, the first is the path.
    char command[MAX_COMMAND];
    struct strings arguments;
    // What to do when the program has ended.
    bool shutdown;
    bool reboot;
};

// userboot.next=file+arg+arg, or as it was once called userboot=file; userboot.shutdown; userboot.reboot. The last
// of several counts.
void options_parse(zx_handle_t log, struct strings environment, struct options* options);

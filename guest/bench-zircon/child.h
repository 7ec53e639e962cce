// A process without a program: a page of code, a page of stack, and the vDSO.
#pragma once

#include <zircon/types.h>

struct child {
    zx_handle_t process, vmar, thread;
};

enum child_task {
    CHILD_EXITS,  // at once
    CHILD_ECHOES, // what it reads from a channel, until the other end closes
};

void child_create(struct child* child);
// `handle` is given to the child, unless it is ZX_HANDLE_INVALID.
void child_start(struct child* child, enum child_task task, zx_handle_t handle);
// What a child returns that has done what it should.
#define CHILD_DONE 42
// Waits for its end, which must be a good one, and closes its handles.
void child_join(struct child* child);

/** A number that two processes hand to each other through two pipes: two switches between processes a round. */
#include "program.h"
#include "system.h"

/** Answers each number with one more, until there are none. */
static void answer(long from, long to) {
    uint32_t number;
    while (read_file(from, &number, sizeof number) == sizeof number) {
        number++;
        write_file(to, &number, sizeof number);
    }
}

uint64_t work(uint32_t percent) {
    int there[2], back[2];
    if (make_pipe(there) < 0 || make_pipe(back) < 0) fail("no pipe");
    long child = fork_process();
    if (child < 0) fail("no process");
    if (child == 0) {
        close_file(there[1]);
        answer(there[0], back[1]);
        leave(0);
    }
    close_file(there[0]);
    close_file(back[1]);
    uint64_t checksum = 0;
    for (uint32_t i = scaled(1000, percent); i > 0; i--) {
        uint32_t number = i;
        if (write_file(there[1], &number, sizeof number) != sizeof number) fail("cannot write to the pipe");
        if (read_file(back[0], &number, sizeof number) != sizeof number) fail("cannot read from the pipe");
        checksum = mixed(checksum, number);
    }
    close_file(there[1]);
    close_file(back[0]);
    if (wait_for(child) != 0) fail("the other process failed");
    return checksum;
}

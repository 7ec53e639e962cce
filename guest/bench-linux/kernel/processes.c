/** Processes: forked, ended and waited for, every other after it has become another program. */
#include "program.h"
#include "system.h"

/** What the other program, which is this one without PASSES and PERCENT, ends with. */
enum { STATUS = 42 };
void child_work(void) { leave(STATUS); }

uint64_t work(uint32_t percent) {
    uint64_t checksum = 0;
    for (uint32_t i = scaled(100, percent); i > 0; i--) {
        long child = fork_process();
        if (child < 0) fail("no process");
        if (child == 0) {
            char *const arguments[] = {(char *)own_path, NULL};
            if (i % 2 == 0) become(own_path, arguments);
            leave((int)(i & 0x7f));
        }
        int status = wait_for(child) >> 8;
        if (status != (i % 2 == 0 ? STATUS : (int)(i & 0x7f))) fail("a process ended with another status");
        checksum = mixed(checksum, (uint64_t)status);
    }
    return checksum;
}

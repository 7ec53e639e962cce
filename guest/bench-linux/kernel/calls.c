/** System calls that do next to nothing: the parent's number, the place in a file. */
#include "program.h"
#include "system.h"

uint64_t work(uint32_t percent) {
    long file = open_file("/tmp/calls", READ_WRITE | CREATE);
    if (file < 0 || write_file(file, "calls", 5) != 5) fail("cannot write /tmp/calls");
    uint64_t checksum = 0;
    for (uint32_t i = scaled(6000, percent); i > 0; i--) {
        checksum += (uint64_t)parent_process() + (uint64_t)seek_file(file, i);
    }
    close_file(file);
    remove_file("/tmp/calls");
    return checksum;
}

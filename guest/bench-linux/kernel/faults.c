/** Page faults: memory mapped, each of its pages touched for the first time, unmapped. */
#include "program.h"
#include "system.h"

enum { PAGE = 4096, PAGES = 512 };

uint64_t work(uint32_t percent) {
    uint64_t checksum = 0;
    for (uint32_t i = scaled(8, percent); i > 0; i--) {
        volatile uint8_t *memory = map_memory(PAGES * PAGE);
        if (memory == NULL) fail("no memory");
        for (uint32_t page = 0; page < PAGES; page++) {
            checksum += memory[page * PAGE + i];
            memory[page * PAGE + i] = (uint8_t)page;
        }
        for (uint32_t page = 0; page < PAGES; page++) checksum = mixed(checksum, memory[page * PAGE + i]);
        unmap_memory((void *)memory, PAGES * PAGE);
    }
    return checksum;
}

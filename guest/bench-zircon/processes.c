// Processes: from nothing to the first instruction, and to the end.
#include "bench.h"
#include "child.h"

void bench_processes(void) {
    const uint64_t count = scaled(500);
    begin("process-start-wait", count);
    for (uint64_t i = 0; i < count; ++i) {
        struct child child;
        child_create(&child);
        child_start(&child, CHILD_EXITS, ZX_HANDLE_INVALID);
        child_join(&child);
    }
    end();
}

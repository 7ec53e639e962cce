// Page faults: the first write to each page of fresh memory.
#include "bench.h"

#define PAGES 2048

void bench_memory(void) {
    const uint64_t rounds = scaled(20);
    begin("page-fault", rounds * PAGES);
    for (uint64_t i = 0; i < rounds; ++i) {
        zx_handle_t vmo;
        zx_vaddr_t base;
        const zx_vm_option_t options = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;
        CHECK(zx_vmo_create(PAGES * ZX_PAGE_SIZE, 0, &vmo));
        CHECK(zx_vmar_map(zx_vmar_root_self(), options, 0, vmo, 0, PAGES * ZX_PAGE_SIZE, &base));
        for (size_t page = 0; page < PAGES; ++page) {
            *(volatile char*)(base + page * ZX_PAGE_SIZE) = 1;
        }
        CHECK(zx_vmar_unmap(zx_vmar_root_self(), base, PAGES * ZX_PAGE_SIZE));
        zx_handle_close(vmo);
    }
    end();
}

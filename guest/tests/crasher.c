// Writes where nothing is. `crasher spoiled` first makes of the list of its files, which debuggers read, one of things
// that are no files, and without an end.
#include <string.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

struct link_map {
    uintptr_t base;
    const char* name;
    void* dynamic;
    struct link_map* next;
};

struct debug_view {
    int version;
    struct link_map* modules;
};

static void spoil(void) {
    static struct link_map nothing = {.name = "nothing", .next = &nothing};
    struct debug_view* view = NULL;
    if (zx_object_get_property(zx_process_self(), ZX_PROP_PROCESS_DEBUG_ADDR, &view, sizeof(view)) == ZX_OK) {
        view->modules = &nothing;
    }
}

int main(int argc, char** argv) {
    if (argc > 1 && strcmp(argv[1], "spoiled") == 0) {
        spoil();
    }
    *(volatile int*)0x123450 = 1;
    return 0;
}

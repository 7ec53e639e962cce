// The first real process: made, loaded, given its messages and started.
#pragma once

#include "boot-image.h"
#include "message.h"
#include "options.h"

struct child {
    zx_handle_t process;
    // The loader service's end of the dynamic linker's channel, or ZX_HANDLE_INVALID without a dynamic linker.
    zx_handle_t loader_channel;
};

// Starts options->arguments' program. Takes every handle of the bootstrap message along, with process, thread,
// root VMAR and stack replaced by the child's.
struct child child_start(zx_handle_t log, struct bootstrap* bootstrap, const struct boot_files* files,
                         const struct options* options);

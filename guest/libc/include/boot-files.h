// The files of the boot image, as bin/component_manager serves them: a small protocol on a channel.
// docs/built-in-system.md describes it.
#pragma once

#include <libc-export.h>
#include <stddef.h>
#include <zircon/fidl.h>
#include <zircon/types.h>

LIBC_BEGIN

// Ordinals in the header of a request, whose body is a path without a leading slash ("" is the root). No other protocol
// has them, so that a message tells what it is of.
#define BOOT_OP_STAT 0x62000001   // -> kind, size
#define BOOT_OP_OPEN 0x62000002   // -> size, and a VMO of the contents: read, map, execute
#define BOOT_OP_LIST 0x62000003   // -> names in the directory from the index on
#define BOOT_OP_LOADER 0x62000004 // -> a channel to a loader service
#define BOOT_OP_CLONE 0x62000005  // -> another channel like this one

#define BOOT_KIND_FILE 1
#define BOOT_KIND_DIRECTORY 2
#define BOOT_PATH_MAX 256
#define BOOT_MESSAGE_MAX 4096

typedef struct boot_request {
    fidl_message_header_t header;
    uint32_t index; // of the first name, for BOOT_OP_LIST
    uint32_t path_size; // without a NUL
    char path[BOOT_PATH_MAX];
} boot_request_t;

typedef struct boot_reply {
    fidl_message_header_t header;
    zx_status_t status;
    uint32_t kind;  // BOOT_KIND_; for BOOT_OP_LIST the number of names that follow
    uint64_t size;  // of the file in bytes; for BOOT_OP_LIST the index to go on from, 0 at the end
    char names[];   // each ended by NUL; a directory's ends in '/'
} boot_reply_t;

typedef struct boot_stat {
    uint32_t kind;
    uint64_t size;
} boot_stat_t;

// What the service of this process's /boot answers; paths may start with "/boot/".
zx_status_t boot_stat(const char* path, boot_stat_t* out);
zx_status_t boot_open(const char* path, zx_handle_t* vmo, uint64_t* size);
// Calls `each` with every name until it returns false.
zx_status_t boot_list(const char* path, int (*each)(void* context, const char* name), void* context);
// A channel of its own for another process.
zx_status_t boot_clone(zx_handle_t* out);
zx_status_t boot_loader(zx_handle_t* out);

LIBC_END

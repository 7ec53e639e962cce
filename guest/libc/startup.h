// What a process was given when it started: two processargs messages, docs/program_loading.md.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/types.h>

struct process_args {
    char* bytes; // the message; the strings are in it
    const zx_proc_args_t* header;
    zx_handle_t handles[ZX_CHANNEL_MAX_MSG_HANDLES];
    const uint32_t* infos;
    uint32_t handle_count;
};

// How much a processargs message takes up.
zx_status_t process_args_size(zx_handle_t channel, uint32_t* size);

// Reads one message into `buffer` of `size` bytes and checks it.
zx_status_t process_args_read(zx_handle_t channel, void* buffer, uint32_t size, struct process_args* out);

// Takes the handle with this info out of the message; ZX_HANDLE_INVALID if there is none.
zx_handle_t process_args_take(struct process_args* args, uint32_t info);

// Makes `count` pointers to the strings from `offset` on, and a null behind them.
void process_args_strings(const struct process_args* args, uint32_t offset, uint32_t count, char** strings);

// The process's own handles, for zx_process_self() and its kin.
void set_self_handles(zx_handle_t process, zx_handle_t vmar_root);

// Keeps what the second message gave, and the names of its PA_NS_DIR.
void set_startup(const struct process_args* args, char** names);

// A handle of a PA_NS_DIR whose name is `path`, taken.
zx_handle_t take_namespace_handle(const char* path);

// The root resource, to be kept: also if the program has taken its own. ZX_HANDLE_INVALID if there is none, or if input
// comes from elsewhere.
zx_handle_t startup_resource(void);

extern char** environ;

// The size in bytes of the stacks of new threads; from the program's PT_GNU_STACK.
extern size_t default_stack_size;

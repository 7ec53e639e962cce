// What the parts of the shell share.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <zircon/types.h>

// From the start: the root resource, the job of all processes, the vDSO.
extern zx_handle_t resource;
extern zx_handle_t root_job;
extern zx_handle_t vdso;

struct command {
    const char* name;
    const char* usage; // behind the name
    const char* help;
    const char* more; // what `help NAME` says besides: sentences, then examples
    // Arguments as in main(); returns an exit status.
    int (*run)(int argc, char** argv);
};

extern const struct command commands[];
extern const size_t command_count;

// Runs a line of words; returns the exit status of what it ran.
int run_words(int argc, char** argv);

// program.c
int run_program(int argc, char** argv);
int command_run(int argc, char** argv);
// commands/files.c
int command_ls(int argc, char** argv);
int command_cat(int argc, char** argv);
int command_hexdump(int argc, char** argv);
// commands/tasks.c
int command_ps(int argc, char** argv);
int command_jobs(int argc, char** argv);
int command_kill(int argc, char** argv);
int command_threads(int argc, char** argv);
// commands/top.c
int command_top(int argc, char** argv);
// commands/objects.c
int command_handles(int argc, char** argv);
int command_channels(int argc, char** argv);
// commands/memory.c
int command_vmaps(int argc, char** argv);
int command_vmos(int argc, char** argv);
// commands/trace.c
int command_trace(int argc, char** argv);
// commands/system.c
int command_dmesg(int argc, char** argv);
int command_k(int argc, char** argv);
int command_dm(int argc, char** argv);
int command_time(int argc, char** argv);
int command_exit(int argc, char** argv);
// commands/commands.c
int command_help(int argc, char** argv);

// The task that a command's only argument names; complains if there is none.
zx_handle_t task_argument(int argc, char** argv);

// A whole number without a sign, as C writes it; false if the text is none.
bool parse_number(const char* text, uint64_t* out);

// One line about what did not work; returns exit status 1.
int complain(const char* what, zx_status_t status);
// How a command is used; returns exit status 2.
int wrong_usage(const char* name);

// The shell: reads lines from the console, runs built-in commands and programs of the boot image.
#include <launch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>

#include "console.h"
#include "line-editor.h"
#include "shell.h"

#define WORDS_MAX 64

zx_handle_t resource;
zx_handle_t root_job;
zx_handle_t vdso;

const struct command commands[] = {
    {"ls", "ls [PATH...]", "list directories of the boot image", command_ls},
    {"cat", "cat PATH...", "print files", command_cat},
    {"hexdump", "hexdump PATH [OFFSET [SIZE]]", "print a file's bytes", command_hexdump},
    {"ps", "ps", "list all processes by job", command_ps},
    {"jobs", "jobs", "list all jobs", command_jobs},
    {"threads", "threads KOID", "list a process's threads", command_threads},
    {"handles", "handles KOID", "count a process's handles by type", command_handles},
    {"vmaps", "vmaps KOID", "list a process's mappings", command_vmaps},
    {"kill", "kill KOID", "kill a process or a job", command_kill},
    {"run", "run PATH [ARGUMENT...]", "run a program; & at the end of a line does not wait", command_run},
    {"time", "time COMMAND...", "run a command and say how long it took", command_time},
    {"dmesg", "dmesg", "print the kernel's log", command_dmesg},
    {"dm", "dm shutdown|reboot", "end or restart the machine", command_dm},
    {"exit", "exit [STATUS]", "end this shell; another follows", command_exit},
    {"help", "help", "print this list", command_help},
};
const size_t command_count = countof(commands);

int complain(const char* what, zx_status_t status) {
    printf("%s: %s\n", what, zx_status_get_string(status));
    return 1;
}

int run_words(int argc, char** argv) {
    for (size_t i = 0; i < command_count; ++i) {
        if (strcmp(argv[0], commands[i].name) == 0) {
            return commands[i].run(argc, argv);
        }
    }
    return run_program(argc, argv);
}

// Splits a line at blanks; quotes keep them.
static int split(char* line, char* words[WORDS_MAX]) {
    int count = 0;
    for (;;) {
        line += strspn(line, " \t");
        if (*line == '\0' || *line == '#' || count == WORDS_MAX - 1) {
            words[count] = NULL;
            return count;
        }
        words[count++] = line;
        char* out = line;
        char quote = '\0';
        for (; *line != '\0' && (quote != '\0' || (*line != ' ' && *line != '\t')); ++line) {
            if (*line == quote) {
                quote = '\0';
            } else if (quote == '\0' && (*line == '"' || *line == '\'')) {
                quote = *line;
            } else {
                *out++ = *line;
            }
        }
        if (*line != '\0') {
            ++line;
        }
        *out = '\0';
    }
}

int main(void) {
    resource = zx_take_startup_handle(PA_HND(PA_RESOURCE, 0));
    vdso = zx_take_startup_handle(PA_HND(PA_VMO_VDSO, 0));
    root_job = zx_job_default();
    if (!console_start(resource)) {
        printf("sh: expected to be let read the console\n");
        return EXIT_FAILURE;
    }
    // Whatever programs do, there must be a way to kill them.
    launch_precede(root_job, zx_thread_self());
    printf("\nZircon on firstlight. \"help\" lists the commands.\n");
    for (;;) {
        char line[LINE_MAX];
        char* words[WORDS_MAX];
        const enum line_result result = line_read("$ ", line);
        if (result == LINE_END) {
            return EXIT_SUCCESS;
        }
        const int count = result == LINE_READY ? split(line, words) : 0;
        if (count > 0) {
            run_words(count, words);
        }
    }
}

// The shell: reads lines from the console, runs built-in commands and programs of the boot image.
#include <launch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include "console.h"
#include "line-editor.h"
#include "shell.h"

#define WORDS_MAX 64

zx_handle_t resource;
zx_handle_t root_job;
zx_handle_t vdso;

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
    if (!console_start()) {
        printf("sh: expected the console's keys, which the component manager gives\n");
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

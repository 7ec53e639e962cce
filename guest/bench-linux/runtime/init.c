/**
 * The first process. What it does is in the file /plan, whose words each end with a zero byte:
 *
 *     set PASSES PERCENT NAME...       runs programs of the set, one after the other
 *     endless PASSES PERCENT NAME...   the same again and again
 *     program PASSES [ARGUMENT...]     runs /program so many times, each between the two lines of program.c; its status,
 *                                      as wait4 gives it, is the checksum
 *
 * It begins after two seconds, when the kernel has done what it does on the side after a boot: its cryptography tests
 * itself, which would be counted to the first program. In the end it says `@done` and switches the machine off.
 */
#include "start.h"
#include "system.h"
#include "text.h"

/** The status with which a process ends that could not become a program, as shells have it. */
enum { NOT_FOUND = 127 };

enum { SETTLING_SECONDS = 2 };

enum { PLAN_SIZE = 1 << 16, WORDS = 1024 };
static char plan[PLAN_SIZE];
static char *words[WORDS + 1];

static int read_plan(void) {
    long file = open_file("/plan", READ_WRITE);
    long size = read_file(file, plan, PLAN_SIZE - 1);
    int count = 0;
    for (long at = 0; at < size && count < WORDS; at++) {
        words[count++] = plan + at;
        while (plan[at] != '\0') at++;
    }
    return count;
}

/** Runs a program to its end; its status as wait4 gives it. */
static int run(const char *path, char *const arguments[]) {
    long process = fork_process();
    if (process == 0) {
        become(path, arguments);
        leave(NOT_FOUND);
    }
    return wait_for(process);
}

static void tell_failure(const char *name, int status) {
    struct line line = {0};
    add_text(&line, "@failed ");
    add_text(&line, name);
    // waitpid(2): the low seven bits are a signal's number, the next byte is the exit status.
    add_text(&line, (status & 127) != 0 ? " signal " : " status ");
    add_decimal(&line, (uint32_t)((status & 127) != 0 ? status & 127 : status >> 8 & 255));
    put_line(&line);
}

static void run_set(char *passes, char *percent, char *names[]) {
    for (; *names != NULL; names++) {
        char path[64] = "/";
        for (size_t at = 0; (*names)[at] != '\0' && at < sizeof path - 2; at++) path[1 + at] = (*names)[at];
        char *arguments[] = {path, passes, percent, NULL};
        int status = run(path, arguments);
        if (status != 0) tell_failure(*names, status);
    }
}

static void run_program(uint32_t passes, char *arguments[]) {
    for (uint32_t pass = 1; pass <= passes; pass++) {
        struct line line = {0};
        add_text(&line, "@begin program ");
        add_decimal(&line, pass);
        put_line(&line);
        int status = run("/program", arguments);
        // The program's last line may lack its end.
        add_text(&line, "\n@end program ");
        add_decimal(&line, pass);
        add_text(&line, " ");
        add_hexadecimal(&line, (uint32_t)status);
        put_line(&line);
    }
}

int start(int count, char *arguments[]) {
    (void)count, (void)arguments;
    make_directory("/tmp");
    mount_tmpfs("/tmp");
    struct line line = {0};
    int length = read_plan();
    sleep_for(SETTLING_SECONDS);
    if (length >= 4 && words[0][0] == 's') {
        run_set(words[1], words[2], words + 3);
    } else if (length >= 4 && words[0][0] == 'e') {
        for (;;) run_set(words[1], words[2], words + 3);
    } else if (length >= 2 && words[0][0] == 'p') {
        uint32_t passes = decimal(words[1]);
        words[1] = "/program";
        run_program(passes, words + 1);
    } else {
        add_text(&line, "@failed init: expected a plan");
        put_line(&line);
    }
    add_text(&line, "@done");
    put_line(&line);
    power_off();
}

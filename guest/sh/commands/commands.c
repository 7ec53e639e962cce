// The shell's commands, and what help says of them.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/status.h>

#include "../shell.h"

// Lines of at most 80 columns; examples begin with two blanks.
const struct command commands[] = {
    {"ls", "[PATH...]", "list directories of the boot image",
     "Directories end in /. Without a path it is the top, which programs know as\n"
     "/boot.\n\n"
     "  ls bin             the programs\n"
     "  ls svc             the services\n",
     command_ls},
    {"cat", "PATH...", "print files", "  cat data/note.txt\n", command_cat},
    {"hexdump", "PATH [OFFSET [SIZE]]", "print a file's bytes",
     "  hexdump bin/hello 0 64     the ELF header of a program\n", command_hexdump},
    {"ps", "", "list all processes by job",
     "Each line has a koid, the number by which other commands know the process.\n"
     "Memory is private if no other process maps it.\n\n"
     "  run bin/hello &; then: ps\n",
     command_ps},
    {"top", "[-n TIMES] [SECONDS]", "show what runs, again and again",
     "Shares of processor time are of one core, since the last time. Ctrl-C ends it.\n\n"
     "  top                every second\n"
     "  top -n 3 0.2       three times, every fifth of a second\n",
     command_top},
    {"jobs", "", "list all jobs",
     "Every process is in a job, and a job in another: killing one kills what is in\n"
     "it.\n\n"
     "  jobs; then: kill KOID\n",
     command_jobs},
    {"threads", "KOID", "list a process's threads",
     "  threads 1040       those of the process with this koid, which ps shows\n", command_threads},
    {"handles", "KOID [all]", "count a process's handles by type, or list them",
     "A handle is what a process has of a kernel object: without one it can do\n"
     "nothing to it. Its rights, in this order: duplicate, transfer, read, write,\n"
     "execute (x), map, get and set properties, enumerate, destroy (k), set (P) and\n"
     "get policies, signal (u) and signal the peer (U), wait (a), inspect, manage\n"
     "jobs (J), processes (M) and threads (T), apply a profile (f).\n\n"
     "  handles 1040\n"
     "  handles 1040 all   with their values, rights and objects\n",
     command_handles},
    {"channels", "[KOID]", "list who talks to whom",
     "A channel has two ends, objects of their own. An end that no process has is on\n"
     "its way in a message, or closed.\n\n"
     "  channels           of all processes\n"
     "  channels 1040      of one\n",
     command_channels},
    {"vmos", "[KOID]", "list memory objects",
     "Largest first. A VMO is there if a process has a handle to it or maps it; a\n"
     "clone has a parent whose pages it shares until it writes them. A process may not\n"
     "ask for its own, so those that only the shell has are left out.\n\n"
     "  vmos               of all processes\n"
     "  vmos 1040          of one\n",
     command_vmos},
    {"vmaps", "KOID", "list a process's mappings", "  vmaps 1040         its address space, VMAR by VMAR\n",
     command_vmaps},
    {"trace", "on [GROUP...]|off|show", "record what the kernel does, and show it",
     "`on` forgets what was recorded. Groups: lifecycle (objects that go), scheduler,\n"
     "tasks, ipc (channels, ports, waits), irq (interrupts, system calls, page\n"
     "faults), probe, arch; all if none is named. Ctrl-C ends what `show` prints.\n\n"
     "  trace on ipc tasks\n"
     "  notes milk buy some\n"
     "  trace off\n"
     "  trace show         who started, and who said how much to whom\n",
     command_trace},
    {"kill", "KOID", "kill a process or a job", "  kill 1040\n", command_kill},
    {"run", "PATH [ARGUMENT...]", "run a program; & at the end does not wait for it",
     "Programs in bin/ need no `run`. Ctrl-C ends the one that is waited for; what is\n"
     "typed meanwhile is for it if it reads its input, else for the next prompt.\n"
     "Quotes keep blanks together.\n\n"
     "  hello-dynamic you\n"
     "  run bin/hello \"two words\"\n"
     "  crash write        a program that crashes: the report tells where\n"
     "  notes milk buy some; then: notes\n",
     command_run},
    {"time", "COMMAND...", "run a command and say how long it took", "  time core-tests channel_\n", command_time},
    {"dmesg", "", "print the kernel's log", "  dmesg\n", command_dmesg},
    {"k", "COMMAND...", "have the kernel's console do a command",
     "What it prints is the kernel's own, on the serial console.\n\n"
     "  k help             its commands\n"
     "  k ut all           the kernel's unit tests, inside it\n",
     command_k},
    {"dm", "shutdown|reboot", "end or restart the machine", "  dm shutdown        ends firstlight, with status 0\n",
     command_dm},
    {"exit", "[STATUS]", "end this shell; another follows",
     "  exit 3; then: ps   the new shell is another process\n", command_exit},
    {"help", "[COMMAND]", "print this list, or more about a command", "  help channels\n", command_help},
};
const size_t command_count = countof(commands);

static const struct command* find(const char* name) {
    for (size_t i = 0; i < command_count; ++i) {
        if (strcmp(name, commands[i].name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

int run_words(int argc, char** argv) {
    const struct command* command = find(argv[0]);
    return command != NULL ? command->run(argc, argv) : run_program(argc, argv);
}

bool parse_number(const char* text, uint64_t* out) {
    char* end;
    *out = strtoul(text, &end, 0); // which takes blanks and a sign in front
    return isdigit((unsigned char)*text) && *end == '\0';
}

int complain(const char* what, zx_status_t status) {
    printf("%s: %s\n", what, zx_status_get_string(status));
    return 1;
}

static void print_usage(const struct command* command) {
    printf("usage: %s%s%s\n", command->name, *command->usage == '\0' ? "" : " ", command->usage);
}

int wrong_usage(const char* name) {
    print_usage(find(name));
    return 2;
}

static void print_line(const char* name, const char* usage, const char* help) {
    const int size = printf("%s %s", name, usage);
    printf("%*s %s\n", size < 30 ? 30 - size : 0, "", help);
}

int command_help(int argc, char** argv) {
    if (argc > 2) {
        return wrong_usage(argv[0]);
    }
    if (argc == 2) {
        const struct command* command = find(argv[1]);
        if (command == NULL) {
            printf("help: no command %s; \"help\" lists them\n", argv[1]);
            return 1;
        }
        print_usage(command);
        printf("%s\n\n%s", command->help, command->more);
        return 0;
    }
    for (size_t i = 0; i < command_count; ++i) {
        print_line(commands[i].name, commands[i].usage, commands[i].help);
    }
    print_line("NAME", "[ARGUMENT...]", "run bin/NAME");
    printf("\"help COMMAND\" says more, with examples. Tab completes words, the up arrow\n"
           "brings lines back.\n");
    return 0;
}

// Programs of the boot image, in processes of their own.
#include <boot-files.h>
#include <launch.h>
#include <services.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/dlfcn.h>
#include <zircon/processargs.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>

#include "../tasks/tasks.h"
#include "../terminal/typed-line.h"
#include "console.h"
#include "shell.h"

extern char** environ;

static zx_handle_t duplicate(zx_handle_t handle) {
    zx_handle_t copy = ZX_HANDLE_INVALID;
    zx_handle_duplicate(handle, ZX_RIGHT_SAME_RIGHTS, &copy);
    return copy;
}

// A name without a slash is looked for in bin/.
static zx_status_t open_program(const char* name, zx_handle_t* vmo) {
    char path[BOOT_PATH_MAX];
    const zx_status_t status = boot_open(name, vmo, NULL);
    if (status == ZX_OK || strchr(name, '/') != NULL) {
        return status;
    }
    snprintf(path, sizeof(path), "bin/%s", name);
    return boot_open(path, vmo, NULL);
}

// A job for a program and what it starts, to be killed when memory runs short.
static zx_handle_t new_job(const char* name) {
    const size_t kill = 1;
    zx_handle_t job = ZX_HANDLE_INVALID;
    zx_job_create(root_job, 0, &job);
    zx_object_set_property(job, ZX_PROP_NAME, name, strlen(name));
    zx_object_set_property(job, ZX_PROP_JOB_KILL_ON_OOM, &kill, sizeof(kill));
    return job;
}

// The standard input of a program: our end of its socket, and the line that is typed for it.
struct input {
    zx_handle_t socket;
    bool wanted; // the program waits for a line
    struct typed_line line;
};

// *what says what went wrong; null if there is no such program. `input` is the program's end, and is gone in any case.
static zx_status_t start(int argc, char** argv, zx_handle_t input, zx_handle_t* process, const char** what) {
    static const char* const names[] = {"/boot", "/svc"};
    zx_handle_t executable, loader = ZX_HANDLE_INVALID, files = ZX_HANDLE_INVALID, services = ZX_HANDLE_INVALID;
    const zx_status_t status = open_program(argv[0], &executable);
    if (status != ZX_OK) {
        *what = status == ZX_ERR_NOT_FOUND ? NULL : "expected a program";
        zx_handle_close(input);
        return status;
    }
    dl_clone_loader_service(&loader);
    boot_clone(&files);
    service_clone(&services);
    const zx_handle_t handles[] = {duplicate(root_job), duplicate(resource), duplicate(vdso), files, services, input};
    const uint32_t infos[] = {PA_HND(PA_JOB_DEFAULT, 0), PA_HND(PA_RESOURCE, 0), PA_HND(PA_VMO_VDSO, 0),
                              PA_HND(PA_NS_DIR, 0),      PA_HND(PA_NS_DIR, 1),   PA_HND(PA_FDIO_SOCKET, 0)};
    size_t environment = 0;
    while (environ[environment] != NULL) {
        ++environment;
    }
    const zx_handle_t job = new_job(argv[0]);
    const launch_t request = {
        .name = argv[0],
        .job = job,
        .executable = executable,
        .vdso = vdso,
        .loader = loader,
        .argument_count = (size_t)argc,
        .arguments = (const char* const*)argv,
        .environment_count = environment,
        .environment = (const char* const*)environ,
        .name_count = countof(names),
        .names = names,
        .handle_count = countof(handles),
        .handles = handles,
        .handle_infos = infos,
    };
    const zx_status_t launched = launch(&request, process, what);
    zx_handle_close(job);
    return launched;
}

static void echo(const char* text, size_t size) {
    fwrite(text, 1, size, stdout);
    fflush(stdout);
}

// A key that is for the program: a whole line goes to it at once.
static void type(struct input* input) {
    unsigned char key;
    if (!console_take(&key)) {
        return;
    }
    switch (typed_line_key(&input->line, key, echo)) {
        case TYPED_MORE: return;
        case TYPED_END: zx_socket_shutdown(input->socket, ZX_SOCKET_SHUTDOWN_WRITE); break;
        case TYPED_READY: zx_socket_write(input->socket, 0, input->line.text, input->line.size, NULL); break;
    }
    input->line.size = 0;
    input->wanted = false;
}

// Waits until the program ends; Ctrl-C ends it. Keys are for it while it waits for its standard input: others wait for
// the next prompt.
static void wait_for(zx_handle_t process, struct input* input) {
    zx_signals_t ended = 0;
    console_interrupts(true);
    while ((ended & ZX_TASK_TERMINATED) == 0) {
        zx_wait_item_t items[] = {
            {.handle = process, .waitfor = ZX_TASK_TERMINATED},
            {.handle = console_handle(), .waitfor = CONSOLE_INTERRUPT | (input->wanted ? CONSOLE_READABLE : 0)},
            {.handle = input->socket, .waitfor = input->wanted ? 0 : LAUNCH_INPUT_WANTED},
        };
        if (zx_object_wait_many(items, countof(items), ZX_TIME_INFINITE) != ZX_OK) {
            break;
        }
        ended = items[0].pending;
        if (items[1].pending & CONSOLE_INTERRUPT) {
            printf("^C\n");
            zx_task_kill(process);
            console_interrupts(true);
        } else if (input->wanted && (items[1].pending & CONSOLE_READABLE)) {
            type(input);
        } else if (items[2].pending & LAUNCH_INPUT_WANTED) {
            zx_object_signal(input->socket, LAUNCH_INPUT_WANTED, 0);
            input->wanted = true;
        }
    }
    console_interrupts(false);
}

static int report_end(const char* name, zx_handle_t process) {
    zx_info_process_t info = {0};
    zx_object_get_info(process, ZX_INFO_PROCESS, &info, sizeof(info), NULL, NULL);
    if (info.return_code != 0) {
        printf("%s: ended with %ld\n", name, info.return_code);
    }
    return (int)info.return_code;
}

int run_program(int argc, char** argv) {
    const bool background = strcmp(argv[argc - 1], "&") == 0;
    struct input input = {.socket = ZX_HANDLE_INVALID};
    zx_handle_t process, theirs = ZX_HANDLE_INVALID;
    const char* what;
    if (background && argc == 1) {
        printf("usage: NAME [ARGUMENT...] &\n");
        return 2;
    }
    zx_socket_create(ZX_SOCKET_STREAM, &input.socket, &theirs);
    const zx_status_t status = start(background ? argc - 1 : argc, argv, theirs, &process, &what);
    if (status != ZX_OK) {
        zx_handle_close(input.socket);
        if (what == NULL) {
            printf("%s: no such command or program; \"help\" lists the commands, \"ls bin\" the programs\n", argv[0]);
        } else {
            printf("%s: %s (%s)\n", argv[0], what, zx_status_get_string(status));
        }
        return 127;
    }
    int result = 0;
    if (background) {
        printf("[%lu]\n", koid_of(process)); // its input is at its end
    } else {
        wait_for(process, &input);
        result = report_end(argv[0], process);
    }
    zx_handle_close(input.socket);
    zx_handle_close(process);
    return result;
}

int command_run(int argc, char** argv) {
    if (argc < 2) {
        return wrong_usage(argv[0]);
    }
    return run_program(argc - 1, argv + 1);
}

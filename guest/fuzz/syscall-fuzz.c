// Random system calls at EL0. The program starts workers, copies of itself in jobs of their own, each with several
// threads, which call whatever the vDSO has with whatever arguments; after a while it kills the job, and when nothing is
// left, says so: a checkpoint at which the kernel must hold what it held before. It goes on for ever: who runs it
// counts the calls.
#include <stdbool.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include "../static/include/vdso-lookup.h"
#include "vdso-calls.h"
#include "worker.h"

enum { PROCESSES = 3, ROUND_MS = 5 };

// Ends of the program's own image, from the linker. Hidden: nobody relocates a program without a library.
extern char __ehdr_start[] __LOCAL, _end[] __LOCAL;

struct director {
    uintptr_t vdso;
    zx_handle_t job, self, vmar, vdso_vmo;
};

#define CALL(name) VDSO_FUNCTION(director->vdso, name)

static void say(const struct director* director, const char* text) {
    size_t size = 0;
    while (text[size] != '\0') {
        ++size;
    }
    CALL(zx_debug_write)(text, size);
}

static void check(const struct director* director, zx_status_t status, const char* what) {
    if (status == ZX_OK) {
        return;
    }
    say(director, "fuzz: failed: ");
    say(director, what);
    say(director, "\n");
    CALL(zx_process_exit)(1);
}

// The handles that are needed; the others are closed.
static void read_handles(struct director* director, zx_handle_t bootstrap) {
    static union {
        zx_proc_args_t header;
        char bytes[ZX_CHANNEL_MAX_MSG_BYTES];
    } message;
    zx_handle_t handles[ZX_CHANNEL_MAX_MSG_HANDLES];
    uint32_t bytes = 0, count = 0;
    check(director,
          CALL(zx_channel_read)(bootstrap, 0, &message, handles, sizeof(message), ZX_CHANNEL_MAX_MSG_HANDLES,
                                &bytes, &count),
          "the bootstrap message");
    const uint32_t* infos = (const void*)(message.bytes + message.header.handle_info_off);
    for (uint32_t i = 0; i < count; ++i) {
        switch (infos[i]) {
        case PA_HND(PA_JOB_DEFAULT, 0):
            director->job = handles[i];
            break;
        case PA_HND(PA_PROC_SELF, 0):
            director->self = handles[i];
            break;
        case PA_HND(PA_VMAR_ROOT, 0):
            director->vmar = handles[i];
            break;
        case PA_HND(PA_VMO_VDSO, 0):
            director->vdso_vmo = handles[i];
            break;
        default:
            CALL(zx_handle_close)(handles[i]);
        }
    }
}

static uintptr_t vmar_base(const struct director* director, zx_handle_t vmar) {
    zx_info_vmar_t info = {0};
    check(director, CALL(zx_object_get_info)(vmar, ZX_INFO_VMAR, &info, sizeof(info), NULL, NULL), "ZX_INFO_VMAR");
    return info.base;
}

static void map_at(const struct director* director, zx_handle_t vmar, zx_vm_option_t permissions, zx_handle_t vmo,
                   uint64_t offset, uintptr_t address, size_t size) {
    uintptr_t mapped = 0;
    check(director,
          CALL(zx_vmar_map)(vmar, permissions | ZX_VM_SPECIFIC, address - vmar_base(director, vmar), vmo, offset, size,
                            &mapped),
          "a worker's mapping");
}

// A copy of the program at the same address, and the vDSO as it is here: relocations and pointers stay right.
static void map_program(const struct director* director, zx_handle_t vmar) {
    const uintptr_t start = (uintptr_t)__ehdr_start & ~(uintptr_t)ZX_PAGE_MASK;
    const size_t size = ((uintptr_t)_end - start + ZX_PAGE_MASK) & ~(size_t)ZX_PAGE_MASK;
    zx_handle_t image = ZX_HANDLE_INVALID;
    check(director, CALL(zx_vmo_create)(size, 0, &image), "a worker's image");
    check(director, CALL(zx_vmo_write)(image, (const void*)start, 0, size), "a worker's image");
    map_at(director, vmar, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_PERM_EXECUTE, image, 0, start, size);
    CALL(zx_handle_close)(image);
    const struct vdso_segments segments = vdso_segments(director->vdso);
    map_at(director, vmar, ZX_VM_PERM_READ, director->vdso_vmo, 0, director->vdso, segments.code_start);
    map_at(director, vmar, ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE, director->vdso_vmo, segments.code_start,
           director->vdso + segments.code_start, segments.code_size);
}

static zx_handle_t duplicate(const struct director* director, zx_handle_t handle) {
    zx_handle_t copy = ZX_HANDLE_INVALID;
    check(director, CALL(zx_handle_duplicate)(handle, ZX_RIGHT_SAME_RIGHTS, &copy), "a duplicate");
    return copy;
}

static void start_worker(const struct director* director, zx_handle_t job, uint64_t seed) {
    zx_handle_t process, vmar, thread, ours, theirs;
    check(director, CALL(zx_process_create)(job, "worker", 6, 0, &process, &vmar), "a worker");
    check(director, CALL(zx_thread_create)(process, "worker", 6, 0, &thread), "a worker's thread");
    map_program(director, vmar);
    check(director, CALL(zx_channel_create)(0, &ours, &theirs), "a worker's channel");
    zx_handle_t handles[WORKER_HANDLES] = {
        duplicate(director, process), duplicate(director, thread),   vmar,
        duplicate(director, job),     duplicate(director, director->vdso_vmo),
    };
    check(director, CALL(zx_channel_write)(ours, 0, &seed, sizeof(seed), handles, WORKER_HANDLES), "a worker's message");
    CALL(zx_handle_close)(ours);
    check(director,
          CALL(zx_process_start)(process, thread, (uintptr_t)worker_entry, worker_stack_top(0), theirs, director->vdso),
          "a worker's start");
    CALL(zx_handle_close)(process);
    CALL(zx_handle_close)(thread);
}

static void sleep_ms(const struct director* director, uint64_t ms) {
    CALL(zx_nanosleep)(CALL(zx_deadline_after)(ZX_MSEC(ms)));
}

static void run_round(const struct director* director, uint64_t round) {
    zx_handle_t job = ZX_HANDLE_INVALID;
    check(director, CALL(zx_job_create)(director->job, 0, &job), "a job");
    for (uint64_t i = 0; i < PROCESSES; ++i) {
        start_worker(director, job, round * PROCESSES + i);
    }
    sleep_ms(director, ROUND_MS);
    check(director, CALL(zx_task_kill)(job), "the job's end");
    const zx_signals_t gone = ZX_JOB_NO_PROCESSES;
    check(director, CALL(zx_object_wait_one)(job, gone, ZX_TIME_INFINITE, NULL), "the wait for the job's end");
    CALL(zx_handle_close)(job);
    sleep_ms(director, 1);
}

__NO_RETURN void _start(zx_handle_t bootstrap, uintptr_t vdso_base) {
    struct director the_director = {.vdso = vdso_base};
    struct director* const director = &the_director;
    read_handles(director, bootstrap);
    vdso_collect_calls(vdso_base);
    // No worker can have a higher one.
    CALL(zx_thread_set_priority)(31);
    for (uint64_t round = 0;; ++round) {
        run_round(director, round);
        say(director, "fuzz: checkpoint\n");
    }
}

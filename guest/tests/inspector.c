// A debugger and crash analyser: runs a program of the boot image in a job of its own, and tells what it hears and sees
// of it. Zircon's docs/exceptions.md, docs/syscalls/object_get_property.md (ZX_PROP_PROCESS_DEBUG_ADDR).
#include <boot-files.h>
#include <launch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/port.h>

enum { KEY_CRASH = 1, KEY_DEBUGGER, KEY_END };

#define INSTRUCTION 4

static void check(zx_status_t status, const char* what) {
    if (status != ZX_OK) {
        printf("inspector: %s: %d\n", what, status);
        exit(EXIT_FAILURE);
    }
}

// What debuggers of ELF programs know: struct r_debug and struct link_map.
struct debug_view {
    int version;
    uint64_t modules;
};

struct module_view {
    uint64_t base, name, dynamic, next;
};

static void read(zx_handle_t process, uint64_t address, void* out, size_t size) {
    size_t actual = 0;
    check(zx_process_read_memory(process, address, out, size, &actual), "read memory");
    check(actual == size ? ZX_OK : ZX_ERR_OUT_OF_RANGE, "read memory to its end");
}

static void list_modules(zx_handle_t process) {
    uintptr_t address = 0;
    struct debug_view view;
    struct module_view module;
    check(zx_object_get_property(process, ZX_PROP_PROCESS_DEBUG_ADDR, &address, sizeof(address)), "debug address");
    read(process, address, &view, sizeof(view));
    for (uint64_t at = view.modules; at != 0; at = module.next) {
        char name[64] = "", magic[5] = "";
        read(process, at, &module, sizeof(module));
        read(process, module.base, magic, 4);
        for (size_t i = 0; i + 1 < sizeof(name) && (i == 0 || name[i - 1] != '\0'); ++i) {
            read(process, module.name + i, &name[i], 1);
        }
        printf("  module %s%s\n", name, strcmp(magic, "\177ELF") == 0 ? "" : ": no ELF file");
    }
}

// What is mapped at an address.
static void name_place(zx_handle_t process, zx_vaddr_t address) {
    static zx_info_maps_t maps[256];
    size_t actual = 0;
    check(zx_object_get_info(process, ZX_INFO_PROCESS_MAPS, maps, sizeof(maps), &actual, NULL), "maps");
    for (size_t i = 0; i < actual; ++i) {
        if (maps[i].type == ZX_INFO_MAPS_TYPE_MAPPING && address - maps[i].base < maps[i].size) {
            printf("  in %s\n", maps[i].name);
        }
    }
}

// Tells of one exception, and says how the thread is to go on.
static uint32_t inspect(const zx_port_packet_t* packet, zx_handle_t process, zx_handle_t thread) {
    zx_exception_report_t report;
    zx_thread_state_general_regs_t registers;
    check(zx_object_get_info(thread, ZX_INFO_THREAD_EXCEPTION_REPORT, &report, sizeof(report), NULL, NULL), "report");
    printf("%s: exception 0x%x, address 0x%lx\n", packet->key == KEY_DEBUGGER ? "debugger" : "crash", packet->type,
           report.context.arch.u.arm_64.far);
    if (packet->type == ZX_EXCP_PROCESS_STARTING) {
        // The dynamic linker is to stop once it has mapped everything.
        const uintptr_t stop = ZX_PROCESS_DEBUG_ADDR_BREAK_ON_SET;
        check(zx_object_set_property(process, ZX_PROP_PROCESS_DEBUG_ADDR, &stop, sizeof(stop)), "ask for a stop");
        return 0;
    }
    check(zx_thread_read_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)), "registers");
    name_place(process, registers.pc);
    if (packet->type == ZX_EXCP_SW_BREAKPOINT) {
        list_modules(process);
        registers.pc += INSTRUCTION;
        check(zx_thread_write_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)), "go on");
        return 0;
    }
    return ZX_RESUME_TRY_NEXT;
}

static zx_handle_t start(const char* path, zx_handle_t job) {
    const char* what = "";
    zx_handle_t process = ZX_HANDLE_INVALID;
    uint64_t size;
    launch_t request = {
        .name = path,
        .job = job,
        .vdso = zx_take_startup_handle(PA_HND(PA_VMO_VDSO, 0)),
        .argument_count = 1,
        .arguments = &path,
    };
    check(boot_open(path, &request.executable, &size), "open the program");
    check(boot_loader(&request.loader), "loader service");
    check(launch(&request, &process, &what), what);
    return process;
}

static zx_handle_t child_of(zx_handle_t parent, zx_koid_t koid) {
    zx_handle_t child = ZX_HANDLE_INVALID;
    check(zx_object_get_child(parent, koid, ZX_RIGHT_SAME_RIGHTS, &child), "child");
    return child;
}

// inspector PATH
int main(int argc, char** argv) {
    zx_handle_t job, port;
    zx_port_packet_t packet;
    zx_info_process_t info;
    check(zx_job_create(zx_job_default(), 0, &job), "job");
    check(zx_port_create(0, &port), "port");
    check(zx_task_bind_exception_port(job, port, KEY_CRASH, 0), "bind");
    check(zx_task_bind_exception_port(job, port, KEY_DEBUGGER, ZX_EXCEPTION_PORT_DEBUGGER), "bind as debugger");
    const zx_handle_t process = start(argc > 1 ? argv[1] : "bin/hello", job);
    check(zx_object_wait_async(process, port, KEY_END, ZX_PROCESS_TERMINATED, ZX_WAIT_ASYNC_ONCE), "wait");
    for (;;) {
        check(zx_port_wait(port, ZX_TIME_INFINITE, &packet), "next packet");
        if (packet.key == KEY_END) {
            break;
        }
        const zx_handle_t found = child_of(job, packet.exception.pid), thread = child_of(process, packet.exception.tid);
        check(zx_task_resume_from_exception(thread, port, inspect(&packet, process, thread)), "resume");
        zx_handle_close(found);
        zx_handle_close(thread);
    }
    check(zx_object_get_info(process, ZX_INFO_PROCESS, &info, sizeof(info), NULL, NULL), "return code");
    printf("ended with %ld\n", info.return_code);
    return EXIT_SUCCESS;
}

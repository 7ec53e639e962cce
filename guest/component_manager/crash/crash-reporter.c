#include "crash-reporter.h"

#include <launch.h>
#include <stdio.h>
#include <threads.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/port.h>

#include "../../tasks/tasks.h"
#include "crash-report.h"

static zx_handle_t root;
static zx_handle_t port;

static void handle(const zx_port_packet_t* packet) {
    const zx_handle_t process = find_task(root, packet->exception.pid);
    const zx_handle_t thread = child_of(process, packet->exception.tid);
    if (thread != ZX_HANDLE_INVALID) {
        print_crash_report(process, thread, packet->type);
        // The kernel goes on as if nobody had been here: it ends the process.
        zx_task_resume_from_exception(thread, port, ZX_RESUME_TRY_NEXT);
    }
    zx_handle_close(thread);
    zx_handle_close(process);
}

static int report_crashes(void* unused) {
    (void)unused;
    zx_port_packet_t packet;
    while (zx_port_wait(port, ZX_TIME_INFINITE, &packet) == ZX_OK) {
        if (ZX_PKT_IS_EXCEPTION(packet.type)) {
            handle(&packet);
        }
    }
    return 0;
}

void crash_reporter_start(zx_handle_t job) {
    thrd_t thread;
    root = job;
    if (zx_port_create(0, &port) != ZX_OK || zx_task_bind_exception_port(job, port, 0, 0) != ZX_OK ||
        thrd_create_with_name(&thread, report_crashes, NULL, "crashes") != thrd_success) {
        printf("component_manager: expected to be let hear of crashes\n");
        return;
    }
    launch_precede(job, thrd_get_zx_handle(thread));
    thrd_detach(thread);
}

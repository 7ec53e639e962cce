// Things in great numbers: an operation on one of them, with a few others around and with a great many.
#include <stdio.h>
#include <zircon/syscalls/port.h>

#include "bench.h"

#define FEW 100
#define MANY scaled(100000)

static zx_handle_t handles[100000];

static void begin_among(const char* what, uint64_t others, uint64_t count) {
    char name[32];
    snprintf(name, sizeof(name), "%s-%s", what, others == FEW ? "few" : "many");
    begin(name, count);
}

static void close_all(uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
        zx_handle_close(handles[i]);
    }
}

static void among_handles(uint64_t others) {
    const uint64_t count = scaled(50000);
    zx_handle_t event, copy;
    CHECK(zx_event_create(0, &event));
    for (uint64_t i = 0; i < others; ++i) {
        CHECK(zx_handle_duplicate(event, ZX_RIGHT_SAME_RIGHTS, &handles[i]));
    }
    begin_among("handle-duplicate", others, count);
    for (uint64_t i = 0; i < count; ++i) {
        CHECK(zx_handle_duplicate(event, ZX_RIGHT_SAME_RIGHTS, &copy));
        zx_handle_close(copy);
    }
    end();
    begin_among("handle-bad", others, count);
    for (uint64_t i = 0; i < count; ++i) {
        zx_object_signal((zx_handle_t)(i << 2), 0, 0);
    }
    end();
    close_all(others);
    zx_handle_close(event);
}

static void among_ports(uint64_t others) {
    const uint64_t count = scaled(50000);
    zx_handle_t port;
    for (uint64_t i = 0; i < others; ++i) {
        CHECK(zx_port_create(0, &handles[i]));
    }
    begin_among("port-create", others, count);
    for (uint64_t i = 0; i < count; ++i) {
        CHECK(zx_port_create(0, &port));
        zx_handle_close(port);
    }
    end();
    close_all(others);
}

// Every wait under a key of its own, half of them taken, half cancelled.
static void among_packets(uint64_t packets) {
    zx_handle_t event, port;
    zx_port_packet_t packet;
    CHECK(zx_event_create(0, &event));
    CHECK(zx_port_create(0, &port));
    CHECK(zx_object_signal(event, 0, ZX_EVENT_SIGNALED));
    const uint64_t rounds = MANY / packets;
    begin_among("port-packet", packets, rounds * packets);
    for (uint64_t round = 0; round < rounds; ++round) {
        for (uint64_t i = 0; i < packets; ++i) {
            CHECK(zx_object_wait_async(event, port, i, ZX_EVENT_SIGNALED, ZX_WAIT_ASYNC_ONCE));
        }
        for (uint64_t i = 0; i < packets; i += 2) {
            CHECK(zx_port_cancel(port, event, i));
        }
        for (uint64_t i = 1; i < packets; i += 2) {
            CHECK(zx_port_wait(port, 0, &packet));
        }
    }
    end();
    zx_handle_close(port);
    zx_handle_close(event);
}

static zx_handle_t make_process(void) {
    zx_handle_t process, vmar;
    CHECK(zx_process_create(zx_job_default(), "one", 3, 0, &process, &vmar));
    zx_handle_close(vmar);
    return process;
}

static void among_processes(uint64_t others) {
    const uint64_t count = scaled(5000);
    for (uint64_t i = 0; i < others; ++i) {
        handles[i] = make_process();
    }
    begin_among("process-create", others, count);
    for (uint64_t i = 0; i < count; ++i) {
        zx_handle_close(make_process());
    }
    end();
    close_all(others);
}

static void among(uint64_t others) {
    among_handles(others);
    among_ports(others);
    among_packets(others);
    among_processes(others);
}

void bench_numbers(void) {
    among(FEW);
    among(MANY);
}

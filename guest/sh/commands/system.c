// Commands for the system as a whole: exit, dmesg, k, dm; and time.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/system.h>

#include "../shell.h"

int command_exit(int argc, char** argv) {
    char* end = "";
    const long status = argc > 1 ? strtol(argv[1], &end, 0) : EXIT_SUCCESS;
    if (argc > 2 || (argc == 2 && (end == argv[1] || *end != '\0' || status != (int)status))) {
        return wrong_usage(argv[0]);
    }
    exit((int)status);
}

static void print_record(const zx_log_record_t* record) {
    size_t size = record->datalen;
    while (size > 0 && record->data[size - 1] == '\n') {
        --size;
    }
    printf("[%05ld.%03ld] %05lu.%05lu> %.*s\n", record->timestamp / 1000000000, record->timestamp / 1000000 % 1000,
           record->pid, record->tid, (int)size, record->data);
}

int command_dmesg(int argc, char** argv) {
    (void)argc, (void)argv;
    zx_handle_t log;
    zx_status_t status = zx_debuglog_create(resource, ZX_LOG_FLAG_READABLE, &log);
    if (status != ZX_OK) {
        return complain("dmesg", status);
    }
    union {
        zx_log_record_t record;
        char bytes[ZX_LOG_RECORD_MAX];
    } buffer;
    // Reading returns a record's size, or what is wrong: SHOULD_WAIT behind the last one.
    while (zx_debuglog_read(log, 0, &buffer, sizeof(buffer)) > 0) {
        print_record(&buffer.record);
    }
    zx_handle_close(log);
    return 0;
}

int command_dm(int argc, char** argv) {
    uint32_t what = 0;
    if (argc == 2 && strcmp(argv[1], "shutdown") == 0) {
        what = ZX_SYSTEM_POWERCTL_SHUTDOWN;
    } else if (argc == 2 && strcmp(argv[1], "reboot") == 0) {
        what = ZX_SYSTEM_POWERCTL_REBOOT;
    } else {
        return wrong_usage(argv[0]);
    }
    return complain("dm", zx_system_powerctl(resource, what, NULL));
}

// The words with a blank between them. Output and complaints are the kernel's.
int command_k(int argc, char** argv) {
    char line[256 + 1] = ""; // as much as the kernel takes
    if (argc < 2) {
        return wrong_usage(argv[0]);
    }
    for (int i = 1; i < argc; ++i) {
        if (strlcat(line, i == 1 ? "" : " ", sizeof(line)) >= sizeof(line) ||
            strlcat(line, argv[i], sizeof(line)) >= sizeof(line)) {
            return complain("k", ZX_ERR_OUT_OF_RANGE);
        }
    }
    const zx_status_t status = zx_debug_send_command(resource, line, strlen(line));
    return status == ZX_OK ? 0 : complain("k", status);
}

int command_time(int argc, char** argv) {
    if (argc < 2) {
        return wrong_usage(argv[0]);
    }
    const zx_time_t start = zx_clock_get_monotonic();
    const int result = run_words(argc - 1, argv + 1);
    const zx_duration_t taken = zx_clock_get_monotonic() - start;
    printf("%ld.%06ld s\n", taken / 1000000000, taken / 1000 % 1000000);
    return result;
}

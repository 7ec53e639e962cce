#include "crash-report.h"

#include <ctype.h>
#include <stdio.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/exception.h>

#include "../../tasks/tasks.h"
#include "backtrace.h"
#include "modules.h"

#define STACK_SHOWN 256

// Arm ARM, "ESR_EL1": classes of exceptions, and whether a data abort is of a write.
#define ESR_CLASS(esr) ((esr) >> 26)
#define INSTRUCTION_ABORT 0x20
#define ESR_WRITE 0x40u

static const char* access_of(uint32_t esr) {
    if (ESR_CLASS(esr) == INSTRUCTION_ABORT) {
        return "executing";
    }
    return esr & ESR_WRITE ? "writing" : "reading";
}

static void print_what_happened(uint32_t exception, const zx_arm64_exc_data_t* data) {
    switch (exception) {
        case ZX_EXCP_FATAL_PAGE_FAULT: printf("page fault %s 0x%lx", access_of(data->esr), data->far); return;
        case ZX_EXCP_UNDEFINED_INSTRUCTION: printf("undefined instruction"); return;
        case ZX_EXCP_SW_BREAKPOINT: printf("breakpoint or abort(), brk #%u", data->esr & 0xffff); return;
        case ZX_EXCP_HW_BREAKPOINT: printf("hardware breakpoint"); return;
        case ZX_EXCP_UNALIGNED_ACCESS: printf("unaligned access to 0x%lx", data->far); return;
        case ZX_EXCP_POLICY_ERROR: printf("policy error: something that its job does not allow"); return;
        default: printf("exception 0x%x", exception); return;
    }
}

static void print_registers(const zx_thread_state_general_regs_t* registers, const zx_arm64_exc_data_t* data) {
    for (unsigned i = 0; i < 30; ++i) {
        printf(" %sx%u 0x%016lx%s", i < 10 ? " " : "", i, registers->r[i], i % 4 == 3 ? "\n" : "");
    }
    printf("  lr 0x%016lx  sp 0x%016lx\n", registers->lr, registers->sp);
    printf("  pc 0x%016lx psr 0x%08lx         far 0x%016lx esr 0x%08x\n", registers->pc, registers->cpsr, data->far,
           data->esr);
}

static void print_stack(zx_handle_t process, uint64_t sp) {
    unsigned char bytes[STACK_SHOWN];
    size_t size = 0;
    if (zx_process_read_memory(process, sp, bytes, sizeof(bytes), &size) != ZX_OK) {
        printf("stack at 0x%lx: cannot be read\n", sp);
        return;
    }
    printf("stack at 0x%lx:\n", sp);
    for (size_t line = 0; line < size; line += 16) {
        printf("  +%03zx ", line);
        for (size_t i = line; i < line + 16 && i < size; ++i) {
            printf("%s%02x", i % 8 == 0 ? " " : "", bytes[i]);
        }
        printf("  |");
        for (size_t i = line; i < line + 16 && i < size; ++i) {
            putchar(isprint(bytes[i]) ? bytes[i] : '.');
        }
        printf("|\n");
    }
}

void print_crash_report(zx_handle_t process, zx_handle_t thread, uint32_t exception) {
    char process_name[ZX_MAX_NAME_LEN], thread_name[ZX_MAX_NAME_LEN];
    zx_exception_report_t report = {0};
    zx_thread_state_general_regs_t registers;
    zx_object_get_info(thread, ZX_INFO_THREAD_EXCEPTION_REPORT, &report, sizeof(report), NULL, NULL);
    const zx_arm64_exc_data_t* data = &report.context.arch.u.arm_64;
    name_of(process, process_name);
    name_of(thread, thread_name);
    printf("<== crash: process %s[%lu] thread %s[%lu]: ", process_name, koid_of(process), thread_name, koid_of(thread));
    print_what_happened(exception, data);
    putchar('\n');
    if (zx_thread_read_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)) != ZX_OK) {
        printf("<== its registers cannot be read\n");
        return;
    }
    print_registers(&registers, data);
    print_stack(process, registers.sp);
    struct modules modules;
    modules_read(process, &modules);
    modules_print(&modules);
    backtrace_print(process, &registers, &modules);
    modules_free(&modules);
    printf("<== end of the report\n");
}

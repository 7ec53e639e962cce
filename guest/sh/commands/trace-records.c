#include "trace-records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/ktrace.h>
#include <zircon/syscalls.h>

// In an event's number: what programs write, with its own number in the rest.
#define PROBE 0x800u

// Records that are not printed: names, version and frequency.
#define IS_META(tag) (KTRACE_GROUP(tag) & KTRACE_GRP_META)

struct name {
    uint32_t tag, id;
    uint32_t owner; // of a thread: its process
    const char* text;
    size_t size;
};

// What most records say, for printf.
static const struct {
    uint32_t tag;
    const char* text;
} events[] = {
    {TAG_PAGE_FAULT, "page fault at 0x%x%08x, flags 0x%x, core %u"},
    {TAG_PAGE_FAULT_EXIT, "page fault at 0x%x%08x ends"},
    {TAG_OBJECT_DELETE, "object %u deleted"},
    {TAG_THREAD_CREATE, "thread %u created in process %u"},
    {TAG_THREAD_START, "thread %u started"},
    {TAG_THREAD_EXIT, "thread ends"},
    {TAG_PROC_CREATE, "process %u created"},
    {TAG_PROC_START, "process started with thread %u: %u"},
    {TAG_PROC_EXIT, "process %u ends"},
    {TAG_CHANNEL_CREATE, "channel created: %u and %u"},
    {TAG_CHANNEL_WRITE, "channel %u written: %u bytes, %u handles"},
    {TAG_CHANNEL_READ, "channel %u read: %u bytes, %u handles"},
    {TAG_PORT_WAIT, "waits for port %u"},
    {TAG_PORT_WAIT_DONE, "has waited for port %u: %d"},
    {TAG_PORT_CREATE, "port %u created"},
    {TAG_PORT_QUEUE, "packet to port %u: %u bytes"},
    {TAG_WAIT_ONE, "waits for object %u: signals 0x%x"},
    {TAG_WAIT_ONE_DONE, "has waited for object %u: %d, signals 0x%x"},
};

static int by_number(const void* left, const void* right) {
    const struct name *a = left, *b = right;
    if (a->tag != b->tag) {
        return a->tag < b->tag ? -1 : 1;
    }
    return a->id < b->id ? -1 : a->id > b->id;
}

// The record at trace->at, of `size` bytes; 0 at the end.
static size_t read_record(const struct trace* trace, ktrace_rec_32b_t* out) {
    const size_t left = trace->size - trace->at;
    *out = (ktrace_rec_32b_t){0};
    if (left < KTRACE_HDRSIZE) {
        return 0;
    }
    memcpy(&out->tag, trace->bytes + trace->at, sizeof(out->tag));
    const size_t size = KTRACE_LEN(out->tag);
    if (size < KTRACE_HDRSIZE || size > left) {
        return 0;
    }
    memcpy(out, trace->bytes + trace->at, size < sizeof(*out) ? size : sizeof(*out));
    return size;
}

static void add_name(struct trace* trace, size_t size, size_t* room) {
    const ktrace_rec_name_t* record = (const void*)(trace->bytes + trace->at);
    if (trace->name_count == *room) {
        *room = *room * 2 + 256;
        struct name* larger = realloc(trace->names, *room * sizeof(*larger));
        if (larger == NULL) {
            return;
        }
        trace->names = larger;
    }
    trace->names[trace->name_count++] = (struct name){
        .tag = record->tag & ~0xfu, // names are of several sizes
        .id = record->id,
        .owner = record->arg,
        .text = record->name,
        .size = strnlen(record->name, size - KTRACE_NAMESIZE),
    };
}

void trace_open(struct trace* trace, const char* bytes, size_t size) {
    size_t room = 0;
    ktrace_rec_32b_t record;
    *trace = (struct trace){.bytes = bytes, .size = size, .ticks_per_second = (uint64_t)zx_ticks_per_second()};
    for (size_t step; (step = read_record(trace, &record)) != 0; trace->at += step) {
        if (IS_META(record.tag)) {
            add_name(trace, step, &room);
        }
    }
    trace->at = 0;
    qsort(trace->names, trace->name_count, sizeof(*trace->names), by_number);
}

void trace_close(struct trace* trace) { free(trace->names); }

static const struct name* find_name(const struct trace* trace, uint32_t tag, uint32_t id) {
    const struct name wanted = {.tag = tag & ~0xfu, .id = id};
    return bsearch(&wanted, trace->names, trace->name_count, sizeof(wanted), by_number);
}

static void print_name(const struct trace* trace, uint32_t tag, uint32_t id) {
    const struct name* name = find_name(trace, tag, id);
    if (name == NULL) {
        printf("%u", id);
    } else {
        printf("%.*s", (int)name->size, name->text);
    }
}

static void print_thread(const struct trace* trace, uint32_t thread) {
    const struct name* name = find_name(trace, TAG_THREAD_NAME, thread);
    if (thread == 0) {
        printf("kernel");
    } else if (name == NULL) {
        printf("thread %u", thread);
    } else {
        print_name(trace, TAG_PROC_NAME, name->owner);
        printf(" %.*s", (int)name->size, name->text);
    }
}

// An interrupt or a system call: a record of 16 bytes, whose place for the thread has its number and the core.
static void print_entry(struct trace* trace, const ktrace_rec_32b_t* record) {
    const uint32_t number = record->tid >> 8, core = record->tid & 0xff;
    if (core < TRACE_CPUS_MAX && trace->running[core] != 0) {
        print_thread(trace, trace->running[core]);
    } else {
        printf("core %u", core);
    }
    printf(": ");
    if (record->tag == TAG_IRQ_ENTER || record->tag == TAG_IRQ_EXIT) {
        printf("interrupt %u", number);
    } else {
        print_name(trace, TAG_SYSCALL_NAME, number);
    }
    printf(record->tag == TAG_IRQ_EXIT || record->tag == TAG_SYSCALL_EXIT ? " ends\n" : "\n");
}

static void print_switch(struct trace* trace, const ktrace_rec_32b_t* record) {
    const uint32_t core = record->b & 0xffff;
    print_thread(trace, record->tid);
    printf(": core %u goes to ", core);
    print_thread(trace, record->a);
    putchar('\n');
    if (core < TRACE_CPUS_MAX) {
        trace->running[core] = record->a;
    }
}

static void print_other(const struct trace* trace, const ktrace_rec_32b_t* record) {
    const uint32_t event = KTRACE_EVENT(record->tag);
    print_thread(trace, record->tid);
    printf(": ");
    for (size_t i = 0; i < countof(events); ++i) {
        if (events[i].tag == record->tag) {
            printf(events[i].text, record->a, record->b, record->c, record->d);
            putchar('\n');
            return;
        }
    }
    if (event & PROBE) {
        printf("probe ");
        print_name(trace, TAG_PROBE_NAME, event & ~PROBE);
    } else {
        printf("event 0x%03x", event);
    }
    printf(" 0x%x 0x%x 0x%x 0x%x\n", record->a, record->b, record->c, record->d);
}

bool trace_print_next(struct trace* trace) {
    ktrace_rec_32b_t record;
    size_t size;
    do {
        size = read_record(trace, &record);
        trace->at += size;
    } while (size != 0 && IS_META(record.tag));
    if (size == 0) {
        return false;
    }
    const uint64_t second = trace->ticks_per_second;
    printf("[%5lu.%06lu] ", record.ts / second, record.ts % second * 1000000 / second);
    switch (record.tag) {
        case TAG_IRQ_ENTER:
        case TAG_IRQ_EXIT:
        case TAG_SYSCALL_ENTER:
        case TAG_SYSCALL_EXIT: print_entry(trace, &record); break;
        case TAG_CONTEXT_SWITCH: print_switch(trace, &record); break;
        default: print_other(trace, &record); break;
    }
    return true;
}

/**
 * Linux as these programs need it: system calls of arm64 and i386 without a C library. A negative answer is an error's
 * number, as the kernel gives it (Linux, include/uapi/asm-generic/unistd.h; arch/x86/entry/syscalls/syscall_32.tbl).
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

/** One system call with up to five arguments; all that have more are of `map` alone. */
long system_call(long number, long a, long b, long c, long d, long e);

/** Ends the process. */
_Noreturn void leave(int status);
/** A copy of this process: its number, 0 in the copy. */
long fork_process(void);
/** Becomes another program; comes back only with an error. */
long become(const char *path, char *const arguments[]);
/** Waits for a process; the status as wait4 gives it. */
int wait_for(long process);
/** Up to a signal. */
void sleep_for(long seconds);
long parent_process(void);
long own_number(void);

long open_file(const char *path, int flags);
long close_file(long file);
long read_file(long file, void *buffer, size_t size);
long write_file(long file, const void *buffer, size_t size);
long seek_file(long file, long offset);
long remove_file(const char *path);
long rename_file(const char *from, const char *to);
/** Two ends: [0] to read from, [1] to write to. */
long make_pipe(int ends[2]);

/** Private memory that reads as zero. */
void *map_memory(size_t size);
/** The same that can be executed, too; of arm64. */
void *map_code(size_t size);
long unmap_memory(void *address, size_t size);

long make_directory(const char *path);
/** A file system in memory. */
long mount_tmpfs(const char *path);
_Noreturn void power_off(void);

enum { READ_WRITE = 2, CREATE = 0100, TRUNCATE = 01000 };

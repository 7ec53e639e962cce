#include "system.h"

#if defined(__aarch64__)
enum {
    MKDIRAT = 34, UNLINKAT = 35, RENAMEAT = 38, MOUNT = 40, OPENAT = 56, CLOSE = 57, PIPE2 = 59, LSEEK = 62,
    READ = 63, WRITE = 64, EXIT_GROUP = 94, NANOSLEEP = 101, REBOOT = 142, GETPID = 172, GETPPID = 173, MUNMAP = 215,
    CLONE = 220, EXECVE = 221, MMAP = 222, WAIT4 = 260,
};
#elif defined(__i386__)
enum {
    MOUNT = 21, READ = 3, WRITE = 4, CLOSE = 6, EXECVE = 11, LSEEK = 19, GETPID = 20, GETPPID = 64, REBOOT = 88,
    MMAP = 90, MUNMAP = 91, WAIT4 = 114, CLONE = 120, NANOSLEEP = 162, EXIT_GROUP = 252, OPENAT = 295, MKDIRAT = 296, UNLINKAT = 301,
    RENAMEAT = 302, PIPE2 = 331,
};
#else
#error "expected arm64 or i386"
#endif

/** Where paths begin that do not begin with a slash (AT_FDCWD). */
enum { HERE = -100 };
enum { SIGCHLD = 17 };

#if defined(__aarch64__)
long system_call(long number, long a, long b, long c, long d, long e) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = 0;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}
#else
long system_call(long number, long a, long b, long c, long d, long e) {
    long answer;
    __asm__ volatile("int $0x80"
                     : "=a"(answer)
                     : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
                     : "memory");
    return answer;
}
#endif

static long call(long number, long a, long b, long c) { return system_call(number, a, b, c, 0, 0); }

void leave(int status) {
    for (;;) call(EXIT_GROUP, status, 0, 0);
}
long fork_process(void) { return call(CLONE, SIGCHLD, 0, 0); }
long become(const char *path, char *const arguments[]) {
    static char *const environment[] = {NULL};
    return call(EXECVE, (long)path, (long)arguments, (long)environment);
}
int wait_for(long process) {
    int status = -1;
    return call(WAIT4, process, (long)&status, 0) == process ? status : -1;
}
void sleep_for(long seconds) {
    const long time[2] = {seconds, 0};
    call(NANOSLEEP, (long)time, 0, 0);
}
long parent_process(void) { return call(GETPPID, 0, 0, 0); }
long own_number(void) { return call(GETPID, 0, 0, 0); }

long open_file(const char *path, int flags) { return system_call(OPENAT, HERE, (long)path, flags, 0600, 0); }
long close_file(long file) { return call(CLOSE, file, 0, 0); }
long read_file(long file, void *buffer, size_t size) { return call(READ, file, (long)buffer, (long)size); }
long write_file(long file, const void *buffer, size_t size) { return call(WRITE, file, (long)buffer, (long)size); }
long seek_file(long file, long offset) { return call(LSEEK, file, offset, 0); }
long remove_file(const char *path) { return call(UNLINKAT, HERE, (long)path, 0); }
long rename_file(const char *from, const char *to) {
    return system_call(RENAMEAT, HERE, (long)from, HERE, (long)to, 0);
}
long make_pipe(int ends[2]) { return call(PIPE2, (long)ends, 0, 0); }

static void *map(size_t size, long rights) {
    enum { PRIVATE_ANONYMOUS = 0x22 };
#if defined(__aarch64__)
    // The sixth argument, the offset, is the 0 that system_call puts there.
    long address = system_call(MMAP, 0, (long)size, rights, PRIVATE_ANONYMOUS, -1);
#else
    long arguments[] = {0, (long)size, rights, PRIVATE_ANONYMOUS, -1, 0};
    long address = call(MMAP, (long)arguments, 0, 0);
#endif
    return address < 0 && address > -4096 ? NULL : (void *)address;
}
void *map_memory(size_t size) { return map(size, 3); }
void *map_code(size_t size) { return map(size, 7); }
long unmap_memory(void *address, size_t size) { return call(MUNMAP, (long)address, (long)size, 0); }

long make_directory(const char *path) { return call(MKDIRAT, HERE, (long)path, 0755); }
long mount_tmpfs(const char *path) { return system_call(MOUNT, (long)"tmpfs", (long)path, (long)"tmpfs", 0, 0); }
void power_off(void) {
    // reboot(2): LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_POWER_OFF.
    for (;;) call(REBOOT, (long)0xfee1dead, 672274793, 0x4321fedc);
}

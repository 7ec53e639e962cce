// Commands that show files of /boot: ls, cat, hexdump.
#include <boot-files.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/syscalls.h>

#include "../shell.h"

static int list_entry(void* context, const char* name) {
    const char* directory = context;
    char path[BOOT_PATH_MAX];
    boot_stat_t stat = {0};
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    const size_t size = strlen(path);
    if (path[size - 1] == '/') {
        printf("%10s %s\n", "", name);
        return true;
    }
    boot_stat(path, &stat);
    printf("%10lu %s\n", stat.size, name);
    return true;
}

// A path without slashes at its end.
static void trimmed(const char* path, char out[BOOT_PATH_MAX]) {
    strlcpy(out, path, BOOT_PATH_MAX);
    for (size_t size = strlen(out); size > 0 && out[size - 1] == '/'; --size) {
        out[size - 1] = '\0';
    }
}

static int list(const char* name) {
    char path[BOOT_PATH_MAX];
    boot_stat_t stat;
    trimmed(name, path);
    const zx_status_t status = boot_stat(path, &stat);
    if (status != ZX_OK) {
        return complain(name, status);
    }
    if (stat.kind == BOOT_KIND_FILE) {
        printf("%10lu %s\n", stat.size, path);
        return 0;
    }
    const zx_status_t listed = boot_list(path, list_entry, path);
    return listed == ZX_OK ? 0 : complain(name, listed);
}

int command_ls(int argc, char** argv) {
    int result = argc < 2 ? list("/boot") : 0;
    for (int i = 1; i < argc; ++i) {
        if (argc > 2) {
            printf("%s:\n", argv[i]);
        }
        result |= list(argv[i]);
    }
    return result;
}

// Calls `each` with the parts of a file; false if it cannot be read.
static bool read_file(const char* path, uint64_t offset, uint64_t most,
                      void (*each)(uint64_t offset, const char* bytes, size_t size)) {
    zx_handle_t vmo;
    uint64_t size;
    char bytes[1024];
    zx_status_t status = boot_open(path, &vmo, &size);
    if (status != ZX_OK) {
        complain(path, status);
        return false;
    }
    const uint64_t end = offset < size && most < size - offset ? offset + most : size;
    while (status == ZX_OK && offset < end) {
        const size_t part = end - offset < sizeof(bytes) ? end - offset : sizeof(bytes);
        status = zx_vmo_read(vmo, bytes, offset, part);
        if (status == ZX_OK) {
            each(offset, bytes, part);
        }
        offset += part;
    }
    zx_handle_close(vmo);
    if (status != ZX_OK) {
        complain(path, status);
    }
    return status == ZX_OK;
}

static void print_bytes(uint64_t offset, const char* bytes, size_t size) {
    (void)offset;
    fwrite(bytes, 1, size, stdout);
}

int command_cat(int argc, char** argv) {
    int result = 0;
    if (argc < 2) {
        return wrong_usage(argv[0]);
    }
    for (int i = 1; i < argc; ++i) {
        result |= !read_file(argv[i], 0, UINT64_MAX, print_bytes);
    }
    fflush(stdout);
    return result;
}

static void print_hexadecimal(uint64_t offset, const char* bytes, size_t size) {
    for (size_t line = 0; line < size; line += 16) {
        printf("%08lx ", offset + line);
        for (size_t i = line; i < line + 16; ++i) {
            if (i < size) {
                printf(" %02x", (unsigned char)bytes[i]);
            } else {
                printf("   ");
            }
        }
        printf("  |");
        for (size_t i = line; i < line + 16 && i < size; ++i) {
            putchar(isprint((unsigned char)bytes[i]) ? bytes[i] : '.');
        }
        printf("|\n");
    }
}

int command_hexdump(int argc, char** argv) {
    uint64_t offset = 0, most = UINT64_MAX;
    if (argc < 2 || argc > 4 || (argc > 2 && !parse_number(argv[2], &offset)) ||
        (argc > 3 && !parse_number(argv[3], &most))) {
        return wrong_usage(argv[0]);
    }
    return !read_file(argv[1], offset, most, print_hexadecimal);
}

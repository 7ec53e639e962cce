#include "missing.h"

#include <string.h>

#include "log.h"
#include "text.h"

// What Zircon's own boot images of 2018 begin with, where userboot.next says nothing else.
#define FIRST_OF_2018 "bin/bootsvc"
// Programs that are named, and room for their names, each behind a comma.
#define NAMED_MAX 4
#define NAMES_SIZE 160

static bool is_program(const char* name) {
    static const char directory[] = "bin/";
    return memcmp(name, directory, sizeof(directory) - 1) == 0;
}

// The first programs, as far as there is room for their names.
static void name_programs(const struct bootfs* fs, char* names) {
    size_t size = 0, named = 0;
    uint64_t at = 0;
    for (const char* name; named < NAMED_MAX && (name = bootfs_next_name(fs, &at)) != NULL;) {
        const size_t length = text_length(name);
        if (length < sizeof("bin/") || !is_program(name) || size + length + sizeof(", ") > NAMES_SIZE) {
            continue;
        }
        memcpy(names + size, ", ", 2);
        memcpy(names + size + 2, name, length);
        size += length + 2;
        ++named;
    }
    names[size] = '\0';
}

void fail_missing_program(const struct boot_files* files, const char* path) {
    struct bootfs_file found;
    if (bootfs_find(&files->fs, FIRST_OF_2018, sizeof(FIRST_OF_2018) - 1, &found).text == NULL) {
        fail(files->log, "%s: no such file in BOOTFS, which has %s: userboot.next=%s starts that", path, FIRST_OF_2018,
             FIRST_OF_2018);
    }
    char names[NAMES_SIZE];
    name_programs(&files->fs, names);
    if (names[0] == '\0') {
        fail(files->log, "%s: no such file in BOOTFS, which has no programs in bin", path);
    }
    fail(files->log, "%s: no such file in BOOTFS; userboot.next=FILE starts one that it has: %s", path, names + 2);
}

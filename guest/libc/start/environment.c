// The environment: strings in the form NAME=VALUE, from the processargs message. C11, 7.22.4.6, and POSIX's setenv.
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../startup.h"

// The list that `environ` is once it has been changed.
static char** own;

static size_t entry_count(void) {
    size_t count = 0;
    while (environ[count] != NULL) {
        ++count;
    }
    return count;
}

// Where the entry of this name is, or the end of the list.
static size_t find(const char* name, size_t size) {
    size_t at = 0;
    while (environ[at] != NULL && (strncmp(environ[at], name, size) != 0 || environ[at][size] != '=')) {
        ++at;
    }
    return at;
}

char* getenv(const char* name) {
    const size_t size = strlen(name);
    const char* entry = environ[find(name, size)];
    return entry == NULL ? NULL : (char*)entry + size + 1;
}

static bool is_name(const char* name) {
    if (*name != '\0' && strchr(name, '=') == NULL) {
        return true;
    }
    errno = EINVAL;
    return false;
}

// Puts an entry into the list, which then is ours; -1 if there is no room.
static int put(char* entry, size_t name_size) {
    const size_t at = find(entry, name_size), count = entry_count();
    if (environ[at] != NULL) {
        environ[at] = entry;
        return 0;
    }
    char** larger = realloc(environ == own ? own : NULL, (count + 2) * sizeof(char*));
    if (larger == NULL) {
        return -1;
    }
    if (environ != own) {
        memcpy(larger, environ, count * sizeof(char*));
    }
    larger[count] = entry;
    larger[count + 1] = NULL;
    environ = own = larger;
    return 0;
}

// What is replaced stays where it is: somebody may have got it from getenv().
int setenv(const char* name, const char* value, int replace) {
    const size_t size = strlen(name), value_size = strlen(value) + 1;
    if (!is_name(name)) {
        return -1;
    }
    if (!replace && environ[find(name, size)] != NULL) {
        return 0;
    }
    char* entry = malloc(size + 1 + value_size);
    if (entry == NULL) {
        return -1;
    }
    memcpy(entry, name, size);
    entry[size] = '=';
    memcpy(entry + size + 1, value, value_size);
    if (put(entry, size) == 0) {
        return 0;
    }
    free(entry);
    return -1;
}

int unsetenv(const char* name) {
    const size_t size = strlen(name);
    if (!is_name(name)) {
        return -1;
    }
    for (size_t at; environ[at = find(name, size)] != NULL;) {
        memmove(environ + at, environ + at + 1, (entry_count() - at) * sizeof(char*));
    }
    return 0;
}

int putenv(char* entry) {
    const char* sign = strchr(entry, '=');
    return sign == NULL ? unsetenv(entry) : put(entry, (size_t)(sign - entry));
}

// The environment: strings in the form NAME=VALUE, from the processargs message. ISO C11, 7.22.4.6.
#include <stdlib.h>
#include <string.h>

#include "../startup.h"

char* getenv(const char* name) {
    const size_t size = strlen(name);
    for (char** entry = environ; *entry != NULL; ++entry) {
        if (strncmp(*entry, name, size) == 0 && (*entry)[size] == '=') {
            return *entry + size + 1;
        }
    }
    return NULL;
}

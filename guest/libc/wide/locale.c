#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

char* setlocale(int category, const char* name) {
    static const char* const names[] = {"", "C", "POSIX", "C.UTF-8"};
    if (category < LC_CTYPE || category > LC_ALL) {
        return NULL;
    }
    for (size_t i = 0; name != NULL && i < sizeof(names) / sizeof(*names); ++i) {
        if (strcmp(name, names[i]) == 0) {
            name = NULL;
        }
    }
    return name == NULL ? (char*)"C.UTF-8" : NULL;
}

struct lconv* localeconv(void) {
    static char none[] = "", point[] = ".";
    static struct lconv c = {
        point,    none,     none, // numbers
        none,     none,     none,     none,     none, // amounts of money
        none,     none,     CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX,
        CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX,
    };
    return &c;
}

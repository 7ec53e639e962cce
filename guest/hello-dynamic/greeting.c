#include "greeting.h"

#include <stdio.h>

_Thread_local int greeting_count;
static const char* word;

__attribute__((__constructor__)) static void construct(void) { word = "hello"; }

__attribute__((__destructor__)) static void destroy(void) { printf("goodbye from the library\n"); }

void greet(const char* whom) {
    ++greeting_count;
    printf("%s, %s\n", word, whom);
}

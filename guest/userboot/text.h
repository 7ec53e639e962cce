// The little that userboot does with strings.
#pragma once

#include <stddef.h>

static inline size_t text_length(const char* text) {
    size_t length = 0;
    while (text[length] != '\0') {
        ++length;
    }
    return length;
}

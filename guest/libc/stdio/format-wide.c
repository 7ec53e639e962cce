// Conversions lc and ls of printf: wide characters in UTF-8. C11, 7.21.6.1; precisions count bytes.
#include <limits.h>
#include <stdlib.h>
#include <wchar.h>

#include "format.h"

static bool put_counted(struct sink* sink, const struct conversion* how, const wchar_t* text, size_t most) {
    char bytes[MB_LEN_MAX];
    size_t count = 0, size = 0;
    for (; text[count] != 0; ++count) {
        const size_t part = wcrtomb(bytes, text[count], NULL);
        if (part == (size_t)-1) {
            return false;
        }
        if (part > most - size) {
            break;
        }
        size += part;
    }
    const long padding = how->width > (long)size ? how->width - (long)size : 0;
    pad(sink, ' ', how->left ? 0 : padding);
    for (size_t i = 0; i < count; ++i) {
        put(sink, bytes, wcrtomb(bytes, text[i], NULL));
    }
    pad(sink, ' ', how->left ? padding : 0);
    return true;
}

bool put_wide_text(struct sink* sink, const struct conversion* how, const void* text) {
    return put_counted(sink, how, text, how->precision < 0 ? SIZE_MAX : (size_t)how->precision);
}

bool put_wide_character(struct sink* sink, const struct conversion* how, int character) {
    const wchar_t text[2] = {(wchar_t)character};
    if (character == 0) {
        const struct conversion plain = {.left = how->left, .width = how->width, .precision = -1};
        put_field(sink, &plain, "", 0, "", 1);
        return true;
    }
    return put_counted(sink, how, text, SIZE_MAX);
}

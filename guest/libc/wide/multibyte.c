// Between wide characters and UTF-8 (RFC 3629). C11, 7.29.6, 7.22.7 and 7.22.8.
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <wchar.h>

#define INVALID ((size_t)-1)
#define INCOMPLETE ((size_t)-2)
#define CHARACTER_MAX 0x10ffff

static size_t invalid(mbstate_t* state) {
    *state = (mbstate_t){0};
    errno = EILSEQ;
    return INVALID;
}

static bool is_character(unsigned value) { return value <= CHARACTER_MAX && (value < 0xd800 || value > 0xdfff); }

// The first byte of a character: how many follow, and its bits.
static bool begin(mbstate_t* state, unsigned byte) {
    if (byte < 0x80) {
        *state = (mbstate_t){.value = byte};
    } else if (byte >> 5 == 6) {
        *state = (mbstate_t){byte & 0x1f, 1, 0x80};
    } else if (byte >> 4 == 14) {
        *state = (mbstate_t){byte & 0xf, 2, 0x800};
    } else if (byte >> 3 == 30) {
        *state = (mbstate_t){byte & 7, 3, 0x10000};
    } else {
        return false;
    }
    return true;
}

// Whether the bytes so far can become a character.
static bool may_become(const mbstate_t* state) {
    const unsigned low = state->value << (6 * state->missing), high = low + (1u << (6 * state->missing)) - 1;
    return high >= state->least && low <= CHARACTER_MAX && (low < 0xd800 || high > 0xdfff);
}

size_t mbrtowc(wchar_t* restrict out, const char* restrict text, size_t size, mbstate_t* restrict state) {
    static mbstate_t own;
    state = state == NULL ? &own : state;
    if (text == NULL) {
        return mbsinit(state) ? 0 : invalid(state);
    }
    for (size_t i = 0; i < size; ++i) {
        const unsigned byte = (unsigned char)text[i];
        if (state->missing > 0 && byte >> 6 == 2) {
            state->value = state->value << 6 | (byte & 0x3f);
            --state->missing;
        } else if (state->missing > 0 || !begin(state, byte)) {
            return invalid(state);
        }
        if (!may_become(state)) {
            return invalid(state);
        }
        if (state->missing == 0) {
            const unsigned value = state->value;
            *state = (mbstate_t){0};
            if (out != NULL) {
                *out = (wchar_t)value;
            }
            return value == 0 ? 0 : i + 1;
        }
    }
    return INCOMPLETE;
}

size_t wcrtomb(char* restrict out, wchar_t character, mbstate_t* restrict state) {
    const unsigned value = out == NULL ? 0 : (unsigned)character;
    char unused[MB_LEN_MAX];
    out = out == NULL ? unused : out;
    (void)state; // UTF-8 has no states between characters
    if (value < 0x80) {
        out[0] = (char)value;
        return 1;
    }
    if (!is_character(value)) {
        errno = EILSEQ;
        return INVALID;
    }
    const unsigned more = value < 0x800 ? 1 : value < 0x10000 ? 2 : 3;
    out[0] = (char)(0xf00u >> (more + 1) | value >> (6 * more));
    for (unsigned i = 1; i <= more; ++i) {
        out[i] = (char)(0x80 | (value >> (6 * (more - i)) & 0x3f));
    }
    return more + 1;
}

size_t mbsrtowcs(wchar_t* restrict out, const char** restrict text, size_t count, mbstate_t* restrict state) {
    static mbstate_t own;
    const char* at = *text;
    size_t done = 0;
    for (; out == NULL || done < count; ++done) {
        wchar_t character;
        const size_t size = mbrtowc(&character, at, MB_LEN_MAX, state == NULL ? &own : state);
        if (size == INVALID || size == INCOMPLETE) {
            return INVALID;
        }
        if (out != NULL) {
            out[done] = character;
        }
        if (size == 0) {
            at = NULL;
            break;
        }
        at += size;
    }
    if (out != NULL) {
        *text = at;
    }
    return done;
}

size_t wcsrtombs(char* restrict out, const wchar_t** restrict text, size_t size, mbstate_t* restrict state) {
    const wchar_t* at = *text;
    size_t done = 0;
    for (;; ++at) {
        char bytes[MB_LEN_MAX];
        const size_t part = wcrtomb(bytes, *at, state);
        if (part == INVALID) {
            return INVALID;
        }
        if (out != NULL && part > size - done) {
            break;
        }
        for (size_t i = 0; out != NULL && i < part; ++i) {
            out[done + i] = bytes[i];
        }
        if (*at == 0) {
            at = NULL;
            break;
        }
        done += part;
    }
    if (out != NULL) {
        *text = at;
    }
    return done;
}

int mbsinit(const mbstate_t* state) { return state == NULL || state->missing == 0; }

size_t mbrlen(const char* restrict text, size_t size, mbstate_t* restrict state) {
    static mbstate_t own;
    return mbrtowc(NULL, text, size, state == NULL ? &own : state);
}

wint_t btowc(int byte) { return byte >= 0 && byte < 0x80 ? (wint_t)byte : WEOF; }
int wctob(wint_t character) { return character < 0x80 ? (int)character : -1; }

int mbtowc(wchar_t* restrict out, const char* restrict text, size_t size) {
    mbstate_t state = {0};
    if (text == NULL) {
        return 0;
    }
    const size_t done = mbrtowc(out, text, size, &state);
    return done == INVALID || done == INCOMPLETE ? -1 : (int)done;
}

int mblen(const char* text, size_t size) { return mbtowc(NULL, text, size); }
int wctomb(char* out, wchar_t character) { return out == NULL ? 0 : (int)wcrtomb(out, character, NULL); }

size_t mbstowcs(wchar_t* restrict out, const char* restrict text, size_t count) {
    mbstate_t state = {0};
    const char* at = text;
    return mbsrtowcs(out, &at, count, &state);
}

size_t wcstombs(char* restrict out, const wchar_t* restrict text, size_t size) {
    const wchar_t* at = text;
    return wcsrtombs(out, &at, size, NULL);
}

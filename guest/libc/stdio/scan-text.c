// Conversions c, s and [ of scanf, into the caller's memory or (m) into memory of their own. C11, 7.21.6.2.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "scan.h"

// Where characters go: with `allocate` it grows; without a place they are dropped.
struct place {
    const struct scan_conversion* how;
    char* memory;
    size_t used, room; // in characters of the width that the conversion makes
    mbstate_t state;
    bool failed;
};

static size_t width_of(const struct place* place) { return place->how->length == LENGTH_LONG ? sizeof(wchar_t) : 1; }

static void append(struct place* place, wchar_t character) {
    if (place->how->suppress || place->failed) {
        return;
    }
    if (place->how->allocate && place->used == place->room) {
        const size_t room = place->room == 0 ? 32 : place->room * 2;
        char* larger = realloc(place->memory, room * width_of(place));
        if (larger == NULL) {
            place->failed = true;
            return;
        }
        place->memory = larger;
        place->room = room;
    }
    if (place->how->length == LENGTH_LONG) {
        ((wchar_t*)(void*)place->memory)[place->used++] = character;
    } else {
        place->memory[place->used++] = (char)character;
    }
}

// A byte of the input, which may be a part of a wide character; false if it cannot be.
static bool append_byte(struct place* place, char byte) {
    wchar_t character = (unsigned char)byte;
    if (place->how->length == LENGTH_LONG) {
        const size_t size = mbrtowc(&character, &byte, 1, &place->state);
        if (size == (size_t)-2) {
            return true;
        }
        if (size == (size_t)-1) {
            return false;
        }
    }
    append(place, character);
    return true;
}

// Ranges are a convention: C leaves - in the middle open.
static bool in_set(const struct scan_conversion* how, unsigned char character) {
    for (size_t i = 0; i < how->set_size; ++i) {
        const unsigned char low = (unsigned char)how->set[i];
        unsigned char high = low;
        if (i + 2 < how->set_size && how->set[i + 1] == '-') {
            high = (unsigned char)how->set[i + 2];
            i += 2;
        }
        if (character >= low && character <= high) {
            return !how->inverted;
        }
    }
    return how->inverted;
}

static bool belongs(const struct scan_conversion* how, int character) {
    switch (how->kind) {
        case 'c': return true;
        case 's': return !isspace(character);
        default: return in_set(how, (unsigned char)character);
    }
}

static enum scan_result finish(struct place* place, bool right) {
    const struct scan_conversion* how = place->how;
    if (right && how->kind != 'c') {
        append(place, 0);
    }
    if (place->failed || !right) {
        if (how->allocate) {
            free(place->memory);
        }
        return place->failed ? SCAN_NO_MEMORY : SCAN_MISMATCH;
    }
    if (how->allocate && !how->suppress) {
        *(char**)how->to = place->memory;
    }
    return SCAN_DONE;
}

enum scan_result scan_text(struct reader* reader, const struct scan_conversion* how) {
    struct place place = {.how = how, .memory = how->allocate ? NULL : how->to};
    size_t count = 0; // of what the width counts
    bool right = true;
    if (how->kind == 'c' && how->width == SIZE_MAX) {
        reader->left = 1;
    }
    // The width counts characters: of more than one byte in wide conversions.
    const size_t wanted = reader->left;
    reader->left = SIZE_MAX;
    for (int next; right && count < wanted && (next = reader_look(reader)) != READER_END && belongs(how, next);) {
        reader_take(reader);
        right = append_byte(&place, (char)next);
        count += mbsinit(&place.state) != 0;
    }
    right = right && mbsinit(&place.state) && count > 0 && (how->kind != 'c' || count == wanted);
    return finish(&place, right);
}

#include "typed-line.h"

#include <stdbool.h>

#define CONTROL(letter) ((letter)&0x1f)
#define BACKSPACE 8
#define RUBOUT 0x7f

// Takes the last character away, which may be several bytes of UTF-8.
static void erase(struct typed_line* line, void (*echo)(const char* text, size_t size)) {
    bool more = line->size > 0;
    while (more) {
        more = (line->text[--line->size] & 0xc0) == 0x80 && line->size > 0;
    }
    echo("\b \b", 3);
}

static void erase_word(struct typed_line* line, void (*echo)(const char* text, size_t size)) {
    while (line->size > 0 && line->text[line->size - 1] == ' ') {
        erase(line, echo);
    }
    while (line->size > 0 && line->text[line->size - 1] != ' ') {
        erase(line, echo);
    }
}

enum typed_result typed_line_key(struct typed_line* line, unsigned char key,
                                 void (*echo)(const char* text, size_t size)) {
    const char character = (char)key;
    switch (key) {
        case '\r':
        case '\n':
            line->text[line->size++] = '\n';
            echo("\n", 1);
            return TYPED_READY;
        case CONTROL('D'): return line->size == 0 ? TYPED_END : TYPED_READY;
        case BACKSPACE:
        case RUBOUT:
            if (line->size > 0) {
                erase(line, echo);
            }
            return TYPED_MORE;
        case CONTROL('U'):
            while (line->size > 0) {
                erase(line, echo);
            }
            return TYPED_MORE;
        case CONTROL('W'): erase_word(line, echo); return TYPED_MORE;
        default: break;
    }
    if (key < ' ' && key != '\t') {
        return TYPED_MORE;
    }
    line->text[line->size++] = character;
    echo(&character, 1);
    return line->size + 1 == TYPED_LINE_MAX ? TYPED_READY : TYPED_MORE;
}

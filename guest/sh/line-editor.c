#include "line-editor.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "completion.h"
#include "console.h"

// What terminals have at least: longer lines are shown in part.
#define COLUMNS 80
#define CONTROL(letter) ((letter)&0x1f)
#define ESCAPE 0x1b
#define RUBOUT 0x7f
#define HISTORY_MAX 64

// What the sequences that begin with ESC mean, above all bytes.
enum { KEY_UP = 256, KEY_DOWN, KEY_RIGHT, KEY_LEFT, KEY_HOME, KEY_END, KEY_DELETE, KEY_UNKNOWN };

static char* history[HISTORY_MAX];
static size_t history_size;

struct editor {
    const char* prompt;
    char* line;
    size_t size;   // of the line
    size_t cursor; // in the line
    size_t entry;  // of the history; history_size while it is the line that is being written
    char kept[LINE_MAX]; // that line, while an entry is shown
};

static void remember(const char* line) {
    if (history_size > 0 && strcmp(history[history_size - 1], line) == 0) {
        return;
    }
    char* copy = strdup(line);
    if (copy == NULL) {
        return;
    }
    if (history_size == HISTORY_MAX) {
        free(history[0]);
        memmove(history, history + 1, (HISTORY_MAX - 1) * sizeof(*history));
        --history_size;
    }
    history[history_size++] = copy;
}

// CSI and SS3 sequences of a VT220. ECMA-48.
static int read_sequence(void) {
    int key = console_read();
    if (key != '[' && key != 'O') {
        return KEY_UNKNOWN;
    }
    key = console_read();
    if (isdigit(key)) {
        int number = 0;
        for (; isdigit(key) || key == ';'; key = console_read()) {
            number = key == ';' ? number : number * 10 + key - '0';
        }
        switch (number) {
            case 1:
            case 7: return KEY_HOME;
            case 3: return KEY_DELETE;
            case 4:
            case 8: return KEY_END;
            default: return KEY_UNKNOWN;
        }
    }
    switch (key) {
        case 'A': return KEY_UP;
        case 'B': return KEY_DOWN;
        case 'C': return KEY_RIGHT;
        case 'D': return KEY_LEFT;
        case 'H': return KEY_HOME;
        case 'F': return KEY_END;
        default: return KEY_UNKNOWN;
    }
}

// How much of the line fits behind the prompt, the cursor at its end included.
static size_t visible(const struct editor* editor) { return COLUMNS - 1 - strlen(editor->prompt); }

// Writes the line anew, or the part around the cursor, and moves the cursor to its place.
static void redraw(const struct editor* editor) {
    const size_t room = visible(editor);
    const size_t start = editor->cursor > room ? editor->cursor - room : 0;
    const size_t shown = editor->size - start < room ? editor->size - start : room;
    printf("\r%s%.*s\x1b[K", editor->prompt, (int)shown, editor->line + start);
    if (editor->cursor < start + shown) {
        printf("\x1b[%zuD", start + shown - editor->cursor);
    }
    fflush(stdout);
}

static void erase(struct editor* editor, size_t from, size_t to) {
    memmove(editor->line + from, editor->line + to, editor->size - to);
    editor->size -= to - from;
    editor->cursor = from;
    redraw(editor);
}

static void insert(struct editor* editor, char character) {
    if (editor->size + 1 >= LINE_MAX) {
        return;
    }
    memmove(editor->line + editor->cursor + 1, editor->line + editor->cursor, editor->size - editor->cursor);
    editor->line[editor->cursor++] = character;
    ++editor->size;
    if (editor->cursor == editor->size && editor->size <= visible(editor)) {
        putchar(character);
        fflush(stdout);
        return;
    }
    redraw(editor);
}

static void show_entry(struct editor* editor, size_t entry) {
    if (entry > history_size || entry == editor->entry) {
        return;
    }
    if (editor->entry == history_size) {
        memcpy(editor->kept, editor->line, editor->size);
        editor->kept[editor->size] = '\0';
    }
    editor->entry = entry;
    strlcpy(editor->line, entry == history_size ? editor->kept : history[entry], LINE_MAX);
    editor->size = editor->cursor = strlen(editor->line);
    redraw(editor);
}

static void move(struct editor* editor, size_t cursor) {
    if (cursor <= editor->size) {
        editor->cursor = cursor;
        redraw(editor);
    }
}

static size_t word_start(const struct editor* editor) {
    size_t at = editor->cursor;
    while (at > 0 && editor->line[at - 1] == ' ') {
        --at;
    }
    while (at > 0 && editor->line[at - 1] != ' ') {
        --at;
    }
    return at;
}

static void show_word(const char* word) { printf("%s  ", word); }

// Completes the word before the cursor as far as there is one way; shows the ways if there are several.
static void complete_word(struct editor* editor) {
    const size_t start = word_start(editor);
    struct completion found;
    char word[LINE_MAX];
    if (editor->cursor > 0 && editor->line[editor->cursor - 1] == ' ') {
        return;
    }
    memcpy(word, editor->line + start, editor->cursor - start);
    word[editor->cursor - start] = '\0';
    const bool is_first = strspn(editor->line, " ") >= start;
    complete(&found, word, is_first, NULL);
    if (found.count == 0) {
        return;
    }
    const size_t size = strlen(found.common);
    for (size_t i = strlen(word); i < size; ++i) {
        insert(editor, found.common[i]);
    }
    if (found.count == 1) {
        if (found.common[size - 1] != '/') {
            insert(editor, ' ');
        }
    } else if (size == strlen(word)) {
        putchar('\n');
        complete(&found, word, is_first, show_word);
        putchar('\n');
        redraw(editor);
    }
}

static void edit(struct editor* editor, int key) {
    const size_t cursor = editor->cursor;
    switch (key) {
        case CONTROL('A'):
        case KEY_HOME: move(editor, 0); return;
        case CONTROL('E'):
        case KEY_END: move(editor, editor->size); return;
        case CONTROL('B'):
        case KEY_LEFT: move(editor, cursor - 1); return; // SIZE_MAX at the start: nothing moves
        case CONTROL('F'):
        case KEY_RIGHT: move(editor, cursor + 1); return;
        case CONTROL('P'):
        case KEY_UP: show_entry(editor, editor->entry - 1); return;
        case CONTROL('N'):
        case KEY_DOWN: show_entry(editor, editor->entry + 1); return;
        case CONTROL('H'):
        case RUBOUT:
            if (cursor > 0) {
                erase(editor, cursor - 1, cursor);
            }
            return;
        case CONTROL('D'):
        case KEY_DELETE:
            if (cursor < editor->size) {
                erase(editor, cursor, cursor + 1);
                redraw(editor);
            }
            return;
        case '\t': complete_word(editor); return;
        case CONTROL('K'):
            editor->size = cursor;
            redraw(editor);
            return;
        case CONTROL('U'): erase(editor, 0, cursor); return;
        case CONTROL('W'): erase(editor, word_start(editor), cursor); return;
        case CONTROL('L'):
            printf("\x1b[H\x1b[J");
            redraw(editor);
            return;
        default:
            if (key >= ' ' && key < 256) {
                insert(editor, (char)key);
            }
    }
}

enum line_result line_read(const char* prompt, char line[LINE_MAX]) {
    struct editor editor = {.prompt = prompt, .line = line, .entry = history_size};
    printf("%s", prompt);
    fflush(stdout);
    for (;;) {
        int key = console_read();
        if (key == ESCAPE) {
            key = read_sequence();
        }
        if (key == '\r' || key == '\n') {
            break;
        }
        if (key == KEY_INTERRUPT) {
            printf("^C\n");
            return LINE_CANCELLED;
        }
        if (key == CONTROL('D') && editor.size == 0) {
            putchar('\n');
            return LINE_END;
        }
        edit(&editor, key);
    }
    putchar('\n');
    line[editor.size] = '\0';
    if (line[strspn(line, " ")] != '\0') {
        remember(line);
    }
    return LINE_READY;
}

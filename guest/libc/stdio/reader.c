#include "reader.h"

#include <ctype.h>

static int fetch_from_string(struct reader* reader) {
    return *reader->text == '\0' ? READER_END : (unsigned char)*reader->text++;
}

struct reader reader_of_string(const char* text) {
    return (struct reader){.fetch = fetch_from_string, .left = SIZE_MAX, .text = text};
}

int reader_look(struct reader* reader) {
    if (reader->left == 0) {
        return READER_END;
    }
    if (!reader->looked) {
        reader->next = reader->fetch(reader);
        reader->looked = true;
    }
    return reader->next;
}

void reader_take(struct reader* reader) {
    reader->looked = false;
    ++reader->taken;
    --reader->left;
}

bool reader_accept(struct reader* reader, char lower) {
    const int next = reader_look(reader);
    if (next == READER_END || tolower(next) != lower) {
        return false;
    }
    reader_take(reader);
    return true;
}

void reader_skip_space(struct reader* reader) {
    while (isspace(reader_look(reader))) {
        reader_take(reader);
    }
}

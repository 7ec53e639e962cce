// Reading, of files and of the standard input. C11, 7.21.7 and 7.21.8; getline and getdelim as in POSIX.
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/syscalls.h>

#include "scan.h"
#include "stream.h"

static struct libc_stream in_stream = {
    .lock = {.type = mtx_recursive},
    .kind = STREAM_INPUT,
    .at = PUSHBACK_MAX,
    .used = PUSHBACK_MAX,
};
FILE* const stdin = &in_stream;

static long read_file(FILE* stream, char* data, size_t size) {
    const uint64_t left = stream->next < stream->size ? stream->size - stream->next : 0;
    const size_t part = left < size ? left : size;
    if (part > 0 && zx_vmo_read(stream->vmo, data, stream->next, part) != ZX_OK) {
        errno = EIO;
        return -1;
    }
    stream->next += part;
    return (long)part;
}

static long read_input(char* data, size_t size) {
    fflush(stdout); // whoever is asked sees the question
    return standard_input(data, size);
}

// Reads more into the empty buffer; false if there is none.
static bool fill(FILE* stream) {
    char* data = stream->buffer + PUSHBACK_MAX;
    long size = -1;
    if (stream->kind == STREAM_FILE) {
        size = read_file(stream, data, CONSOLE_WRITE_MAX);
    } else if (stream->kind == STREAM_INPUT && !stream->end) {
        size = read_input(data, CONSOLE_WRITE_MAX);
    } else if (stream->kind == STREAM_INPUT) {
        return false; // until clearerr()
    } else {
        errno = EBADF;
    }
    stream->error |= size < 0;
    stream->end |= size == 0;
    if (size <= 0) {
        return false;
    }
    stream->at = PUSHBACK_MAX;
    stream->used = PUSHBACK_MAX + (size_t)size;
    return true;
}

static size_t at_hand(FILE* stream) {
    const bool reads = stream->kind != STREAM_OUTPUT;
    return (reads && stream->at < stream->used) || fill(stream) ? stream->used - stream->at : 0;
}

int stream_get(FILE* stream) { return at_hand(stream) > 0 ? (unsigned char)stream->buffer[stream->at++] : EOF; }

int stream_push(FILE* stream, int character) {
    if (character == EOF || stream->kind == STREAM_OUTPUT || stream->at == 0) {
        return EOF;
    }
    stream->buffer[--stream->at] = (char)character;
    stream->end = false;
    return (unsigned char)character;
}

size_t fread(void* restrict data, size_t size, size_t count, FILE* restrict stream) {
    size_t wanted, done = 0;
    if (__builtin_mul_overflow(size, count, &wanted) || wanted == 0) {
        return 0;
    }
    mtx_lock(&stream->lock);
    for (size_t part; done < wanted && (part = at_hand(stream)) > 0; done += part) {
        part = part < wanted - done ? part : wanted - done;
        memcpy((char*)data + done, stream->buffer + stream->at, part);
        stream->at += part;
    }
    mtx_unlock(&stream->lock);
    return done / size;
}

int fgetc(FILE* stream) {
    mtx_lock(&stream->lock);
    const int character = stream_get(stream);
    mtx_unlock(&stream->lock);
    return character;
}

int getc(FILE* stream) { return fgetc(stream); }
int getchar(void) { return fgetc(stdin); }

int ungetc(int character, FILE* stream) {
    mtx_lock(&stream->lock);
    const int pushed = stream_push(stream, character);
    mtx_unlock(&stream->lock);
    return pushed;
}

char* fgets(char* restrict text, int size, FILE* restrict stream) {
    int done = 0;
    mtx_lock(&stream->lock);
    for (int character = 0; done + 1 < size && character != '\n'; ++done) {
        character = stream_get(stream);
        if (character == EOF) {
            break;
        }
        text[done] = (char)character;
    }
    const bool failed = stream->error;
    mtx_unlock(&stream->lock);
    if (size < 1 || (done == 0 && size > 1) || failed) {
        return NULL;
    }
    text[done] = '\0';
    return text;
}

static bool grow(char** line, size_t* room) {
    const size_t larger = *line == NULL || *room < 64 ? 128 : *room * 2;
    char* moved = realloc(*line, larger);
    if (moved == NULL) {
        return false;
    }
    *line = moved;
    *room = larger;
    return true;
}

ssize_t getdelim(char** restrict line, size_t* restrict room, int delimiter, FILE* restrict stream) {
    size_t done = 0;
    mtx_lock(&stream->lock);
    for (int character = 0; character != delimiter || done == 0;) {
        if ((*line == NULL || done + 1 >= *room) && !grow(line, room)) {
            stream->error = true;
            break;
        }
        character = stream_get(stream);
        if (character == EOF) {
            break;
        }
        (*line)[done++] = (char)character;
    }
    const bool failed = stream->error;
    mtx_unlock(&stream->lock);
    if (done == 0 || failed) {
        return -1;
    }
    (*line)[done] = '\0';
    return (ssize_t)done;
}

ssize_t getline(char** restrict line, size_t* restrict room, FILE* restrict stream) {
    return getdelim(line, room, '\n', stream);
}

static int fetch_from_stream(struct reader* reader) { return stream_get(reader->stream); }

struct reader reader_of_stream(FILE* stream) {
    return (struct reader){.fetch = fetch_from_stream, .left = SIZE_MAX, .stream = stream};
}

void reader_give_back(struct reader* reader) {
    if (reader->looked && reader->next != READER_END) {
        stream_push(reader->stream, reader->next);
    }
}

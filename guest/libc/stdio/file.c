// Reading the files of the boot image. C11, 7.21.5 to 7.21.10.
#include <boot-files.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/syscalls.h>

#include "stream.h"

static int error_of(zx_status_t status) {
    switch (status) {
        case ZX_ERR_NOT_FOUND: return ENOENT;
        case ZX_ERR_BAD_PATH:
        case ZX_ERR_UNAVAILABLE: return ENOENT; // nobody gave this process a /boot
        case ZX_ERR_NOT_FILE: return EISDIR;
        case ZX_ERR_NO_MEMORY: return ENOMEM;
        default: return EIO;
    }
}

FILE* fopen(const char* restrict path, const char* restrict mode) {
    if (mode[0] != 'r' || strchr(mode, '+') != NULL) {
        errno = mode[0] == 'r' || mode[0] == 'w' || mode[0] == 'a' ? EROFS : EINVAL;
        return NULL;
    }
    FILE* stream = calloc(1, sizeof(*stream));
    if (stream == NULL) {
        return NULL;
    }
    stream->kind = STREAM_FILE;
    stream->lock.type = mtx_recursive;
    const zx_status_t status = boot_open(path, &stream->vmo, &stream->size);
    if (status != ZX_OK) {
        free(stream);
        errno = error_of(status);
        return NULL;
    }
    return stream;
}

int fclose(FILE* stream) {
    if (stream->kind != STREAM_FILE) {
        return fflush(stream);
    }
    zx_handle_close(stream->vmo);
    free(stream);
    return 0;
}

// The next bytes, at most `size`, as many as are at hand; 0 at the end.
static size_t read_some(FILE* stream, char* data, size_t size) {
    if (stream->kind == STREAM_CONSOLE) {
        stream->error = true;
        errno = EBADF;
        return 0;
    }
    if (stream->pushed) {
        stream->pushed = false;
        *data = (char)stream->back;
        return 1;
    }
    if (stream->kind == STREAM_EMPTY || stream->position >= stream->size) {
        stream->end = true;
        return 0;
    }
    if (stream->position < stream->buffer_start || stream->position >= stream->buffer_start + stream->used) {
        const uint64_t left = stream->size - stream->position;
        stream->buffer_start = stream->position;
        stream->used = left < sizeof(stream->buffer) ? left : sizeof(stream->buffer);
        if (zx_vmo_read(stream->vmo, stream->buffer, stream->position, stream->used) != ZX_OK) {
            stream->used = 0;
            stream->error = true;
            errno = EIO;
            return 0;
        }
    }
    const size_t at = stream->position - stream->buffer_start;
    const size_t part = stream->used - at < size ? stream->used - at : size;
    memcpy(data, stream->buffer + at, part);
    stream->position += part;
    return part;
}

size_t fread(void* restrict data, size_t size, size_t count, FILE* restrict stream) {
    const size_t wanted = size * count;
    size_t done = 0;
    mtx_lock(&stream->lock);
    for (size_t part; done < wanted && (part = read_some(stream, (char*)data + done, wanted - done)) > 0;) {
        done += part;
    }
    mtx_unlock(&stream->lock);
    return size == 0 ? 0 : done / size;
}

int fgetc(FILE* stream) {
    unsigned char character;
    return fread(&character, 1, 1, stream) == 1 ? character : EOF;
}

int getc(FILE* stream) { return fgetc(stream); }
int getchar(void) { return fgetc(stdin); }

int ungetc(int character, FILE* stream) {
    if (character == EOF || stream->pushed || stream->kind == STREAM_CONSOLE) {
        return EOF;
    }
    stream->pushed = true;
    stream->back = (unsigned char)character;
    stream->end = false;
    return stream->back;
}

char* fgets(char* restrict text, int size, FILE* restrict stream) {
    int done = 0;
    mtx_lock(&stream->lock);
    while (done + 1 < size && read_some(stream, text + done, 1) == 1) {
        if (text[done++] == '\n') {
            break;
        }
    }
    mtx_unlock(&stream->lock);
    if (done == 0) {
        return NULL;
    }
    text[done] = '\0';
    return text;
}

int fseek(FILE* stream, long offset, int from) {
    if (stream->kind != STREAM_FILE) {
        errno = ESPIPE;
        return -1;
    }
    int64_t base = 0;
    switch (from) {
        case SEEK_SET: break;
        case SEEK_CUR: base = ftell(stream); break;
        case SEEK_END: base = (int64_t)stream->size; break;
        default: base = INT64_MIN;
    }
    int64_t position;
    if (__builtin_add_overflow(base, offset, &position) || position < 0) {
        errno = EINVAL;
        return -1;
    }
    stream->position = (uint64_t)position;
    stream->pushed = stream->end = false;
    return 0;
}

long ftell(FILE* stream) {
    if (stream->kind != STREAM_FILE) {
        errno = ESPIPE;
        return -1;
    }
    return (long)stream->position - stream->pushed;
}

void rewind(FILE* stream) {
    fseek(stream, 0, SEEK_SET);
    clearerr(stream);
}

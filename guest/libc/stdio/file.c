// Files of the boot image, and positions in them. C11, 7.21.5 and 7.21.9.
#include <boot-files.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
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

// Makes a stream of a file; false, with errno, if it cannot be read.
static bool open_file(FILE* stream, const char* path, const char* mode) {
    zx_handle_t vmo;
    uint64_t size;
    if (mode[0] != 'r' || strchr(mode, '+') != NULL) {
        errno = mode[0] == 'r' || mode[0] == 'w' || mode[0] == 'a' ? EROFS : EINVAL;
        return false;
    }
    const zx_status_t status = boot_open(path, &vmo, &size);
    if (status != ZX_OK) {
        errno = error_of(status);
        return false;
    }
    stream->kind = STREAM_FILE;
    stream->vmo = vmo;
    stream->size = size;
    stream->next = 0;
    stream->at = stream->used = PUSHBACK_MAX;
    stream->end = stream->error = false;
    return true;
}

FILE* fopen(const char* restrict path, const char* restrict mode) {
    FILE* stream = calloc(1, sizeof(*stream));
    if (stream == NULL) {
        return NULL;
    }
    stream->lock.type = mtx_recursive;
    if (!open_file(stream, path, mode)) {
        free(stream);
        return NULL;
    }
    return stream;
}

static void close_file(FILE* stream) {
    stream_flush(stream);
    if (stream->kind == STREAM_FILE) {
        zx_handle_close(stream->vmo);
    }
}

static bool is_standard(FILE* stream) { return stream == stdin || stream == stdout || stream == stderr; }

int fclose(FILE* stream) {
    if (is_standard(stream)) {
        return fflush(stream);
    }
    close_file(stream);
    free(stream);
    return 0;
}

FILE* freopen(const char* restrict path, const char* restrict mode, FILE* restrict stream) {
    mtx_lock(&stream->lock);
    FILE fresh;
    const bool opened = path != NULL && open_file(&fresh, path, mode);
    if (opened) {
        close_file(stream);
        fresh.lock = stream->lock;
        *stream = fresh;
    } else if (path == NULL) {
        errno = EBADF;
    }
    mtx_unlock(&stream->lock);
    return opened ? stream : NULL;
}

int fseeko(FILE* stream, off_t offset, int from) {
    if (stream->kind != STREAM_FILE) {
        errno = ESPIPE;
        return -1;
    }
    mtx_lock(&stream->lock);
    int64_t base = from == SEEK_CUR ? ftell(stream) : from == SEEK_END ? (int64_t)stream->size : 0;
    int64_t position;
    const bool right = (from == SEEK_SET || from == SEEK_CUR || from == SEEK_END) &&
                       !__builtin_add_overflow(base, offset, &position) && position >= 0;
    if (right) {
        stream->next = (uint64_t)position;
        stream->at = stream->used = PUSHBACK_MAX;
        stream->end = false;
    } else {
        errno = EINVAL;
    }
    mtx_unlock(&stream->lock);
    return right ? 0 : -1;
}

off_t ftello(FILE* stream) {
    if (stream->kind != STREAM_FILE) {
        errno = ESPIPE;
        return -1;
    }
    return (off_t)stream->next - (off_t)(stream->used - stream->at);
}

int fseek(FILE* stream, long offset, int from) { return fseeko(stream, offset, from); }
long ftell(FILE* stream) { return ftello(stream); }

void rewind(FILE* stream) {
    fseek(stream, 0, SEEK_SET);
    clearerr(stream);
}

int fgetpos(FILE* restrict stream, fpos_t* restrict position) {
    *position = ftell(stream);
    return *position < 0 ? -1 : 0;
}

int fsetpos(FILE* stream, const fpos_t* position) { return fseek(stream, *position, SEEK_SET); }

int feof(FILE* stream) { return stream->end; }
int ferror(FILE* stream) { return stream->error; }
void clearerr(FILE* stream) { stream->end = stream->error = false; }

int fileno(FILE* stream) {
    if (!is_standard(stream)) {
        errno = EBADF;
        return -1;
    }
    return stream == stdin ? STDIN_FILENO : stream == stdout ? STDOUT_FILENO : STDERR_FILENO;
}

static int read_only(const char* path) {
    boot_stat_t found;
    const zx_status_t status = boot_stat(path, &found);
    errno = status == ZX_OK ? EROFS : error_of(status);
    return -1;
}

int remove(const char* path) { return read_only(path); }
int rename(const char* from, const char* to) {
    (void)to;
    return read_only(from);
}

void flockfile(FILE* stream) { mtx_lock(&stream->lock); }
int ftrylockfile(FILE* stream) { return mtx_trylock(&stream->lock) == thrd_success ? 0 : -1; }
void funlockfile(FILE* stream) { mtx_unlock(&stream->lock); }

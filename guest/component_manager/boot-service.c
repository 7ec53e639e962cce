// The protocol of <boot-files.h>.
#include <boot-files.h>
#include <string.h>
#include <zircon/syscalls.h>

#include "files.h"
#include "server.h"

struct answer {
    size_t size;
    zx_handle_t handle;
    union {
        boot_reply_t reply;
        char bytes[BOOT_MESSAGE_MAX];
    };
};

// True if the file lies in the directory `path` ("" is the root), directly or further below.
static bool is_below(const struct file* file, const char* path, size_t size) {
    return size == 0 || (strncmp(file->name, path, size) == 0 && file->name[size] == '/');
}

// The file's name, or its directory's with a slash, as it appears in the directory.
static const char* child_of(const struct file* file, size_t directory_size, size_t* size) {
    const char* name = file->name + (directory_size == 0 ? 0 : directory_size + 1);
    const char* slash = strchr(name, '/');
    *size = slash == NULL ? strlen(name) : (size_t)(slash - name) + 1;
    return name;
}

static bool is_directory(const char* path, size_t size) {
    for (size_t i = 0; i < files_count(); ++i) {
        if (is_below(files_at(i), path, size)) {
            return true;
        }
    }
    return false;
}

static zx_status_t stat(const char* path, size_t size, struct answer* answer) {
    const struct file* file = files_find(path, size);
    if (file == NULL && !is_directory(path, size)) {
        return ZX_ERR_NOT_FOUND;
    }
    answer->reply.kind = file == NULL ? BOOT_KIND_DIRECTORY : BOOT_KIND_FILE;
    answer->reply.size = file == NULL ? 0 : file->size;
    return ZX_OK;
}

static zx_status_t open(const char* path, size_t size, struct answer* answer) {
    const struct file* file = files_find(path, size);
    if (file == NULL) {
        return is_directory(path, size) ? ZX_ERR_NOT_FILE : ZX_ERR_NOT_FOUND;
    }
    answer->reply.kind = BOOT_KIND_FILE;
    answer->reply.size = file->size;
    return file_open(file, &answer->handle);
}

// True if an earlier file has put the same name into the directory already.
static bool is_repeated(size_t index, const char* path, size_t size, const char* child, size_t child_size) {
    for (size_t i = 0; i < index; ++i) {
        size_t other_size;
        if (is_below(files_at(i), path, size)) {
            const char* other = child_of(files_at(i), size, &other_size);
            if (other_size == child_size && memcmp(other, child, child_size) == 0) {
                return true;
            }
        }
    }
    return false;
}

static zx_status_t list(const char* path, size_t size, size_t index, struct answer* answer) {
    if (!is_directory(path, size)) {
        return files_find(path, size) != NULL ? ZX_ERR_NOT_DIR : ZX_ERR_NOT_FOUND;
    }
    for (; index < files_count(); ++index) {
        size_t child_size;
        if (!is_below(files_at(index), path, size)) {
            continue;
        }
        const char* child = child_of(files_at(index), size, &child_size);
        if (is_repeated(index, path, size, child, child_size)) {
            continue;
        }
        if (answer->size + child_size + 1 > sizeof(answer->bytes)) {
            answer->reply.size = index; // to be gone on with from here
            return ZX_OK;
        }
        memcpy(answer->bytes + answer->size, child, child_size);
        answer->bytes[answer->size + child_size] = '\0';
        answer->size += child_size + 1;
        ++answer->reply.kind;
    }
    return ZX_OK;
}

static zx_status_t act(const boot_request_t* request, struct answer* answer) {
    const char* path = request->path;
    const size_t size = request->path_size;
    switch (request->header.ordinal) {
        case BOOT_OP_STAT: return stat(path, size, answer);
        case BOOT_OP_OPEN: return open(path, size, answer);
        case BOOT_OP_LIST: return list(path, size, request->index, answer);
        case BOOT_OP_LOADER: return server_open(&files_server, answer_loader, &answer->handle);
        case BOOT_OP_CLONE: return server_open(&files_server, answer_boot_files, &answer->handle);
        default: return ZX_ERR_NOT_SUPPORTED;
    }
}

bool answer_boot_files(struct client* client) {
    boot_request_t request = {0};
    uint32_t size = 0;
    if (zx_channel_read(client->channel, 0, &request, NULL, sizeof(request), 0, &size, NULL) != ZX_OK ||
        size < offsetof(boot_request_t, path) || request.path_size != size - offsetof(boot_request_t, path)) {
        return false;
    }
    struct answer answer = {.size = sizeof(boot_reply_t), .reply.header = request.header};
    answer.reply.status = act(&request, &answer);
    const uint32_t handles = answer.handle == ZX_HANDLE_INVALID ? 0 : 1;
    return zx_channel_write(client->channel, 0, answer.bytes, (uint32_t)answer.size, &answer.handle, handles) == ZX_OK;
}

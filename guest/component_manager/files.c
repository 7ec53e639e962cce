#include "files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/boot/image.h>
#include <zircon/limits.h>
#include <zircon/syscalls.h>

static struct file* files;
static size_t count, room;

static _Noreturn void bad_image(const char* what) {
    printf("component_manager: BOOTFS: %s\n", what);
    exit(EXIT_FAILURE);
}

static void add(struct file file) {
    if (count == room) {
        room = room == 0 ? 64 : room * 2;
        files = realloc(files, room * sizeof(*files));
        if (files == NULL) {
            bad_image("no memory for the directory");
        }
    }
    files[count++] = file;
}

// The entry at `offset` of the directory; returns where the next one is.
static size_t read_entry(const char* directory, size_t size, size_t offset, zx_handle_t vmo, uint64_t image_size) {
    zbi_bootfs_dirent_t entry;
    if (size - offset < sizeof(entry)) {
        bad_image("expected directory entries of at least 12 bytes");
    }
    memcpy(&entry, directory + offset, sizeof(entry));
    if (entry.name_len < 2 || entry.name_len > ZBI_BOOTFS_MAX_NAME_LEN ||
        ZBI_BOOTFS_DIRENT_SIZE(entry.name_len) > size - offset) {
        bad_image("expected names of 2 to 256 bytes within the directory");
    }
    const char* name = directory + offset + sizeof(entry);
    if (strnlen(name, entry.name_len) != entry.name_len - 1) {
        bad_image("expected names ended by NUL");
    }
    if (entry.data_off % ZX_PAGE_SIZE != 0 || (uint64_t)entry.data_off + entry.data_len > image_size) {
        bad_image("expected files on whole pages within the image");
    }
    add((struct file){name, vmo, entry.data_off, entry.data_len});
    return offset + ZBI_BOOTFS_DIRENT_SIZE(entry.name_len);
}

void files_read_bootfs(zx_handle_t vmo) {
    zbi_bootfs_header_t header;
    uint64_t image_size = 0;
    if (zx_vmo_get_size(vmo, &image_size) != ZX_OK || zx_vmo_read(vmo, &header, 0, sizeof(header)) != ZX_OK ||
        header.magic != ZBI_BOOTFS_MAGIC || header.dirsize > image_size - sizeof(header)) {
        bad_image("expected an image with a directory");
    }
    char* directory = malloc(header.dirsize);
    if (directory == NULL || zx_vmo_read(vmo, directory, sizeof(header), header.dirsize) != ZX_OK) {
        bad_image("expected a directory that can be read");
    }
    for (size_t offset = 0; offset < header.dirsize;) {
        offset = read_entry(directory, header.dirsize, offset, vmo, image_size);
    }
}

void files_add_kernel_file(zx_handle_t vmo) {
    char name[ZX_MAX_NAME_LEN] = "", path[ZX_MAX_NAME_LEN + 8];
    uint64_t size = 0;
    zx_object_get_property(vmo, ZX_PROP_NAME, name, sizeof(name));
    zx_vmo_get_size(vmo, &size);
    snprintf(path, sizeof(path), "kernel/%s", name);
    char* kept = strdup(path);
    if (kept != NULL) {
        add((struct file){kept, vmo, 0, size});
    }
}

size_t files_count(void) { return count; }

const struct file* files_at(size_t index) { return &files[index]; }

const struct file* files_find(const char* path, size_t size) {
    for (size_t i = 0; i < count; ++i) {
        if (strlen(files[i].name) == size && memcmp(files[i].name, path, size) == 0) {
            return &files[i];
        }
    }
    return NULL;
}

zx_status_t file_open(const struct file* file, zx_handle_t* vmo) {
    zx_handle_t copy;
    zx_info_handle_basic_t info;
    zx_status_t status = zx_vmo_clone(file->vmo, ZX_VMO_CLONE_COPY_ON_WRITE, file->offset, file->size, &copy);
    if (status != ZX_OK) {
        return status;
    }
    zx_object_set_property(copy, ZX_PROP_NAME, file->name, strnlen(file->name, ZX_MAX_NAME_LEN - 1));
    status = zx_object_get_info(copy, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), NULL, NULL);
    if (status == ZX_OK) {
        status = zx_handle_replace(copy, info.rights & ~(ZX_RIGHT_WRITE | ZX_RIGHT_SET_PROPERTY), vmo);
    }
    return status;
}

#include "modules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/syscalls.h>

#define MODULES_MAX 128
#define SEGMENTS_MAX 32
#define NOTES_MAX 16

struct debug_view {
    int version;
    uint64_t modules;
};

struct link_map {
    uint64_t base, name, dynamic, next;
};

bool process_read(zx_handle_t process, uint64_t address, void* out, size_t size) {
    size_t actual = 0;
    return zx_process_read_memory(process, address, out, size, &actual) == ZX_OK && actual == size;
}

static void read_text(zx_handle_t process, uint64_t address, char out[MODULE_NAME_MAX]) {
    size_t size = 0;
    while (size + 1 < MODULE_NAME_MAX && process_read(process, address + size, out + size, 1) && out[size] != '\0') {
        ++size;
    }
    out[size] = '\0';
}

// A file that a module's name may mean: programs are known by their first argument.
static const struct file* find_file(const char* name) {
    static const char* const folders[] = {"", "bin/", "svc/", "lib/"};
    char path[MODULE_NAME_MAX + 8];
    for (size_t i = 0; i < countof(folders); ++i) {
        const int size = snprintf(path, sizeof(path), "%s%s", folders[i], name);
        const struct file* file = files_find(path, (size_t)size);
        if (file != NULL) {
            return file;
        }
    }
    return NULL;
}

// The build ID, from a segment of notes.
static void read_build_id(zx_handle_t process, struct loaded* module, const Elf64_Phdr* segment) {
    struct {
        Elf64_Nhdr header;
        char name[4];
    } note;
    uint64_t at = 0;
    for (size_t i = 0; i < NOTES_MAX && at + sizeof(note) <= segment->p_memsz; ++i) {
        const uint64_t address = module->base + segment->p_vaddr + at;
        if (!process_read(process, address, &note, sizeof(note))) {
            return;
        }
        const uint64_t description = sizeof(note.header) + ((note.header.n_namesz + 3u) & ~3u);
        if (note.header.n_type == NT_GNU_BUILD_ID && note.header.n_namesz == 4 && memcmp(note.name, "GNU", 4) == 0 &&
            note.header.n_descsz <= BUILD_ID_MAX &&
            process_read(process, address + description, module->build_id, note.header.n_descsz)) {
            module->build_id_size = note.header.n_descsz;
            return;
        }
        at += description + ((note.header.n_descsz + 3u) & ~3u);
    }
}

// Where its segments are, by its own headers.
static bool read_headers(zx_handle_t process, struct loaded* module) {
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    if (!process_read(process, module->base, &header, sizeof(header)) ||
        memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_phnum > SEGMENTS_MAX) {
        return false;
    }
    module->low = UINT64_MAX;
    for (size_t i = 0; i < header.e_phnum; ++i) {
        if (!process_read(process, module->base + header.e_phoff + i * sizeof(segment), &segment, sizeof(segment))) {
            return false;
        }
        const uint64_t start = module->base + segment.p_vaddr, end = start + segment.p_memsz;
        if (segment.p_type == PT_LOAD) {
            module->low = start < module->low ? start : module->low;
            module->high = end > module->high ? end : module->high;
        } else if (segment.p_type == PT_NOTE && module->build_id_size == 0) {
            read_build_id(process, module, &segment);
        }
    }
    return module->low < module->high;
}

void modules_read(zx_handle_t process, struct modules* out) {
    uintptr_t address = 0;
    struct debug_view view = {0};
    struct link_map map;
    *out = (struct modules){.list = calloc(MODULES_MAX, sizeof(struct loaded))};
    zx_object_get_property(process, ZX_PROP_PROCESS_DEBUG_ADDR, &address, sizeof(address));
    if (out->list == NULL || address == 0 || !process_read(process, address, &view, sizeof(view))) {
        return;
    }
    // The list is the process's, and may lead round and round.
    uint64_t at = view.modules;
    for (size_t i = 0; i < MODULES_MAX && at != 0 && process_read(process, at, &map, sizeof(map)); ++i, at = map.next) {
        struct loaded* module = &out->list[out->count];
        module->base = map.base;
        read_text(process, map.name, module->name);
        module->file = find_file(module->name);
        out->count += read_headers(process, module);
    }
}

void modules_free(struct modules* modules) { free(modules->list); }

void modules_print(const struct modules* modules) {
    for (size_t i = 0; i < modules->count; ++i) {
        const struct loaded* module = &modules->list[i];
        printf("dso: id=");
        for (size_t j = 0; j < module->build_id_size; ++j) {
            printf("%02x", module->build_id[j]);
        }
        printf(" base=0x%lx name=%s\n", module->base, module->name);
    }
}

const struct loaded* modules_find_address(const struct modules* modules, uint64_t address) {
    for (size_t i = 0; i < modules->count; ++i) {
        if (address >= modules->list[i].low && address < modules->list[i].high) {
            return &modules->list[i];
        }
    }
    return NULL;
}

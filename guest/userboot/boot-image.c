#include "boot-image.h"

#include <string.h>
#include <zircon/boot/image.h>
#include <zircon/features.h>
#include <zircon/syscalls.h>

#include "log.h"
#include "lz4.h"
#include "zbi.h"

#define PAGE_UP(size) (((size) + ZX_PAGE_MASK) & ~(uint64_t)ZX_PAGE_MASK)

static void set_name(zx_handle_t object, const char* name, size_t length) {
    const size_t room = ZX_MAX_NAME_LEN - 1;
    _zx_object_set_property(object, ZX_PROP_NAME, name, length < room ? length : room);
}

// Maps the whole VMO with the pages that it has.
static void* map(zx_handle_t log, zx_handle_t vmar, zx_handle_t vmo, uint64_t size, zx_vm_option_t options,
                 const char* what) {
    zx_vaddr_t address = 0;
    check(log, _zx_vmar_map(vmar, options | ZX_VM_MAP_RANGE, 0, vmo, 0, PAGE_UP(size), &address), what);
    return (void*)address;
}

static bool cpu_has_crc32(void) {
    uint32_t features = 0;
    return _zx_system_get_features(ZX_FEATURE_KIND_CPU, &features) == ZX_OK &&
           (features & ZX_ARM64_FEATURE_ISA_CRC32);
}

// Size of the item's content: compressed or not.
static uint32_t content_size(zx_handle_t log, const struct zbi_item* item) {
    const bool compressed = item->flags & ZBI_FLAG_STORAGE_COMPRESSED;
    const uint32_t size = compressed ? item->extra : item->length;
    if (size == 0) {
        fail(log, "boot image: BOOTFS item is empty, at %x", (uint64_t)item->offset);
    }
    if (size > _zx_system_get_physmem()) {
        fail(log, "boot image: BOOTFS of %u bytes is larger than memory, at %x", (uint64_t)size,
             (uint64_t)item->offset);
    }
    return size;
}

static void unpack(zx_handle_t log, const struct zbi_item* item, uint8_t* to, uint32_t size) {
    if (item->flags & ZBI_FLAG_STORAGE_COMPRESSED) {
        check_problem(log, lz4_decode(item->payload, item->length, to, size), "BOOTFS item");
    } else {
        memcpy(to, item->payload, size);
    }
}

void boot_files_open(zx_handle_t log, zx_handle_t vmar, zx_handle_t image, struct boot_files* files) {
    uint64_t image_size = 0;
    check(log, _zx_vmo_get_size(image, &image_size), "boot image: cannot get its size");
    if (image_size == 0) {
        fail(log, "boot image is empty");
    }
    uint8_t* bytes = map(log, vmar, image, image_size, ZX_VM_PERM_READ, "boot image: cannot map it");

    struct zbi_item item;
    check_problem(log, zbi_find(bytes, image_size, ZBI_TYPE_STORAGE_BOOTFS, cpu_has_crc32(), &item),
                  "boot image");
    const uint32_t size = content_size(log, &item);
    log_line(log, "BOOTFS at %x of the boot image: %u bytes%s", (uint64_t)item.offset, (uint64_t)item.length,
             item.flags & ZBI_FLAG_STORAGE_COMPRESSED ? ", LZ4" : "");

    zx_handle_t vmo = ZX_HANDLE_INVALID;
    static const char name[] = "userboot-bootfs";
    check(log, _zx_vmo_create(PAGE_UP((uint64_t)size), 0, &vmo), "BOOTFS: cannot make room");
    set_name(vmo, name, sizeof(name) - 1);
    // All of it will be written: pages now, rather than by a fault each, and an error where there are not enough.
    check(log, _zx_vmo_op_range(vmo, ZX_VMO_OP_COMMIT, 0, PAGE_UP((uint64_t)size), NULL, 0),
          "BOOTFS: cannot make room");
    uint8_t* content = map(log, vmar, vmo, size, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, "BOOTFS: cannot map room");
    unpack(log, &item, content, size);
    check_problem(log, bootfs_open(content, size, &files->fs), "BOOTFS");
    log_line(log, "BOOTFS is %u bytes with %u files", (uint64_t)size, (uint64_t)files->fs.files);

    check(log, _zx_vmar_unmap(vmar, (zx_vaddr_t)bytes, PAGE_UP(image_size)), "boot image: cannot unmap it");
    check(log, _zx_vmar_protect(vmar, ZX_VM_PERM_READ, (zx_vaddr_t)content, PAGE_UP((uint64_t)size)),
          "BOOTFS: cannot protect it");
    check(log, _zx_vmo_replace_as_executable(vmo, ZX_HANDLE_INVALID, &vmo), "BOOTFS: cannot make it executable");
    files->vmo = vmo;
    files->log = log;
}

zx_status_t boot_files_get(const struct boot_files* files, const char* path, size_t path_length, zx_handle_t* vmo,
                           uint32_t* size) {
    struct bootfs_file file;
    if (bootfs_find(&files->fs, path, path_length, &file).text != NULL) {
        return ZX_ERR_NOT_FOUND;
    }
    zx_handle_t clone = ZX_HANDLE_INVALID;
    const zx_status_t status =
        _zx_vmo_clone(files->vmo, ZX_VMO_CLONE_COPY_ON_WRITE, file.offset, file.size, &clone);
    if (status != ZX_OK) {
        return status;
    }
    set_name(clone, path, path_length);
    *size = file.size;
    return _zx_handle_replace(clone,
                              ZX_RIGHTS_BASIC | ZX_RIGHT_READ | ZX_RIGHT_EXECUTE | ZX_RIGHT_MAP |
                                  ZX_RIGHT_GET_PROPERTY,
                              vmo);
}

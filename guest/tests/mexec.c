// Starts another kernel: docs/syscalls/system_mexec.md. The boot image has it in an item that everybody else skips,
// DISCARD with extra 1, and what goes with it in one with extra 2; without that, it gets the items of
// zx_system_mexec_payload_get.
#include <stdio.h>
#include <stdlib.h>
#include <zircon/boot/image.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>

static zx_handle_t bootdata;

static zx_handle_t vmo_of(const void* bytes, size_t size) {
    zx_handle_t vmo = ZX_HANDLE_INVALID;
    if (zx_vmo_create(size, 0, &vmo) != ZX_OK || zx_vmo_write(vmo, bytes, 0, size) != ZX_OK) {
        printf("no memory for %zu bytes\n", size);
    }
    return vmo;
}

// The payload of an item in a VMO of its own.
static zx_handle_t item(uint32_t extra) {
    zx_handle_t vmo = ZX_HANDLE_INVALID;
    zbi_header_t container, header;
    zx_vmo_read(bootdata, &container, 0, sizeof(container));
    for (uint64_t at = sizeof(container); at < sizeof(container) + container.length;
         at += sizeof(header) + ZBI_ALIGN(header.length)) {
        if (zx_vmo_read(bootdata, &header, at, sizeof(header)) != ZX_OK) {
            return ZX_HANDLE_INVALID;
        }
        if (header.type != ZBI_TYPE_DISCARD || header.extra != extra) {
            continue;
        }
        void* payload = malloc(header.length);
        if (payload != NULL && zx_vmo_read(bootdata, payload, at + sizeof(header), header.length) == ZX_OK) {
            vmo = vmo_of(payload, header.length);
        }
        free(payload);
        return vmo;
    }
    return ZX_HANDLE_INVALID;
}

static zx_handle_t payload(zx_handle_t resource) {
    static char items[4096];
    zx_status_t status = zx_system_mexec_payload_get(resource, items, 16);
    printf("payload_get of 16 bytes: %s\n", zx_status_get_string(status));
    status = zx_system_mexec_payload_get(resource, items, sizeof(items));
    printf("payload_get: %s\n", zx_status_get_string(status));
    return vmo_of(items, sizeof(items));
}

int main(void) {
    const zx_handle_t resource = zx_take_startup_handle(PA_HND(PA_RESOURCE, 0));
    bootdata = zx_take_startup_handle(PA_HND(PA_VMO_BOOTDATA, 0));
    const zx_handle_t kernel = item(1);
    zx_handle_t image = item(2);
    if (image == ZX_HANDLE_INVALID) {
        image = payload(resource);
    }
    printf("no kernel: %s\n", zx_status_get_string(zx_system_mexec(resource, image, image)));
    printf("mexec: %s\n", zx_status_get_string(zx_system_mexec(resource, kernel, image)));
    return 1;
}

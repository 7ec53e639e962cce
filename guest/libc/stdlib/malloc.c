// Memory: blocks of fixed sizes from arenas, each size with a list of free ones; large blocks are mappings of their own.
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <zircon/limits.h>
#include <zircon/syscalls.h>

#include "../pages.h"
#include "../startup.h"

#define ARENA_SIZE (256u * 1024)
#define LARGE (32u * 1024)
// 16 up to 256 bytes, then four for each of the octaves up to LARGE.
#define CLASSES (16 + 7 * 4)

// Stands before every block, so that blocks are aligned to 16.
struct block {
    size_t size;        // of the contents
    struct block* next; // while free; BLOCK_USED while not
};

#define BLOCK_USED ((struct block*)(uintptr_t)0x65737520u)
// A block within a larger one, for alignments above 16: size is then the distance to the block's own contents.
#define BLOCK_ALIGNED ((struct block*)(uintptr_t)0x6e696c61u)

static mtx_t lock;
static struct block* free_blocks[CLASSES];
static char* arena;
static size_t arena_left;

// Sizes go in steps of 16 up to 256, then in four steps an octave.
static unsigned class_of(size_t size, size_t* rounded) {
    if (size <= 256) {
        *rounded = size == 0 ? 16 : (size + 15) & ~(size_t)15;
        return (unsigned)(*rounded / 16 - 1);
    }
    const unsigned octave = 63u - (unsigned)__builtin_clzl(size - 1);
    const size_t step = (size_t)1 << (octave - 2);
    *rounded = (size + step - 1) & ~(step - 1);
    return 16 + (octave - 8) * 4 + (unsigned)((*rounded - ((size_t)1 << octave)) / step) - 1;
}

static void* map_pages(size_t size) {
    zx_handle_t vmo;
    zx_vaddr_t address;
    if (zx_vmo_create(size, ZX_VMO_NON_RESIZABLE, &vmo) != ZX_OK) {
        return NULL;
    }
    zx_object_set_property(vmo, ZX_PROP_NAME, "heap", 4);
    const zx_status_t status =
        zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo, 0, size, &address);
    zx_handle_close(vmo);
    return status == ZX_OK ? (void*)address : NULL;
}

static void* no_memory(void) {
    errno = ENOMEM;
    return NULL;
}

static void* allocate_large(size_t size) {
    if (size > SIZE_MAX / 2) {
        return no_memory();
    }
    const size_t pages = whole_pages(size + sizeof(struct block));
    struct block* block = map_pages(pages);
    if (block == NULL) {
        return no_memory();
    }
    block->size = pages - sizeof(struct block);
    block->next = BLOCK_USED;
    return block + 1;
}

static struct block* carve(size_t size) {
    const size_t whole = size + sizeof(struct block);
    if (whole > arena_left) {
        char* fresh = map_pages(ARENA_SIZE);
        if (fresh == NULL) {
            return NULL;
        }
        arena = fresh;
        arena_left = ARENA_SIZE;
    }
    struct block* block = (struct block*)(void*)arena;
    arena += whole;
    arena_left -= whole;
    block->size = size;
    return block;
}

void* malloc(size_t size) {
    if (size > LARGE) {
        return allocate_large(size);
    }
    size_t rounded;
    const unsigned class = class_of(size, &rounded);
    mtx_lock(&lock);
    struct block* block = free_blocks[class];
    if (block != NULL) {
        free_blocks[class] = block->next;
    } else {
        block = carve(rounded);
    }
    mtx_unlock(&lock);
    if (block == NULL) {
        return no_memory();
    }
    block->next = BLOCK_USED;
    return block + 1;
}

static struct block* block_of(void* memory) {
    struct block* block = (struct block*)memory - 1;
    if (block->next == BLOCK_ALIGNED) {
        block = (struct block*)(void*)((char*)memory - block->size) - 1;
    }
    if (block->next != BLOCK_USED) {
        abort(); // freed before, or never allocated, or overwritten
    }
    return block;
}

void free(void* memory) {
    if (memory == NULL) {
        return;
    }
    struct block* block = block_of(memory);
    if (block->size > LARGE) {
        zx_vmar_unmap(zx_vmar_root_self(), (uintptr_t)block, block->size + sizeof(struct block));
        return;
    }
    size_t rounded;
    const unsigned class = class_of(block->size, &rounded);
    mtx_lock(&lock);
    block->next = free_blocks[class];
    free_blocks[class] = block;
    mtx_unlock(&lock);
}

void* calloc(size_t count, size_t size) {
    size_t whole;
    if (__builtin_mul_overflow(count, size, &whole)) {
        return no_memory();
    }
    void* memory = malloc(whole);
    // A mapping of its own is zero already.
    return memory == NULL || whole > LARGE ? memory : memset(memory, 0, whole);
}

void* realloc(void* memory, size_t size) {
    if (memory == NULL) {
        return malloc(size);
    }
    struct block* block = block_of(memory);
    const size_t held = block->size - (size_t)((char*)memory - (char*)(block + 1));
    if (size <= held && (size > held / 2 || held <= 256)) {
        return memory;
    }
    void* moved = malloc(size);
    if (moved != NULL) {
        memcpy(moved, memory, size < held ? size : held);
        free(memory);
    }
    return moved;
}

void* reallocarray(void* memory, size_t count, size_t size) {
    size_t whole;
    return __builtin_mul_overflow(count, size, &whole) ? no_memory() : realloc(memory, whole);
}

void* aligned_alloc(size_t alignment, size_t size) {
    if (alignment <= 16) {
        return malloc(size);
    }
    if ((alignment & (alignment - 1)) != 0 || size > SIZE_MAX - alignment) {
        errno = EINVAL;
        return NULL;
    }
    char* memory = malloc(size + alignment);
    if (memory == NULL || (uintptr_t)memory % alignment == 0) {
        return memory;
    }
    char* aligned = (char*)(((uintptr_t)memory + alignment - 1) & ~(alignment - 1));
    struct block* marker = (struct block*)(void*)aligned - 1;
    marker->size = (size_t)(aligned - memory);
    marker->next = BLOCK_ALIGNED;
    return aligned;
}

int posix_memalign(void** memory, size_t alignment, size_t size) {
    if (alignment < sizeof(void*) || (alignment & (alignment - 1)) != 0) {
        return EINVAL;
    }
    *memory = aligned_alloc(alignment, size);
    return *memory == NULL ? ENOMEM : 0;
}

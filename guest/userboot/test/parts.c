// Userboot's readers of files, run on the host under sanitizers:
//
//     parts decode FRAME SIZE          the frame's content, to the standard output
//     parts list ZBI                   files of its BOOTFS: offset, size, name, and what ELF says
//     parts fuzz ZBI ROUNDS SEED       mutations of the image; how often which problem was found
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/boot/image.h>

#include "../bootfs.h"
#include "../checksum.h"
#include "../elf.h"
#include "../lz4.h"
#include "../zbi.h"

// A mutated size must not take the machine's memory.
#define LARGEST_CONTENT ((uint32_t)64 << 20)

struct buffer {
    uint8_t* bytes;
    size_t size;
};

static void die(const char* what) {
    fprintf(stderr, "parts: %s\n", what);
    exit(2);
}

// A buffer of exactly its size, so that the sanitizer sees the first byte beyond.
static struct buffer make_buffer(size_t size) {
    struct buffer buffer = {malloc(size > 0 ? size : 1), size};
    if (buffer.bytes == NULL) {
        die("out of memory");
    }
    return buffer;
}

static struct buffer read_file(const char* path) {
    FILE* file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        die(path);
    }
    struct buffer buffer = make_buffer((size_t)ftell(file));
    rewind(file);
    if (fread(buffer.bytes, 1, buffer.size, file) != buffer.size) {
        die(path);
    }
    fclose(file);
    return buffer;
}

// The BOOTFS content of a boot image, as boot-image.c unpacks it.
static struct problem unpack(struct buffer image, struct buffer* content) {
    struct zbi_item item;
    struct problem problem = zbi_find(image.bytes, image.size, ZBI_TYPE_STORAGE_BOOTFS, true, &item);
    if (problem.text != NULL) {
        return problem;
    }
    const bool compressed = item.flags & ZBI_FLAG_STORAGE_COMPRESSED;
    const uint32_t size = compressed ? item.extra : item.length;
    if (size == 0 || size > LARGEST_CONTENT) {
        return PROBLEM("(size not tried)", item.offset);
    }
    *content = make_buffer(size);
    if (!compressed) {
        memcpy(content->bytes, item.payload, size);
        return NO_PROBLEM;
    }
    problem = lz4_decode(item.payload, item.length, content->bytes, size);
    if (problem.text != NULL) {
        free(content->bytes);
    }
    return problem;
}

// What elf-load.c reads of a file.
static struct problem plan_elf(const uint8_t* bytes, uint64_t size, struct elf_plan* plan) {
    struct elf_header header = {0};
    memcpy(&header, bytes, size < sizeof(header) ? size : sizeof(header));
    struct problem problem = elf_check_header(&header, size);
    if (problem.text != NULL) {
        return problem;
    }
    struct elf_segment segments[ELF_MAX_SEGMENTS];
    memcpy(segments, bytes + header.phoff, header.phnum * sizeof(segments[0]));
    return elf_make_plan(&header, segments, size, plan);
}

static const zbi_bootfs_dirent_t* next_entry(const struct bootfs* fs, uint64_t* at) {
    if (*at >= fs->directory_end) {
        return NULL;
    }
    const zbi_bootfs_dirent_t* entry = (const void*)(fs->image + *at);
    *at += ZBI_BOOTFS_DIRENT_SIZE(entry->name_len);
    return entry;
}

static void list(struct buffer image) {
    struct buffer content = {NULL, 0};
    struct bootfs fs;
    struct problem problem = unpack(image, &content);
    if (problem.text == NULL) {
        problem = bootfs_open(content.bytes, content.size, &fs);
    }
    if (problem.text != NULL) {
        printf("%s, at 0x%llx\n", problem.text, (unsigned long long)problem.offset);
        return;
    }
    uint64_t at = sizeof(zbi_bootfs_header_t);
    for (const zbi_bootfs_dirent_t* entry; (entry = next_entry(&fs, &at)) != NULL;) {
        struct bootfs_file file;
        struct elf_plan plan;
        if (bootfs_find(&fs, entry->name, entry->name_len - 1, &file).text != NULL) {
            die("a file of the directory is not found");
        }
        problem = plan_elf(fs.image + file.offset, file.size, &plan);
        printf("%x %u %s: ", file.offset, file.size, entry->name);
        if (problem.text != NULL) {
            printf("%s\n", problem.text);
        } else {
            printf("%u segments, 0x%llx bytes, entry 0x%llx, stack %llu\n", plan.load_count,
                   (unsigned long long)plan.span, (unsigned long long)plan.entry,
                   (unsigned long long)plan.stack_size);
        }
    }
    free(content.bytes);
}

static uint64_t random_state;

// xorshift64*, by S. Vigna.
static uint32_t random_below(uint32_t limit) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)((random_state * 0x2545f4914f6cdd1du >> 32) * (uint64_t)limit >> 32);
}

static const uint32_t telling_words[] = {0, 1, 3, 4, 0xff, 0xfff, 0x1000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};

// Changes a few bytes, most of them near the start, where headers are.
static void mutate(struct buffer* buffer) {
    for (uint32_t changes = 1 + random_below(4); changes > 0 && buffer->size > 8; --changes) {
        const uint32_t region = random_below(2) ? (uint32_t)buffer->size : (buffer->size < 256 ? (uint32_t)buffer->size : 256);
        const uint32_t at = random_below(region);
        switch (random_below(5)) {
        case 0:
            buffer->bytes[at] ^= (uint8_t)(1u << random_below(8));
            break;
        case 1:
            buffer->bytes[at] = (uint8_t)random_below(256);
            break;
        case 2:
            memcpy(buffer->bytes + (at & ~3u) % (buffer->size - 3), &telling_words[random_below(sizeof(telling_words) / 4)], 4);
            break;
        case 3: {
            const uint32_t from = random_below((uint32_t)buffer->size - 7);
            memmove(buffer->bytes + at % (buffer->size - 7), buffer->bytes + from, 8);
            break;
        }
        case 4:
            if (random_below(8) == 0) {
                struct buffer shorter = make_buffer(random_below((uint32_t)buffer->size));
                memcpy(shorter.bytes, buffer->bytes, shorter.size);
                free(buffer->bytes);
                *buffer = shorter;
            }
            break;
        }
    }
}

// Makes every item's CRC right again, so that what lies behind the check is reached too.
static void forgive_crc(struct buffer image) {
    for (size_t at = sizeof(zbi_header_t); at + sizeof(zbi_header_t) <= image.size;) {
        zbi_header_t header;
        memcpy(&header, image.bytes + at, sizeof(header));
        header.flags &= ~(uint32_t)ZBI_FLAG_CRC32;
        header.crc32 = ZBI_ITEM_NO_CRC32;
        memcpy(image.bytes + at, &header, sizeof(header));
        at += sizeof(header) + (((uint64_t)header.length + ZBI_ALIGNMENT - 1) & -(uint64_t)ZBI_ALIGNMENT);
    }
}

struct outcome {
    const char* text;
    unsigned long count;
};

static struct outcome outcomes[64];

static void count_outcome(const char* text) {
    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); ++i) {
        if (outcomes[i].text == NULL) {
            outcomes[i].text = text;
        }
        if (strcmp(outcomes[i].text, text) == 0) {
            ++outcomes[i].count;
            return;
        }
    }
    die("more outcomes than expected");
}

static void fuzz_files(struct buffer content) {
    struct bootfs fs;
    const struct problem problem = bootfs_open(content.bytes, content.size, &fs);
    if (problem.text != NULL) {
        count_outcome(problem.text);
        return;
    }
    uint64_t at = sizeof(zbi_bootfs_header_t);
    for (const zbi_bootfs_dirent_t* entry; (entry = next_entry(&fs, &at)) != NULL;) {
        struct bootfs_file found;
        if (bootfs_find(&fs, entry->name, entry->name_len - 1, &found).text != NULL) {
            die("a file of the directory is not found");
        }
        struct buffer file = make_buffer(found.size);
        memcpy(file.bytes, fs.image + found.offset, file.size);
        mutate(&file);
        struct elf_plan plan;
        const struct problem elf = plan_elf(file.bytes, file.size, &plan);
        count_outcome(elf.text != NULL ? elf.text : "(loads)");
        free(file.bytes);
    }
}

static void fuzz(struct buffer good, unsigned long rounds) {
    for (unsigned long round = 0; round < rounds; ++round) {
        struct buffer image = make_buffer(good.size);
        memcpy(image.bytes, good.bytes, good.size);
        if (random_below(4) != 0) {
            mutate(&image);
        }
        if (random_below(4) != 0) {
            forgive_crc(image);
        }
        struct buffer content = {NULL, 0};
        const struct problem problem = unpack(image, &content);
        if (problem.text != NULL) {
            count_outcome(problem.text);
        } else {
            if (random_below(2)) {
                mutate(&content);
            }
            fuzz_files(content);
            free(content.bytes);
        }
        free(image.bytes);
    }
    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]) && outcomes[i].text != NULL; ++i) {
        printf("%lu %s\n", outcomes[i].count, outcomes[i].text);
    }
}

int main(int argc, char** argv) {
    if (argc == 4 && strcmp(argv[1], "decode") == 0) {
        const struct buffer frame = read_file(argv[2]);
        const struct buffer content = make_buffer(strtoul(argv[3], NULL, 0));
        const struct problem problem = lz4_decode(frame.bytes, frame.size, content.bytes, content.size);
        if (problem.text != NULL) {
            die(problem.text);
        }
        fwrite(content.bytes, 1, content.size, stdout);
    } else if (argc == 3 && strcmp(argv[1], "list") == 0) {
        list(read_file(argv[2]));
    } else if (argc == 5 && strcmp(argv[1], "fuzz") == 0) {
        random_state = strtoull(argv[4], NULL, 0);
        fuzz(read_file(argv[2]), strtoul(argv[3], NULL, 0));
    } else {
        die("expected decode FRAME SIZE, list ZBI or fuzz ZBI ROUNDS SEED");
    }
    return 0;
}

// What the last word of a line may become: commands and programs first, then paths of the boot image.
#pragma once

#include <boot-files.h>
#include <stddef.h>

struct completion {
    size_t count;               // of the words that fit
    char common[BOOT_PATH_MAX]; // what all of them begin with
};

// Finds the words that begin with `word`, which is the line's first or not; calls `each` with every one unless it is
// null.
void complete(struct completion* out, const char* word, int is_first, void (*each)(const char* word));

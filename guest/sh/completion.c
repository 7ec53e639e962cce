#include "completion.h"

#include <stdio.h>
#include <string.h>

#include "shell.h"

struct search {
    struct completion* out;
    const char* word;
    const char* prefix; // before each name of a directory
    void (*each)(const char* word);
};

static void consider(struct search* search, const char* word) {
    struct completion* out = search->out;
    if (strncmp(word, search->word, strlen(search->word)) != 0) {
        return;
    }
    if (out->count++ == 0) {
        strlcpy(out->common, word, sizeof(out->common));
    } else {
        size_t same = 0;
        while (out->common[same] != '\0' && out->common[same] == word[same]) {
            ++same;
        }
        out->common[same] = '\0';
    }
    if (search->each != NULL) {
        search->each(word);
    }
}

static int consider_name(void* context, const char* name) {
    struct search* search = context;
    char word[BOOT_PATH_MAX * 2];
    snprintf(word, sizeof(word), "%s%s", search->prefix, name);
    consider(search, word);
    return true;
}

void complete(struct completion* out, const char* word, int is_first, void (*each)(const char* word)) {
    struct search search = {.out = out, .word = word, .prefix = "", .each = each};
    *out = (struct completion){0};
    const char* slash = strrchr(word, '/');
    if (is_first && slash == NULL) {
        for (size_t i = 0; i < command_count; ++i) {
            consider(&search, commands[i].name);
        }
        boot_list("bin", consider_name, &search);
        return;
    }
    char directory[BOOT_PATH_MAX] = "", path[BOOT_PATH_MAX] = "";
    if (slash != NULL && (size_t)(slash - word) + 2 < sizeof(directory)) {
        strlcpy(directory, word, (size_t)(slash - word) + 2);
        strlcpy(path, word, (size_t)(slash - word) + 1);
    }
    search.prefix = directory;
    boot_list(path, consider_name, &search);
}

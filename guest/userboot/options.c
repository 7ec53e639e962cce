#include "options.h"

#include <string.h>

#include "log.h"
#include "text.h"

#define DEFAULT_COMMAND "bin/component_manager+--boot"

// The value of `word` if it is `name=value` or `name`, else null.
static const char* option_value(const char* word, const char* name) {
    const size_t length = text_length(name);
    for (size_t i = 0; i < length; ++i) {
        if (word[i] != name[i]) {
            return NULL;
        }
    }
    if (word[length] == '\0') {
        return word + length;
    }
    return word[length] == '=' ? word + length + 1 : NULL;
}

// Whether `word` is the option, and not switched off: docs/kernel_cmdline.md, "For boolean options".
static bool option_set(const char* word, const char* name) {
    const char* value = option_value(word, name);
    return value != NULL && !text_equal(value, "0") && !text_equal(value, "false") && !text_equal(value, "off");
}

// "file+arg+arg" becomes "file\0arg\0arg\0".
static void set_command(zx_handle_t log, struct options* options, const char* text) {
    const size_t size = text_length(text) + 1;
    if (size > sizeof(options->command)) {
        fail(log, "userboot.next of %u bytes is too long", (uint64_t)size - 1);
    }
    memcpy(options->command, text, size);
    options->arguments = (struct strings){options->command, (uint32_t)size, 1};
    for (size_t i = 0; i < size; ++i) {
        if (options->command[i] == '+') {
            options->command[i] = '\0';
            ++options->arguments.count;
        }
    }
    if (options->command[0] == '\0') {
        fail(log, "userboot.next names no file");
    }
}

void options_parse(zx_handle_t log, struct strings environment, struct options* options) {
    const char* next = DEFAULT_COMMAND;
    options->shutdown = false;
    options->reboot = false;
    const char* word = environment.first;
    for (uint32_t i = 0; i < environment.count; ++i) {
        const char* value = option_value(word, "userboot.next");
        if (value == NULL) {
            value = option_value(word, "userboot");
        }
        if (value != NULL) {
            next = value;
        }
        options->shutdown = options->shutdown || option_set(word, "userboot.shutdown");
        options->reboot = options->reboot || option_set(word, "userboot.reboot");
        word += text_length(word) + 1;
    }
    set_command(log, options, next);
}

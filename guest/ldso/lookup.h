// Symbols by name. System V ABI (gABI), chapter 5, "Hash Table"; the GNU hash table as binutils and lld write it.
#pragma once

#include "modules.h"

struct definition {
    const struct module* module; // null: nobody defines it
    const Elf64_Sym* symbol;
};

// The first definition in the order of the modules, behind `after` if that is given.
struct definition lookup(const char* name, const struct module* after);

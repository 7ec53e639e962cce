// The functions of an ELF file, by its symbol table or, if that was stripped, by what it exports.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../files.h"

#define SYMBOL_NAME_MAX 96

// The function that an address of the file is in, and how far.
bool symbol_find(const struct file* file, uint64_t address, char name[SYMBOL_NAME_MAX], uint64_t* offset);

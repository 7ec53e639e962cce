// Relocation of modules: ELF for the Arm 64-bit Architecture (AAELF64), 5.7.
#pragma once

#include "modules.h"

// Applies all relocations of a module.
void relocate(struct module* module);

// Applies the relative relocations of the dynamic linker itself, before anything else can work.
void relocate_relative(uintptr_t base, const Elf64_Dyn* dynamic);

// Makes what PT_GNU_RELRO covers read-only.
void protect_relro(const struct module* module);

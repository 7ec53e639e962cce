// For programs that nobody links to the vDSO: its functions by name, from the image that is mapped at vdso_base.
#pragma once

#include <stdint.h>

// The address of the vDSO's function `name`, or null.
void* vdso_lookup(uintptr_t vdso_base, const char* name);

// Declares and finds: `VDSO_FUNCTION(vdso_base, zx_debug_write)(text, size)`.
#define VDSO_FUNCTION(vdso_base, name) ((__typeof(&name))vdso_lookup(vdso_base, #name))

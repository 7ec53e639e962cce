// The vDSO as data: everything in it that can be called, and its segments.
// Hidden throughout: nobody relocates a program without a library.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <zircon/compiler.h>

typedef uint64_t vdso_call_t(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

enum { VDSO_CALLS_MAX = 256 };

struct vdso_call {
    vdso_call_t* function;
    // As the vDSO's string table has it.
    const char* name;
};

extern __LOCAL struct vdso_call vdso_calls[VDSO_CALLS_MAX];
extern __LOCAL uint32_t vdso_call_count;

// Fills the table with the functions whose names begin with "_zx_".
__LOCAL void vdso_collect_calls(uintptr_t base);

struct vdso_segments {
    // Bytes from the image's start; what lies before is read-only data.
    size_t code_start, code_size;
};
__LOCAL struct vdso_segments vdso_segments(uintptr_t base);

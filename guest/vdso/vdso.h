// What the vDSO's C files share. The code is stateless: registers, the caller's stack and constants, nothing else.
#pragma once

#include <zircon/syscalls.h>

#include "syscall-entries.h"
#include "vdso-constants.h"

// Gives `_zx_name`, defined before, its second name.
#define VDSO_EXPORT(name) \
    extern __typeof(_zx_##name) zx_##name __EXPORT __WEAK_ALIAS("_zx_" #name)

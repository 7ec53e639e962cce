// The constants that the kernel writes before the first process starts (src/zircon/abi/vdso-constants.ts).
#include "vdso-constants.h"

.section .rodata.vdso_constants, "a", %progbits
.globl vdso_constants
.hidden vdso_constants
.type vdso_constants, %object
.p2align 3
vdso_constants:
    .zero VDSO_CONSTANTS_SIZE
.size vdso_constants, . - vdso_constants

.section .note.GNU-stack, "", %progbits

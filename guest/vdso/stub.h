// Macros for the stubs that enter the kernel.
//
// The private interface: the number in x16, arguments in x0 to x7, `svc #0`, the result in x0. The kernel preserves
// every register but x0 and x1. Each `svc` is a call site: a local symbol call_site.<entry>.<function> tells the
// pipeline which entry may be made from there, and the kernel refuses all others.
#pragma once

#include <zircon/errors.h>

#include "syscall-numbers.h"

.macro begin_function name
    .globl \name
    .hidden \name
    .type \name, %function
    .p2align 2
\name:
    .cfi_startproc
.endm

.macro end_function name
    .cfi_endproc
    .size \name, . - \name
.endm

// The function under the public names: _zx_ strong, zx_ weak, so that a program may define its own zx_.
.macro export_function name, local
    .globl _zx_\name
    .type _zx_\name, %function
    .set _zx_\name, \local
    .size _zx_\name, . - \local
    .weak zx_\name
    .type zx_\name, %function
    .set zx_\name, \local
    .size zx_\name, . - \local
.endm

.macro enter_kernel entry, function
    mov x16, #SYSCALL_\entry
call_site.\entry\().\function:
    svc #0
.endm

.macro finish_stub name, visibility
    end_function syscall_\name
    .ifc \visibility, public
    export_function \name, syscall_\name
    .endif
.endm

.macro plain_stub name, visibility
    begin_function syscall_\name
    enter_kernel \name, \name
    ret
    finish_stub \name, \visibility
.endm

.macro noreturn_stub name, visibility
    begin_function syscall_\name
    enter_kernel \name, \name
    brk #1
    finish_stub \name, \visibility
.endm

// A wait that was broken off because the thread was suspended starts again with the same arguments.
.macro blocking_stub name, visibility
    begin_function syscall_\name
    mov x9, x0
    mov x10, x1
0:  enter_kernel \name, \name
    cmn w0, #-(ZX_ERR_INTERNAL_INTR_RETRY)
    b.eq 1f
    ret
1:  mov x0, x9
    mov x1, x10
    b 0b
    finish_stub \name, \visibility
.endm

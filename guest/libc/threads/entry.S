// Beginnings of threads: struct thread lies directly below TPIDR_EL0, the shadow call stack grows up from x18.
#define THREAD_SIZE 104
#define THREAD_STACK_TOP 48
#define THREAD_SHADOW_STACK 56

    .text
    .globl thread_entry
    .hidden thread_entry
    .type thread_entry, %function
thread_entry:
    mov x29, xzr
    mov x30, xzr
    add x9, x0, #THREAD_SIZE
    msr tpidr_el0, x9
    ldr x18, [x0, #THREAD_SHADOW_STACK]
    bl thread_main
    brk #1
    .size thread_entry, . - thread_entry

    .globl thread_switch_to
    .hidden thread_switch_to
    .type thread_switch_to, %function
thread_switch_to:
    mov x29, xzr
    mov x30, xzr
    add x9, x0, #THREAD_SIZE
    msr tpidr_el0, x9
    ldr x18, [x0, #THREAD_SHADOW_STACK]
    ldr x10, [x0, #THREAD_STACK_TOP]
    mov sp, x10
    blr x1
    brk #1
    .size thread_switch_to, . - thread_switch_to
    .section .note.GNU-stack, "", %progbits

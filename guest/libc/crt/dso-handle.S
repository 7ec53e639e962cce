// By its address a program or library tells itself apart, when it registers destructors. Itanium C++ ABI, 3.3.5.2.
    .data
    .globl __dso_handle
    .hidden __dso_handle
    .type __dso_handle, %object
    .p2align 3
__dso_handle:
    .xword 0
    .size __dso_handle, 8

    .section .note.GNU-stack, "", %progbits

.globl _start
.type _start,%function
_start: adrp x0, greeting
 add x0,x0,:lo12:greeting
 b .
.size _start, .-_start
.section .rodata
greeting: .asciz "hello"
.size greeting, 6
.bss
.local scratch
scratch: .skip 64
.size scratch, 64

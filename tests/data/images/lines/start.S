.globl _start
_start:
  mov x0, #5
  bl first
1: wfi
  b 1b

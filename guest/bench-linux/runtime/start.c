/** Where every program begins: the stack holds the count of arguments, then the arguments (System V ABI). */
#include "start.h"
#include "system.h"

#if defined(__aarch64__)
__asm__(".globl _start\n"
        "_start:\n"
        "  mov x29, xzr\n"
        "  mov x0, sp\n"
        "  bl begin\n");
#else
__asm__(".globl _start\n"
        "_start:\n"
        "  xorl %ebp, %ebp\n"
        "  movl %esp, %eax\n"
        "  andl $-16, %esp\n"
        "  subl $12, %esp\n"
        "  pushl %eax\n"
        "  call begin\n");
#endif

__attribute__((used)) _Noreturn static void begin(long *stack) __asm__("begin");
static void begin(long *stack) { leave(start((int)stack[0], (char **)(stack + 1))); }

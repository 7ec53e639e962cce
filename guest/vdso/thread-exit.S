// Two calls that end a thread after its stack may be gone: they use registers only, and enter the kernel themselves.
#include "stub.h"

// zx_status_t vmar_unmap_handle_close_thread_exit(vmar_handle w0, addr x1, size x2, close_handle w3)
// Returns only if the unmapping fails.
begin_function vmar_unmap_handle_close_thread_exit
    mov w9, w3
    enter_kernel vmar_unmap, vmar_unmap_handle_close_thread_exit
    cbz w0, 1f
    ret
1:  mov w0, w9
    enter_kernel handle_close, vmar_unmap_handle_close_thread_exit
    cbnz w0, 2f
    enter_kernel thread_exit, vmar_unmap_handle_close_thread_exit
2:  brk #1
end_function vmar_unmap_handle_close_thread_exit
export_function vmar_unmap_handle_close_thread_exit, vmar_unmap_handle_close_thread_exit

// void futex_wake_handle_close_thread_exit(value_ptr x0, wake_count w1, new_value w2, close_handle w3)
begin_function futex_wake_handle_close_thread_exit
    mov w9, w3
    stlr w2, [x0]
    enter_kernel futex_wake, futex_wake_handle_close_thread_exit
    cbnz w0, 1f
    mov w0, w9
    enter_kernel handle_close, futex_wake_handle_close_thread_exit
    cbnz w0, 1f
    enter_kernel thread_exit, futex_wake_handle_close_thread_exit
1:  brk #1
end_function futex_wake_handle_close_thread_exit
export_function futex_wake_handle_close_thread_exit, futex_wake_handle_close_thread_exit

.section .note.GNU-stack, "", %progbits

// What a program was given when it started; the C library answers.
#pragma once

#include <stdint.h>
#include <zircon/types.h>

__BEGIN_CDECLS

// Takes the startup handle whose handle info is hnd_info, a PA_HND(); ZX_HANDLE_INVALID if there is none (any more).
zx_handle_t zx_take_startup_handle(uint32_t hnd_info);

zx_handle_t zx_thread_self(void);
zx_handle_t _zx_thread_self(void);
zx_handle_t zx_process_self(void);
zx_handle_t _zx_process_self(void);
zx_handle_t zx_vmar_root_self(void);
zx_handle_t _zx_vmar_root_self(void);
zx_handle_t zx_job_default(void);
zx_handle_t _zx_job_default(void);

__END_CDECLS

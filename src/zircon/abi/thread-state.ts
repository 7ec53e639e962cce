/** ZX_THREAD_STATE_BLOCKED_*, <zircon/syscalls/object.h>: why a thread is blocked. */
export const BlockedState = {
  EXCEPTION: 0x103,
  SLEEPING: 0x203,
  FUTEX: 0x303,
  PORT: 0x403,
  CHANNEL: 0x503,
  WAIT_ONE: 0x603,
  WAIT_MANY: 0x703,
  INTERRUPT: 0x803,
} as const;

/** ZX_THREAD_STATE_*, <zircon/syscalls/object.h>: where a thread is in its life. */
export const ThreadState = { NEW: 0, RUNNING: 1, SUSPENDED: 2, DYING: 4, DEAD: 5 } as const;

/** ZX_THREAD_STATE_BLOCKED_*: why a thread is blocked. */
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

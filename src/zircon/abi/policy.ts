/** Conditions and actions of job policies, <zircon/syscalls/policy.h>. */
export const Policy = {
  BAD_HANDLE: 0,
  WRONG_OBJECT: 1,
  VMAR_WX: 2,
  NEW_ANY: 3,
  NEW_VMO: 4,
  NEW_CHANNEL: 5,
  NEW_EVENT: 6,
  NEW_EVENTPAIR: 7,
  NEW_PORT: 8,
  NEW_SOCKET: 9,
  NEW_FIFO: 10,
  NEW_TIMER: 11,
  NEW_PROCESS: 12,
} as const;
export type Policy = (typeof Policy)[keyof typeof Policy];

export const PolicyAction = { ALLOW: 0, DENY: 1, EXCEPTION: 2, KILL: 5 } as const;
/** Conditions are below this: ZX_POL_MAX. */
export const POLICY_MAX = 13;

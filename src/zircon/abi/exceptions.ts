/** zx_excp_type_t, <zircon/syscalls/exception.h>. */
export const ExceptionType = {
  GENERAL: 0x008,
  FATAL_PAGE_FAULT: 0x108,
  UNDEFINED_INSTRUCTION: 0x208,
  SW_BREAKPOINT: 0x308,
  HW_BREAKPOINT: 0x408,
  UNALIGNED_ACCESS: 0x508,
  THREAD_STARTING: 0x8008,
  THREAD_EXITING: 0x8108,
  POLICY_ERROR: 0x8208,
  PROCESS_STARTING: 0x8308,
} as const;
export type ExceptionType = (typeof ExceptionType)[keyof typeof ExceptionType];

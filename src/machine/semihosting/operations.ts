/** Numbers of semihosting. Arm, "Semihosting for AArch32 and AArch64", release 2.0, sections 5 and 6. */

/** In W0. */
export const Operation = {
  Open: 0x01,
  Close: 0x02,
  WriteC: 0x03,
  Write0: 0x04,
  Write: 0x05,
  Read: 0x06,
  ReadC: 0x07,
  IsError: 0x08,
  IsTty: 0x09,
  Seek: 0x0a,
  Flen: 0x0c,
  TmpNam: 0x0d,
  Remove: 0x0e,
  Rename: 0x0f,
  Clock: 0x10,
  Time: 0x11,
  System: 0x12,
  Errno: 0x13,
  GetCommandLine: 0x15,
  HeapInfo: 0x16,
  Exit: 0x18,
  SyncCache: 0x19,
  ExitExtended: 0x20,
  Elapsed: 0x30,
  TickFreq: 0x31,
} as const;

/** Errors as SYS_ERRNO tells them: those of Linux, whose numbers C libraries for bare metal have as well. */
export const Errno = {
  EPERM: 1,
  ENOENT: 2,
  EIO: 5,
  E2BIG: 7,
  EBADF: 9,
  EACCES: 13,
  EFAULT: 14,
  EINVAL: 22,
  EMFILE: 24,
  ENOTTY: 25,
  ESPIPE: 29,
  ENAMETOOLONG: 36,
  ENOSYS: 38,
} as const;

/** The largest number of an error that Linux has room for. */
export const MOST_ERRNO = 4095;

/** The reason of SYS_EXIT that is no failure. */
export const APPLICATION_EXIT = 0x20026n;

/** Of SYS_OPEN: 0 is fopen's "r", 4 "w", 8 "a"; with 1 more "b", with 2 more "+". */
export const OPEN_MODES = 12;

/** What `:semihosting-features` holds: SHFB, then SH_EXT_EXIT_EXTENDED and SH_EXT_STDOUT_STDERR. Section 4.3. */
export const FEATURES = Uint8Array.of(0x53, 0x48, 0x46, 0x42, 3);

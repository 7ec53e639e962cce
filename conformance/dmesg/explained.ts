/** Differences of the kernel's messages that are known, with their reasons; docs/dmesg.md says more. */
export interface Explained {
  /** Whose line it is; `moved` if both have it, in different places. */
  readonly side: 'here' | 'qemu' | 'moved';
  readonly pattern: RegExp;
  readonly reason: string;
}

/** A line that both have, with numbers that may be a little apart. */
export interface Approximate {
  /** Matches the numbers and nothing else of the line that they are in. */
  readonly numbers: RegExp;
  readonly line: RegExp;
  /** Largest difference. */
  readonly tolerance: number;
  readonly reason: string;
}

const AARCH32 = 'the cores here execute AArch64 only, and ID_AA64PFR0_EL1 says so';
const ASYNCHRONOUS = 'printed by a kernel thread beside the boot: when it runs depends on the exact time';

export const explained: readonly Explained[] = [
  { side: 'qemu', pattern: /^CPU features: detected: 32-bit EL[01] Support$/, reason: AARCH32 },
  {
    side: 'here',
    pattern: /^setend instruction emulation is not supported on this system$/,
    reason: 'the cores here have no big-endian data, and ID_AA64MMFR0_EL1 says so',
  },
  { side: 'moved', pattern: /^Trying to unpack rootfs image as initramfs\.\.\.$/, reason: ASYNCHRONOUS },
  { side: 'moved', pattern: /^Freeing initrd memory: \d+K$/, reason: ASYNCHRONOUS },
  { side: 'moved', pattern: /^audit: type=\d+ audit\(#:1\): state=initialized/, reason: ASYNCHRONOUS },
];

export const approximate: readonly Approximate[] = [
  {
    line: /^Memory: \d+K\/\d+K available /,
    numbers: /\d+(?=K (?:reserved|available)|K\/)/g,
    tolerance: 512,
    reason:
      'KiB; how much is reserved depends on where KASLR puts the kernel, how much is free on threads beside it',
  },
];

/** Whether two lines are the same but for numbers that a rule lets be apart. */
export function areClose({ line, numbers, tolerance }: Approximate, a: string, b: string): boolean {
  if (!line.test(a) || a.replace(numbers, '#') !== b.replace(numbers, '#')) return false;
  const values = (text: string): number[] => [...text.matchAll(numbers)].map(([digits]) => Number(digits));
  const others = values(b);
  return values(a).every((value, i) => Math.abs(value - others[i]) <= tolerance);
}

/** Names of what syndromes say. Arm ARM D13.2.37, "ESR_EL1": EC, and DFSC or IFSC of its ISS. */

/** Exception classes, ESR bits 31 to 26. Where two differ in the level they come from, they share a name. */
const classNames: Readonly<Record<number, string>> = {
  0x00: 'undefined instruction',
  0x01: 'trapped WFI or WFE',
  0x07: 'trapped FP or SIMD',
  0x0e: 'illegal execution state',
  0x15: 'SVC',
  0x16: 'HVC',
  0x17: 'SMC',
  0x18: 'trapped MSR, MRS or system instruction',
  0x20: 'instruction abort',
  0x21: 'instruction abort',
  0x22: 'PC alignment fault',
  0x24: 'data abort',
  0x25: 'data abort',
  0x26: 'SP alignment fault',
  0x2f: 'SError',
  0x30: 'breakpoint',
  0x31: 'breakpoint',
  0x32: 'software step',
  0x33: 'software step',
  0x34: 'watchpoint',
  0x35: 'watchpoint',
  0x3c: 'BRK',
};

/** Exceptions that set FAR: aborts, watchpoints, a misaligned PC. */
const withFaultAddress = new Set([0x20, 0x21, 0x22, 0x24, 0x25, 0x34, 0x35]);

const classOf = (syndrome: number): number => syndrome >>> 26;

export function setsFaultAddress(syndrome: number): boolean {
  return withFaultAddress.has(classOf(syndrome));
}

/** What an exception of this syndrome is called. */
export function exceptionName(syndrome: number): string {
  const exceptionClass = classOf(syndrome);
  const name = classNames[exceptionClass] ?? `exception of class 0x${exceptionClass.toString(16)}`;
  const isAbort = name.endsWith('abort');
  return isAbort ? `${name} (${faultName(syndrome & 0x3f)})` : name;
}

const levelledFaults: Readonly<Record<number, string>> = {
  0x00: 'address size fault',
  0x04: 'translation fault',
  0x08: 'access flag fault',
  0x0c: 'permission fault',
  0x14: 'external abort on table walk',
};

const otherFaults: Readonly<Record<number, string>> = {
  0x10: 'external abort',
  0x21: 'alignment fault',
  0x22: 'debug event',
};

/** What a fault status code, DFSC or IFSC, is called. */
export function faultName(status: number): string {
  const levelled = levelledFaults[status & ~3];
  if (levelled !== undefined) return `${levelled}, level ${status & 3}`;
  return otherFaults[status] ?? `fault status 0x${status.toString(16)}`;
}

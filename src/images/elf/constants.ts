/** ELF's numbers and their names. Documents: System V ABI (gABI), chapters 4 and 5; ELF for the Arm 64-bit Architecture. */

/** Offsets in the file header, 64-bit class. */
export const fileHeader = {
  class: 4,
  data: 5,
  version: 6,
  osAbi: 7,
  type: 16,
  machine: 18,
  entry: 24,
  programHeaders: 32,
  sectionHeaders: 40,
  flags: 48,
  programHeaderSize: 54,
  programHeaderCount: 56,
  sectionHeaderSize: 58,
  sectionHeaderCount: 60,
  sectionNames: 62,
  size: 64,
} as const;

export const programHeader = {
  type: 0,
  flags: 4,
  offset: 8,
  virtualAddress: 16,
  physicalAddress: 24,
  fileSize: 32,
  memorySize: 40,
  alignment: 48,
  size: 56,
} as const;

export const sectionHeader = {
  name: 0,
  type: 4,
  flags: 8,
  address: 16,
  offset: 24,
  fileSize: 32,
  link: 40,
  info: 44,
  alignment: 48,
  entrySize: 56,
  size: 64,
} as const;

export const symbolEntry = {
  name: 0,
  info: 4,
  other: 5,
  section: 6,
  value: 8,
  symbolSize: 16,
  size: 24,
} as const;

export const machineAArch64 = 183;

/** Other machines that people have files of. */
const machineNames: Readonly<Record<number, string>> = {
  3: 'x86',
  8: 'MIPS',
  20: 'PowerPC',
  21: '64-bit PowerPC',
  22: 'S/390',
  40: '32-bit Arm',
  62: 'x86-64',
  243: 'RISC-V',
  258: 'LoongArch',
};

/** `62 (x86-64)`; the number alone where no name is known. */
export function machineText(machine: number): string {
  const name = machineNames[machine];
  return name === undefined ? String(machine) : `${machine} (${name})`;
}

/** Escapes for counts that do not fit in the file header; the real ones are in section header 0. */
export const extended = { programHeaderCount: 0xffff, sectionNames: 0xffff } as const;

export const segmentType = { load: 1, dynamic: 2, interpreter: 3, note: 4 } as const;
export const segmentFlag = { execute: 1, write: 2, read: 4 } as const;
export const sectionType = { symbols: 2, strings: 3, noBits: 8, dynamicSymbols: 11 } as const;
export const sectionFlag = { write: 1, alloc: 2, execute: 4 } as const;

/** `sh_flags` as the letters of `readelf -S`, by bit; those of operating system and processor below. */
const flagLetters = 'WAXxMSILOGTC';
const osFlags = 0x0ff0_0000n;
const processorFlags = 0x7000_0000n;
const excludeFlag = 1n << 31n;
const memoryBindFlag = 1n << 24n;
/** SHF_GNU_RETAIN, on systems that have it: GNU and FreeBSD. */
const retainFlag = 1n << 21n;
const systemsWithRetain: readonly number[] = [3, 9];

/**
 * A section's flags as `readelf -S` prints them, from bit 0 on. A flag of the system or the processor that has no letter
 * is `o` for all of its kind above it, or `p` for all above it.
 * @param osAbi `EI_OSABI`
 */
export function sectionFlagText(flags: bigint, osAbi: number): string {
  let text = '';
  for (let left = flags; left !== 0n;) {
    const flag = left & -left;
    left &= ~flag;
    const bit = flag.toString(2).length - 1;
    if (bit < flagLetters.length) text += flagLetters[bit];
    else if (flag === excludeFlag) text += 'E';
    else if (flag === memoryBindFlag) text += 'D';
    else if (flag === retainFlag && systemsWithRetain.includes(osAbi)) text += 'R';
    else if ((flag & osFlags) !== 0n) {
      text += 'o';
      left &= ~osFlags;
    } else if ((flag & processorFlags) !== 0n) {
      // readelf looks no further.
      return `${text}p`;
    } else text += 'x';
  }
  return text;
}

export const fileTypeNames: Readonly<Record<number, string>> = {
  0: 'NONE',
  1: 'REL',
  2: 'EXEC',
  3: 'DYN',
  4: 'CORE',
};

export const segmentTypeNames: Readonly<Record<number, string>> = {
  0: 'NULL',
  1: 'LOAD',
  2: 'DYNAMIC',
  3: 'INTERP',
  4: 'NOTE',
  5: 'SHLIB',
  6: 'PHDR',
  7: 'TLS',
  0x6474e550: 'GNU_EH_FRAME',
  0x6474e551: 'GNU_STACK',
  0x6474e552: 'GNU_RELRO',
  0x6474e553: 'GNU_PROPERTY',
};

export const sectionTypeNames: Readonly<Record<number, string>> = {
  0: 'NULL',
  1: 'PROGBITS',
  2: 'SYMTAB',
  3: 'STRTAB',
  4: 'RELA',
  5: 'HASH',
  6: 'DYNAMIC',
  7: 'NOTE',
  8: 'NOBITS',
  9: 'REL',
  10: 'SHLIB',
  11: 'DYNSYM',
  14: 'INIT_ARRAY',
  15: 'FINI_ARRAY',
  16: 'PREINIT_ARRAY',
  17: 'GROUP',
  18: 'SYMTAB_SHNDX',
  19: 'RELR',
  0x6ffffff6: 'GNU_HASH',
  0x6ffffffd: 'VERDEF',
  0x6ffffffe: 'VERNEED',
  0x6fffffff: 'VERSYM',
};

export const symbolTypeNames: Readonly<Record<number, string>> = {
  0: 'NOTYPE',
  1: 'OBJECT',
  2: 'FUNC',
  3: 'SECTION',
  4: 'FILE',
  5: 'COMMON',
  6: 'TLS',
  10: 'IFUNC',
};

export const symbolBindingNames: Readonly<Record<number, string>> = {
  0: 'LOCAL',
  1: 'GLOBAL',
  2: 'WEAK',
  10: 'UNIQUE',
};

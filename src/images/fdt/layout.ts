/** The flattened devicetree's numbers. Document: Devicetree Specification v0.4, chapter 5. */

export const magic = 0xd00dfeed;
/** The version that is written, and the oldest that can read it. */
export const version = 17;
export const lastCompatibleVersion = 16;

/** Offsets of the header's fields, each 32 bits. */
export const header = {
  magic: 0,
  totalSize: 4,
  structOffset: 8,
  stringsOffset: 12,
  reservationsOffset: 16,
  version: 20,
  lastCompatibleVersion: 24,
  bootCpu: 28,
  stringsSize: 32,
  structSize: 36,
} as const;
export const headerSize = 40;
/** Version 16 had no `size_dt_struct`. */
export const headerSizeVersion16 = 36;

/** Tokens of the structure block. */
export const token = { beginNode: 1, endNode: 2, property: 3, nop: 4, end: 9 } as const;

/** An entry of the memory reservation block: address and size, 64 bits each; both 0 end it. */
export const reservationSize = 16;

/** What the kernel knows at compile time of the RODSOs that it carries. Offsets are from an image's start. */
import type { SyscallName } from '../abi/numbers.js';

export interface RodsoImage {
  readonly soname: string;
  /** Lower-case hexadecimal. */
  readonly buildId: string;
  /** The read-only pages end and the executable ones begin here. */
  readonly codeStart: number;
  /** Size of the image: whole pages. */
  readonly codeEnd: number;
}

export interface UserbootImage extends RodsoImage {
  readonly entry: number;
  /** Bytes of the function at the entry. */
  readonly entrySize: number;
}

/** What makes a call disappear from a variant: `brk #1` over its code, nothing where its symbols were. */
export interface HiddenCall {
  readonly name: SyscallName;
  readonly code: number;
  /** Bytes of code. */
  readonly size: number;
  /** The 24-byte entries of its names in the dynamic symbol table. */
  readonly symbols: readonly number[];
}

export interface VdsoImage extends RodsoImage {
  /** Where the kernel writes the constants, see `../abi/vdso-constants.ts`. */
  readonly constants: number;
  /** The `svc` instructions from which each kernel entry may be made. */
  readonly callSites: Readonly<Record<SyscallName, readonly number[]>>;
  readonly hidden: Readonly<Record<'test1' | 'test2', readonly HiddenCall[]>>;
}

/** The bytes that base64 stands for. */
export function decodeBase64(text: string): Uint8Array {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

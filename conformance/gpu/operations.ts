/** One thing that is done to the address space of board `raspi3b` from outside its cores, and what came of it. */

export type Operation =
  /** A device's register, or a word of RAM. */
  | { readonly kind: 'read'; readonly address: number }
  | { readonly kind: 'write'; readonly address: number; readonly value: number }
  /** Bytes into RAM, and from there. */
  | { readonly kind: 'put'; readonly address: number; readonly bytes: Uint8Array }
  | { readonly kind: 'get'; readonly address: number; readonly length: number }
  | { readonly kind: 'picture' };

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel. */
  readonly rgb: Uint8Array;
}

/** A word of a read, bytes of a get, a picture; nothing of what writes. */
export type Outcome = number | Uint8Array | Picture | undefined;

export const hex = (number: number): string => `0x${number.toString(16)}`;

export function describe(operation: Operation): string {
  switch (operation.kind) {
    case 'read':
      return `read ${hex(operation.address)}`;
    case 'write':
      return `write ${hex(operation.address)} ${hex(operation.value)}`;
    case 'put':
      return `put ${hex(operation.address)} ${words(operation.bytes)}`;
    case 'get':
      return `get ${hex(operation.address)}+${hex(operation.length)}`;
    case 'picture':
      return 'picture';
  }
}

/** The first words of some bytes, as text. */
function words(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const shown = Math.min(24, Math.floor(bytes.length / 4));
  return Array.from({ length: shown }, (_, i) => view.getUint32(4 * i, true).toString(16)).join(' ');
}

const bytesOf = (outcome: Uint8Array | Picture): Uint8Array =>
  outcome instanceof Uint8Array ? outcome : outcome.rgb;

/** What two outcomes of one operation differ in, in a few words; undefined if in nothing. */
export function difference(expected: Outcome, found: Outcome): string | undefined {
  if (typeof expected === 'number' || typeof found === 'number') {
    return expected === found ? undefined : `QEMU ${text(expected)}, here ${text(found)}`;
  }
  if (expected === undefined || found === undefined) return undefined;
  if (!(expected instanceof Uint8Array) && !(found instanceof Uint8Array)) {
    const [theirs, ours] = [expected, found].map(({ width, height }) => `${width}x${height}`);
    if (theirs !== ours) return `QEMU ${theirs}, here ${ours}`;
  }
  const [theirs, ours] = [bytesOf(expected), bytesOf(found)];
  if (Buffer.compare(theirs, ours) === 0) return undefined;
  const at = theirs.findIndex((byte, i) => byte !== ours[i]) & ~3;
  const word = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(at, at + 4)).toString('hex');
  return `at +${hex(at)} QEMU ${word(theirs)}, here ${word(ours)}`;
}

const text = (outcome: Outcome): string => (typeof outcome === 'number' ? hex(outcome) : 'nothing');

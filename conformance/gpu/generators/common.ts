/** What the generators share: where things are, and how bytes are made. */
import type { Random } from '../../devices/random.js';
import type { Operation } from '../operations.js';

/** A few operations that belong together: they are all carried out, or none. */
export type Step = readonly Operation[];
export type Generator = (random: Random, steps: number) => Step[];

export const MAILBOX = 0x3f00_b800;
export const MAIL0_READ = MAILBOX + 0x80;
export const MAIL1_WRITE = MAILBOX + 0xa0;
export const PROPERTY = 8;
export const VIDEO_RAM = 0x3c00_0000;
/** Where the GPU's bus has RAM. */
export const ALIASES = [0, 0x4000_0000, 0x8000_0000, 0xc000_0000] as const;

export const read = (address: number): Operation => ({ kind: 'read', address });
export const write = (address: number, value: number): Operation => ({
  kind: 'write',
  address,
  value: value >>> 0,
});
export const put = (address: number, bytes: Uint8Array): Operation => ({ kind: 'put', address, bytes });
export const get = (address: number, length: number): Operation => ({ kind: 'get', address, length });
export const picture: Operation = { kind: 'picture' };

/** Words as they lie in memory. */
export function wordBytes(words: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, i) => view.setUint32(4 * i, word >>> 0, true));
  return new Uint8Array(view.buffer);
}

/** A property message: tags with their values, and what every message has around them. */
export function message(
  ...tags: readonly { readonly tag: number; readonly value: readonly number[] }[]
): Uint8Array {
  const body = tags.flatMap(({ tag, value }) => [tag, 4 * value.length, 0, ...value]);
  return wordBytes([4 * (body.length + 3), 0, ...body, 0]);
}

export const randomBytes = (random: Random, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => random.below(256));

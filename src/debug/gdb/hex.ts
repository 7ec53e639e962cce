/** Numbers, bytes and text as packets have them. */

export const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0');

export function bytesToHex(bytes: Uint8Array): string {
  return Array.from(bytes, hexByte).join('');
}

/** Undefined unless it is whole bytes. */
export function hexToBytes(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** A value as a target's bytes, little-endian. */
export function valueToHex(value: bigint, bytes: number): string {
  let text = '';
  for (let i = 0; i < bytes; i++) text += hexByte(Number((value >> BigInt(8 * i)) & 0xffn));
  return text;
}
export function valueOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** A number of up to 64 bits in hexadecimal; undefined if it is none. */
export function parseNumber(text: string | undefined): bigint | undefined {
  return text !== undefined && /^[0-9a-f]{1,16}$/i.test(text) ? BigInt(`0x${text}`) : undefined;
}
/** The same as a number, up to 2^53 - 1. */
export function parseCount(text: string | undefined): number | undefined {
  const value = parseNumber(text);
  return value !== undefined && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}

/** Text whose characters are bytes, as packets are looked at. */
export { latin1 as textOf } from '../../images/index.js';
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}
/** With a question mark for what is not printable ASCII. */
export const printableAscii = (text: string): string => text.replace(/[^ -~]/g, '?');

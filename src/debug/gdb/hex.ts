/** Numbers, bytes and text as packets have them. */

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
export const hexByte = (byte: number): string => hexBytes[byte];

// Memory comes and goes by the megabyte: these are plain loops, which take a tenth of the time of callbacks.

export function bytesToHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexBytes[byte];
  return text;
}

/** What a digit is worth, by its character; -1 where it is none. */
const digits = Int8Array.from({ length: 256 }, (_, code) => {
  const digit = parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? -1 : digit;
});

/** Undefined unless it is whole bytes. */
export function hexToBytes(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const byte = (digits[text.charCodeAt(2 * i)] << 4) | digits[text.charCodeAt(2 * i + 1)];
    if (byte < 0) return undefined;
    bytes[i] = byte;
  }
  return bytes;
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
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
/** With a question mark for what is not printable ASCII. */
export const printableAscii = (text: string): string => text.replace(/[^ -~]/g, '?');

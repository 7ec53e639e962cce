/** Numbers in packets: the most significant byte comes first. */

export const get16 = (bytes: Uint8Array, at: number): number => (bytes[at] << 8) | bytes[at + 1];
export const get32 = (bytes: Uint8Array, at: number): number =>
  get16(bytes, at) * 0x1_0000 + get16(bytes, at + 2);

export function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}
export function put32(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, value >>> 16);
  put16(bytes, at + 2, value & 0xffff);
}

const utf8 = new TextEncoder();
export const encoded = (text: string): Uint8Array => utf8.encode(text);

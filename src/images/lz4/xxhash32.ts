/** xxHash-32, the checksum of the LZ4 frame format. Document: xxHash fast digest algorithm, version 0.1.1. */

const prime1 = 0x9e3779b1;
const prime2 = 0x85ebca77;
const prime3 = 0xc2b2ae3d;
const prime4 = 0x27d4eb2f;
const prime5 = 0x165667b1;
const stripeSize = 16;

const rotateLeft = (value: number, count: number) => (value << count) | (value >>> (32 - count));
const round = (accumulator: number, lane: number) =>
  Math.imul(rotateLeft((accumulator + Math.imul(lane, prime2)) | 0, 13), prime1);

/** The 32-bit hash of `bytes` with seed 0, unsigned. */
export function xxHash32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  let hash: number = prime5;
  if (bytes.length >= stripeSize) {
    let [a, b, c, d] = [(prime1 + prime2) | 0, prime2 | 0, 0, -prime1 | 0];
    for (; offset + stripeSize <= bytes.length; offset += stripeSize) {
      a = round(a, view.getUint32(offset, true));
      b = round(b, view.getUint32(offset + 4, true));
      c = round(c, view.getUint32(offset + 8, true));
      d = round(d, view.getUint32(offset + 12, true));
    }
    hash = rotateLeft(a, 1) + rotateLeft(b, 7) + rotateLeft(c, 12) + rotateLeft(d, 18);
  }
  hash = (hash + bytes.length) | 0;
  for (; offset + 4 <= bytes.length; offset += 4) {
    hash = (hash + Math.imul(view.getUint32(offset, true), prime3)) | 0;
    hash = Math.imul(rotateLeft(hash, 17), prime4);
  }
  for (const byte of bytes.subarray(offset)) {
    hash = (hash + Math.imul(byte, prime5)) | 0;
    hash = Math.imul(rotateLeft(hash, 11), prime1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), prime2);
  hash = Math.imul(hash ^ (hash >>> 13), prime3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

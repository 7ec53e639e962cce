/** Small programs as kernels. */
import { assemble } from '../../src/isa/index.js';

/** An Image that begins with this code, which does nothing but return to itself in the end. */
export function image(program: readonly string[]): Uint8Array {
  const words = Uint32Array.from(program, (line) => assemble(line));
  const bytes = new Uint8Array(0x1000);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, assemble('b #64'), true);
  header.setBigUint64(16, BigInt(bytes.length), true);
  header.setUint32(56, 0x644d_5241, true);
  bytes.set(new Uint8Array(words.buffer), 64);
  return bytes;
}

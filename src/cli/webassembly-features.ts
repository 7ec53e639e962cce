/** Has V8 do with WebAssembly what generated code has use for and Node does not ask for by itself in all its versions. */
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** A function that gives i32x4.relaxed_trunc_f32x4_s of zero. */
const relaxed = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x19, 0x01, 0x17, 0x00, 0xfd, 0x0c, ...new Uint8Array(16), 0xfd, 0x81, 0x02, 0x0b],
]);

/**
 * Relaxed SIMD, of which fused multiply-add is one; and hints which way branches mostly go: where one goes to the host, V8
 * then keeps values in registers on the other. And to compile in the background on no more processors than the machine's
 * own thread leaves, which would wait for one otherwise. Before anything is compiled.
 */
export function useWebAssemblyFeatures(): void {
  if (!WebAssembly.validate(relaxed)) setFlagsFromString('--experimental-wasm-relaxed-simd');
  setFlagsFromString('--experimental-wasm-branch-hinting');
  setFlagsFromString(`--wasm-num-compilation-tasks=${Math.max(1, availableParallelism() - 1)}`);
}

/**
 * The code that the first core runs after reset on a board without firmware: it loads the registers that the
 * arm64 boot protocol asks for and jumps to the kernel. Word for word what QEMU puts at the start of RAM.
 */

const LDR_X0_ARGUMENT = 0x5800_00c0; // ldr x0, argument
const MOV_X1_XZR = 0xaa1f_03e1;
const MOV_X2_XZR = 0xaa1f_03e2;
const MOV_X3_XZR = 0xaa1f_03e3;
const LDR_X4_ENTRY = 0x5800_0084; // ldr x4, entry
const BR_X4 = 0xd61f_0080;

/** Room kept for it at the start of RAM; a kernel that asks for this place goes 2 MiB further up. */
export const STUB_ROOM = 4096;

/**
 * @param argument the devicetree's physical address, for X0
 * @param entry the kernel's physical address
 */
export function resetStub(argument: number, entry: number): Uint8Array {
  const code = [LDR_X0_ARGUMENT, MOV_X1_XZR, MOV_X2_XZR, MOV_X3_XZR, LDR_X4_ENTRY, BR_X4];
  const literals = [argument, entry].flatMap((value) => [value >>> 0, Math.floor(value / 2 ** 32)]);
  return codeBytes([...code, ...literals]);
}

/** Instructions and literals as they lie in memory. */
export function codeBytes(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => view.setUint32(4 * i, word, true));
  return bytes;
}

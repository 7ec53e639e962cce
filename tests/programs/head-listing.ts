/**
 * The way of an arm64 Linux kernel from the reset stub of a Raspberry Pi 3 to `start_kernel`, as somebody has listed it in
 * a debugger: `tests/data/head-listing.json`, with the data that it reads and what it calls.
 */
import { readFileSync } from 'node:fs';
import { assemble, type Firmware } from '../../src/index.js';
import { program } from './program.js';

export interface ListedInstruction {
  readonly address: bigint;
  readonly word: number;
  /** As objdump and GDB spell it. */
  readonly text: string;
  readonly function: string;
}

const file = new URL('../data/head-listing.json', import.meta.url);
type Row = Record<'address' | 'word' | 'text' | 'function', string>;

export const listing: readonly ListedInstruction[] = (JSON.parse(readFileSync(file, 'utf8')) as Row[]).map(
  ({ address, word, ...row }) => ({ ...row, address: BigInt(address), word: Number(word) }),
);

/** Where the kernel is linked, and loaded. */
const LINKED = 0xffff_ffc0_0800_0000n;
const LOADED = 0x20_0000n;

/** Where something of the kernel is in memory. */
export const physical = (address: bigint): number =>
  Number(address >= LINKED ? address - LINKED + LOADED : address);

export const startKernel = 0xffff_ffc0_08f9_0c40n;
/** Behind the image's code: two relocations, of the words at these addresses. */
const relocations = 0xffff_ffc0_0910_0000n;
export const relocated = [0xffff_ffc0_08eb_0000n, 0xffff_ffc0_08eb_0010n] as const;
export const addend = 0xffff_ffc0_0812_3456n;
const RELATIVE = 0x403n;
/** The first task's stack. */
export const stack = 0xffff_ffc0_0934_0000n;
export const perCpuOffset = 0x7654_3000n;
export const bss = { start: 0xffff_ffc0_0952_9000n, end: 0xffff_ffc0_0961_c0f8n } as const;

/** Fills with zeros: 64 bytes at a time, then the rest in words of 8. */
const memset = `
  mov x3, x0
  and x4, x2, #0xffffffffffffffc0
  add x4, x3, x4
  blocks:
  cmp x3, x4
  b.hs rest
  stp x1, x1, [x3], #16
  stp x1, x1, [x3], #16
  stp x1, x1, [x3], #16
  stp x1, x1, [x3], #16
  b blocks
  rest:
  add x4, x0, x2
  words:
  cmp x3, x4
  b.hs done
  str x1, [x3], #8
  b words
  done:
  ret`;

type Segment = Firmware['segments'][number];

const words = (address: bigint, ...values: readonly bigint[]): Segment => {
  const bytes = new Uint8Array(8 * values.length);
  values.forEach((value, i) => new DataView(bytes.buffer).setBigUint64(8 * i, value, true));
  return { address: physical(address), bytes };
};
const code = (address: bigint, ...lines: readonly string[]): Segment => ({
  address: physical(address),
  bytes: new Uint8Array(Uint32Array.from(lines, (line) => assemble(line)).buffer),
});

function segments(): Segment[] {
  const instructions = listing.map(({ address, word }): Segment => {
    return { address: physical(address), bytes: new Uint8Array(Uint32Array.of(word).buffer) };
  });
  const initTask = 0xffff_ffc0_0934_fb80n;
  return [
    ...instructions,
    // The reset stub's: the devicetree, and the kernel.
    words(0x18n, 0x0800_0000n, LOADED),
    // Where the relocations are, from the start of the image, and how many bytes of them there are.
    words(0xd5_d438n, (48n << 32n) | (relocations - LINKED)),
    words(0xd5_d448n, 0xffff_ffc0_08f9_02a0n),
    // idmap_t0sz, and idmap_ptrs_per_pgd.
    words(0x155_5cc8n, 25n, 512n),
    words(relocations, relocated[0], RELATIVE, addend, relocated[1], RELATIVE, addend + 8n),
    words(initTask + 24n, stack),
    words(initTask + 64n, 0n),
    words(0xffff_ffc0_0934_97f8n, perCpuOffset),
    words(0xffff_ffc0_08b7_0000n, LINKED),
    { address: physical(0xffff_ffc0_0866_4200n), bytes: program(memset, physical(0xffff_ffc0_0866_4200n)) },
    // Of the BSS, so that it is seen to be cleared.
    words(bss.start, ~0n & 0xffff_ffff_ffff_ffffn),
    words(bss.end - 8n, 0x1234n, 0x5678n),
    // early_fdt_map, init_feature_override, switch_to_vhe, and kaslr_early_init, which does not want the kernel elsewhere.
    code(0xffff_ffc0_08f9_46c8n, 'ret'),
    code(0xffff_ffc0_08f9_6354n, 'ret'),
    code(0xffff_ffc0_0802_1e6cn, 'ret'),
    code(0xffff_ffc0_08f9_6b80n, 'mov x0, #0', 'ret'),
    code(startKernel, 'b #0'),
  ];
}

/** Bytes of memory that the kernel takes. */
const SIZE = 0x162_0000;

/** Memory from address 0 on, in one piece. */
function memory(): Uint8Array {
  const image = new Uint8Array(SIZE + Number(LOADED));
  for (const { address, bytes } of segments()) image.set(bytes, address);
  return image;
}

/** The kernel with the header of an Image, for other boot loaders. Linux, Documentation/arch/arm64/booting.rst. */
export function listingImage(): Uint8Array {
  const image = memory().slice(Number(LOADED));
  const view = new DataView(image.buffer);
  view.setBigUint64(16, BigInt(SIZE), true);
  view.setBigUint64(24, 0xan, true);
  view.setUint32(56, 0x644d_5241, true);
  return image;
}

/** What a loader would put into memory, the reset stub included. */
export function listingFirmware(cores: number): Firmware {
  const image = memory();
  const at = Array.from({ length: cores }, (_, core) => ({
    powered: core === 0,
    pc: 0,
    el: 2 as const,
    x0: 0,
  }));
  return { segments: [{ address: 0, bytes: image }], cores: at };
}

/**
 * How the cores of a Raspberry Pi 3 come to a kernel, without its firmware: word for word what QEMU 7.2 puts at the
 * start of RAM. The first core comes from 0, the others from 0x300, where they wait for an entry in the spin table
 * (Linux, Documentation/arch/arm64/booting.rst: enable-method "spin-table", which the devicetree names).
 */
import type { StartUp } from '../board.js';
import { codeBytes, resetStub } from '../reset-stub.js';
import { CORES, VIDEO_RAM } from './memory-map.js';

/** A program's first address for each core, 64 bits; zero until the core is to come. */
const SPIN_TABLE = 0xd8;
/** Where QEMU puts what it is given as firmware. The cores start below it all the same, at 0. */
export const FIRMWARE = { base: 0x8_0000, size: VIDEO_RAM.base - 0x8_0000 } as const;
export const SECONDARY_ENTRY = 0x300;
/** Where the boot loader's list of tags goes for a kernel without devicetree. */
export const ATAGS = { base: 0x100, size: SECONDARY_ENTRY - 0x100 } as const;

const secondaryCode = [
  0xd280_1b05, // mov x5, #0xd8
  0xd538_00a6, // mrs x6, mpidr_el1
  0x9240_04c6, // and x6, x6, #0x3
  0xd503_205f, // spin: wfe
  0xf866_78a4, // ldr x4, [x5, x6, lsl #3]
  0xb4ff_ffc4, // cbz x4, spin
  0xd280_0000, // mov x0, #0
  0xd280_0001, // mov x1, #0
  0xd280_0002, // mov x2, #0
  0xd280_0003, // mov x3, #0
  0xd61f_0080, // br x4
];

/** @param argument what the first core gets in X0; @param entry the kernel's first instruction */
export function startUpCode(argument: number, entry: number): StartUp['code'] {
  return [
    { name: 'reset stub', address: 0, bytes: resetStub(argument, entry) },
    { name: 'spin table', address: SPIN_TABLE, bytes: new Uint8Array(CORES * 8) },
    { name: 'spin loop', address: SECONDARY_ENTRY, bytes: codeBytes(secondaryCode) },
  ];
}

/** A listed walk of a Linux kernel through head.S, run on board raspi3b: what it says must come out. */
import { beforeAll, describe, expect, it } from 'vitest';
import { disassemble } from '../src/isa/index.js';
import { GuestSymbols, Machine, Walk, type WalkItem } from '../src/index.js';
import {
  addend,
  bss,
  listing,
  listingFirmware,
  perCpuOffset,
  physical,
  relocated,
  stack,
  startKernel,
} from './programs/head-listing.js';

/** Lower case, numbers in decimal without signs of their kind. */
const spelling = (text: string): string =>
  text
    .toLowerCase()
    .replace(/#?(-?)0x([0-9a-f]+)|#(-?\d+)/g, (_, sign: string, hex: string, decimal?: string) =>
      String(decimal === undefined ? BigInt(`0x${hex}`) * (sign === '-' ? -1n : 1n) : BigInt(decimal)),
    );

describe('the listed instructions', () => {
  it('are disassembled as they were listed, but for these spellings', () => {
    const differing = listing.flatMap(({ word, address, text }) => {
      const ours = disassemble(word, address) ?? '';
      return spelling(ours) === spelling(text) ? [] : [[text, ours]];
    });
    expect(listing).toHaveLength(506);
    expect(differing).toEqual([
      // A negative number as such, as LLVM has it.
      ['mov x5, #0xffffffc0ffffffff', 'mov x5, #-270582939649'],
      // Another name of the same condition.
      ['b.cc 0x2346e4', 'b.lo 0x2346e4'],
      // Registers of later versions of the architecture have generic names, those of the GIC their own.
      ['mrs x0, pmbidr_el1', 'mrs x0, S3_0_C9_C10_7'],
      ['msr pmscr_el2, x0', 'msr S3_4_C9_C9_0, x0'],
      ['mrs x0, s3_4_c12_c9_5', 'mrs x0, ICC_SRE_EL2'],
      ['msr s3_4_c12_c9_5, x0', 'msr ICC_SRE_EL2, x0'],
      ['mrs x0, s3_4_c12_c9_5', 'mrs x0, ICC_SRE_EL2'],
      ['msr s3_4_c12_c11_0, xzr', 'msr ICH_HCR_EL2, xzr'],
      ['msr zcr_el2, x1', 'msr S3_4_C1_C2_0, x1'],
      ['msr sctlr_el12, x0', 'msr S3_5_C1_C0_0, x0'],
      ['mov x11, #0xffffffc0ffffffff', 'mov x11, #-270582939649'],
      ['b.cs 0xd5d3d4', 'b.hs 0xd5d3d4'],
      ['mov x5, #0xffffffffffefffff', 'mov x5, #-1048577'],
      ['msr disr_el1, xzr', 'msr S3_0_C12_C1_1, xzr'],
    ]);
  });
});

describe('the listed walk on raspi3b', () => {
  const machine = new Machine({ board: 'raspi3b' });
  const items: WalkItem[] = [];
  const steps = () => items.filter((item) => item.kind === 'step');
  /** What was written to a system register, in order: the value, and what the core keeps of it. */
  const written = (register: string) =>
    steps().flatMap(({ written }) => (written?.name === register ? [written] : []));
  const stored = (address: number): bigint | undefined =>
    steps()
      .flatMap(({ accesses }) => accesses)
      .filter((access) => access.write && access.physical === address)
      .at(-1)?.value;
  const word = (address: bigint | number): bigint => {
    const bytes = machine.readMemory(physical(BigInt(address)), 8) ?? new Uint8Array(8);
    return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  };
  const value = (name: string) => machine.systemRegister(0, name);

  beforeAll(() => {
    machine.powerUp(listingFirmware(machine.cores));
    machine.stops.addBreakpoint({ space: 'virtual', address: startKernel });
    const symbols = new GuestSymbols(machine);
    const walk = new Walk(machine, { by: 'instruction', symbols }, (item) => items.push(item));
    walk.steps(1_000_000);
    walk.end(walk.ending ?? '');
  }, 120_000);

  it('comes to start_kernel', () => {
    expect(items.at(-1)).toMatchObject({ kind: 'end', reason: 'break' });
    expect([machine.core(0).pc, machine.exceptionLevel(0)]).toEqual([startKernel, 1]);
  });

  it('after the stub: the kernel at EL2, with the devicetree', () => {
    const stub = steps().findIndex(({ virtual }) => virtual === 0x20_0000n);
    expect(stub).toBe(6);
    expect(steps()[stub].level).toBe(2);
    expect(steps()[0].registers).toMatchObject([{ name: 'x0', value: 0x0800_0000n }]);
  });

  it('preserve_boot_args', () => {
    expect([0, 8, 16, 24].map((offset) => word(0x154_5000 + offset))).toEqual([0x0800_0000n, 0n, 0n, 0n]);
  });

  it('init_kernel_el', () => {
    expect(written('HCR_EL2')).toMatchObject([{ value: 0x0100_0300_8000_0000n, kept: 0x8000_0000n }]);
    expect(written('SCTLR_EL2')[0].value).toBe(0x30c5_0830n);
    expect(written('CNTHCTL_EL2')[0].value).toBe(3n);
    expect(written('CPTR_EL2')[0].value).toBe(0x33ffn);
    expect(written('SPSR_EL2')[0].value).toBe(0x3c5n);
    expect(written('VBAR_EL2')[0].value).toBe(0xd4_f000n);
    expect(written('SCTLR_EL1')[0].value).toBe(0x3050_0800n);
    const eret = steps().find(({ text }) => text === 'eret');
    expect(eret).toMatchObject({ level: 2, flow: { to: 0x119_0008n } });
    expect(eret?.events).toMatchObject([{ type: 'exception return', from: 2, to: 1 }]);
    const after = steps().find(({ virtual }) => virtual === 0x119_0008n);
    expect(after?.level).toBe(1);
    expect(steps().find(({ text }) => text === 'mov w0, #3602')?.registers).toMatchObject([
      { name: 'x0', value: 0xe12n },
    ]);
  });

  it('__create_page_tables', () => {
    expect([stored(0x117_e000), stored(0x117_f030)]).toEqual([0x117_f003n, 0xc0_0701n]);
    const table = new Map<number, bigint>();
    for (let at = 0x181_d000; at < 0x182_0000; at += 8) if (word(at) !== 0n) table.set(at, word(at));
    const blocks = Array.from({ length: 12 }, (_, i) => [
      0x181_e200 + 8 * i,
      0x20_0701n + 0x20_0000n * BigInt(i),
    ]);
    expect([...table]).toEqual([[0x181_d800, 0x181_e003n], ...blocks]);
    const cleared = items.find((item) => item.kind === 'loop' && item.head === 0x119_005cn);
    expect(cleared).toMatchObject({
      passes: 191,
      summary: { stored: [{ from: 0x181_d040n, to: 0x182_0000n }] },
    });
  });

  it('__cpu_setup', () => {
    expect(written('MAIR_EL1')[0].value).toBe(0x4_0044_ffffn);
    expect(written('TCR_EL1')[0].value).toBe(0x0040_0032_b559_3519n);
    expect(written('SCTLR_EL1').at(-1)?.value).toBe(0x0200_0020_34f4_d91dn);
  });

  it('__enable_mmu, whose tables are told', () => {
    expect([written('TTBR0_EL1')[0].value, written('TTBR1_EL1')[0].value]).toEqual([
      0x117_e000n,
      0x181_d000n,
    ]);
    const on = steps().find(({ maps }) => maps.length > 0);
    expect(on?.text).toBe('msr SCTLR_EL1, x0');
    expect(on?.maps.map(({ map }) => [map.range.base, map.range.inputSize, map.ranges.length])).toEqual([
      ['TTBR0_EL1', 39, 1],
      ['TTBR1_EL1', 39, 1],
    ]);
    expect(on?.maps[0].map.ranges[0]).toMatchObject({
      virtual: 0xc0_0000n,
      physical: 0xc0_0000,
      shift: 21,
      count: 1,
    });
    expect(on?.maps[1].map.ranges[0]).toMatchObject({
      virtual: 0xffff_ffc0_0800_0000n,
      physical: 0x20_0000,
      shift: 21,
      count: 12,
    });
  });

  it('__relocate_kernel', () => {
    expect(relocated.map(word)).toEqual([addend, addend + 8n]);
  });

  it('__primary_switched', () => {
    expect(steps().find(({ virtual }) => virtual === 0xffff_ffc0_08f9_02a0n)?.physical).toBe(0x119_02a0);
    expect(value('SP_EL0')).toBe(0xffff_ffc0_0934_fb80n);
    expect(machine.core(0).sp).toBe(stack + 0x4000n - 0x150n);
    expect(value('TPIDR_EL1')).toBe(perCpuOffset);
    expect(value('VBAR_EL1')).toBe(0xffff_ffc0_0801_0800n);
    expect(word(0xffff_ffc0_0900_1000n + 920n)).toBe(0x0800_0000n);
    expect(word(0xffff_ffc0_08eb_b000n + 3392n)).toBe(0xffff_ffc0_0800_0000n - 0x20_0000n);
    const zeros = machine.readMemory(physical(bss.start), Number(bss.end - bss.start));
    expect(zeros?.every((byte) => byte === 0)).toBe(true);
    expect(word(bss.end)).toBe(0x5678n);
  });
});

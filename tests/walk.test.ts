/** Walks through small programs: what is told of each instruction, and that the machine is as without it. */
import { describe, expect, it } from 'vitest';
import {
  GuestSymbols,
  stateHash,
  Walk,
  walkWriters,
  type Machine,
  type WalkItem,
  type WalkOptions,
} from '../src/index.js';
import { CODE, DATA, machineFor, psci, send, startCores, SYSTEM_OFF } from './programs/program.js';
import { set } from './programs/report.js';

type Options = Partial<Omit<WalkOptions, 'symbols'>>;

/** All items of a walk to the machine's end, or so many steps. */
function walk(machine: Machine, options: Options = {}, steps = 100_000): WalkItem[] {
  const items: WalkItem[] = [];
  const symbols = new GuestSymbols(machine);
  const walking = new Walk(machine, { by: 'instruction', ...options, symbols }, (item) => items.push(item));
  walking.steps(steps);
  walking.end(walking.ending ?? 'enough');
  return items;
}

function text(machine: Machine, options: Options = {}, format: keyof typeof walkWriters = 'text'): string {
  const writer = walkWriters[format]();
  return (
    walk(machine, options)
      .map((item) => writer.write(item))
      .join('') + writer.end()
  );
}

/** The comments of the instruction that a text names, without what stands before. */
const comments = (whole: string, instruction: string): string[] => {
  const lines = whole.split('\n');
  const at = lines.findIndex((line) => line.includes(`: ${instruction}`));
  const next = lines.findIndex((line, index) => index > at && !/^\s*\/\//.test(line));
  return lines.slice(at, next).map((line) => line.replace(/^.*?\/\/ ?/, ''));
};

const end = psci(SYSTEM_OFF, 'hvc');

describe('what is in memory', () => {
  it('is named on one line, whatever its file is called', () => {
    const machine = machineFor(end, { hypervisor: false });
    const { cores, segments } = machine.firmware ?? { cores: [], segments: [] };
    const name = 'images/a\nb\x1b[2J';
    machine.powerUp({ cores, segments: segments.map((each) => ({ ...each, name })) });
    expect(text(machine).split('\n')[2]).toMatch(/^\/\/ {3}0x\w+-0x\w+ {2}a\\x0ab\\x1b\[2J$/);
  });
});

describe('a source line', () => {
  it.each(['text', 'markdown'] as const)('is told on one line, whatever its file is called: %s', (format) => {
    const place = { name: 'f', distance: 0, linked: 0n, source: { file: 'a\nb', line: 7 } };
    for (const by of ['instruction', 'region'] as const) {
      const items = walk(machineFor(end, { hypervisor: false }), { by });
      const writer = walkWriters[format]();
      const told = items.map((item) => writer.write({ ...item, ...('place' in item && { place }) })).join('');
      expect(told).toMatch(/a\\+x0ab:7$/m);
    }
  });
});

describe('a step', () => {
  it('tells registers, flags and memory', () => {
    const told = text(
      machineFor(
        `
      ${set('x0', DATA)}
      mov x1, #-1
      add x2, x0, #8
      stp x1, x0, [x2], #16
      ldrb w3, [x0, #8]
      subs x4, x3, #255
      b.ne wrong
      ldr x5, literal
      wrong:
      ${end}
      literal:
      .quad 0x123456789abcdef0`,
        { hypervisor: false },
      ),
    );
    expect(comments(told, 'stp x1, x0, [x2], #16')).toEqual([
      'x2 = 0x40100018; [0x40100008] = 0xffffffffffffffff; [0x40100010] = 0x40100000',
    ]);
    expect(comments(told, 'ldrb w3, [x0, #8]')).toEqual(['x3 = 0xff; from [0x40100008]']);
    expect(comments(told, 'subs x4, x3, #255')).toEqual(['x4 = 0; flags nZCv']);
    expect(comments(told, 'b.ne 0x')).toEqual(['not taken']);
    expect(comments(told, 'ldr x5, 0x')[0]).toMatch(
      /^x5 = 0x123456789abcdef0; from \[0x400800[0-9a-f]{2}\]$/,
    );
    expect(told).toMatch(/End: powered off, after \d+ instructions\.\n$/);
  });

  it('tells system registers with their fields, and what the core keeps of them', () => {
    const told = text(
      machineFor(`
      ${set('x0', 0x0100_0300_8000_0000n)}
      msr HCR_EL2, x0
      mov x1, #3
      msr CNTHCTL_EL2, x1
      mrs x2, MIDR_EL1
      msr DAIFSet, #3
      dsb ish
      tlbi vmalle1
      ${psci(SYSTEM_OFF)}`),
    );
    expect(comments(told, 'msr HCR_EL2, x0')).toEqual([
      'HCR_EL2 = 0x100030080000000: ATA=1 API=1 APK=1 RW=1 (EL1 is AArch64); the core keeps 0x80000000',
    ]);
    expect(comments(told, 'mrs x2, MIDR_EL1')).toEqual([
      'x2 = 0x410fd034',
      'MIDR_EL1: Implementer=0x41 (Arm) Architecture=15 (by the ID registers) PartNum=0xd03 (Cortex-A53) Revision=4',
    ]);
    expect(comments(told, 'msr DAIFSet, #3')).toEqual(['masks IRQs and FIQs']);
    expect(comments(told, 'dsb ish')[0]).toContain('complete for the inner shareable domain');
    expect(comments(told, 'tlbi vmalle1')).toEqual(['this core drops TLB entries of EL1 and EL0']);
  });

  it('tells devices by their names', () => {
    const told = text(machineFor(`${send('A')}\n ldr w11, [x9, #24]\n ${psci(SYSTEM_OFF)}`));
    expect(comments(told, 'str w10, [x9]')).toEqual(['[0x09000000 <uart0+0x0>] = 0x41']);
    expect(comments(told, 'ldr w11, [x9, #24]')).toEqual(['x11 = 0x90; from [0x09000018 <uart0+0x18>]']);
  });

  it('tells what tables map when they come into use, and when they change', () => {
    const tables = DATA + 0x1000;
    const told = text(
      machineFor(`
      ${set('x0', tables)}
      ${set('x1', 0x4000_0701)}
      str x1, [x0, #8]
      ${set('x2', 0xff)}
      msr MAIR_EL2, x2
      ${set('x3', 0x8080_3519)}
      msr TCR_EL2, x3
      msr TTBR0_EL2, x0
      ${set('x4', 0x30c5_1835)}
      msr SCTLR_EL2, x4
      isb
      ${set('x5', 0x8000_0701)}
      str x5, [x0, #16]
      str xzr, [x0, #16]
      ${psci(SYSTEM_OFF)}`),
    );
    expect(comments(told, 'msr SCTLR_EL2, x4').slice(1)).toEqual([
      'TTBR0_EL2 (EL2): tables from 0x40101000, pages of 4 KiB, 39-bit addresses',
      '  0x0000000040000000-0x000000007fffffff to itself (1 GiB)',
      '    EL2 rwx, Normal, write-back, inner shareable',
    ]);
    expect(comments(told, 'str x5, [x0, #16]').slice(1)).toEqual([
      'TTBR0_EL2, level 1, entry 2: 0x0000000080000000-0x00000000bfffffff to itself (1 GiB), EL2 rwx, Normal, write-back, inner shareable',
    ]);
    expect(comments(told, 'str xzr, [x0, #16]').slice(1)).toEqual([
      'TTBR0_EL2, level 1, entry 2: 0x0000000080000000-0x00000000bfffffff is not mapped any more',
    ]);
  });

  it('tells exceptions and returns from them', () => {
    const items = walk(
      machineFor(`
      adr x0, vectors
      msr VBAR_EL2, x0
      ${set('x1', 0x6000_0000_0000n)}
      ldr x2, [x1]
      ${psci(SYSTEM_OFF)}
      .align 2048
      vectors:
      nop
      .align 512
      mrs x3, ELR_EL2
      add x3, x3, #4
      msr ELR_EL2, x3
      eret`),
    );
    const steps = items.filter((item) => item.kind === 'step');
    const load = steps.find((step) => step.text === 'ldr x2, [x1]');
    expect(load?.events.map(({ type }) => type)).toEqual(['exception']);
    expect(load?.accesses).toEqual([]);
    const depths = steps.slice(steps.indexOf(load!)).map(({ depth }) => depth);
    expect(depths.slice(0, 6)).toEqual([0, 1, 1, 1, 1, 0]);
    const back = steps.find((step) => step.text === 'eret');
    expect(back?.events).toMatchObject([{ type: 'exception return', from: 2, to: 2 }]);
  });
});

/** Fills 10 times 8 words. */
const loops = `
  ${set('x0', DATA)}
  mov x1, #10
  outer:
  mov x2, #8
  inner:
  str x1, [x0], #8
  subs x2, x2, #1
  b.ne inner
  bl called
  subs x1, x1, #1
  b.ne outer
  ${psci(SYSTEM_OFF)}
  called:
  add x3, x3, #1
  ret`;

describe('loops', () => {
  it('are folded, in each other and around calls, with what they leave behind', () => {
    const items = walk(machineFor(loops));
    const folded = items.filter((item) => item.kind === 'loop');
    expect(folded.map(({ passes, instructions }) => [passes, instructions])).toEqual([
      [7, 21],
      [9, 9 * (1 + 24 + 3 + 2)],
    ]);
    const [inner, outer] = folded.map(({ summary }) => summary);
    expect(inner.stored).toEqual([{ from: BigInt(DATA + 8), to: BigInt(DATA + 64), place: undefined }]);
    expect(outer.stored).toEqual([{ from: BigInt(DATA + 64), to: BigInt(DATA + 640), place: undefined }]);
    expect(outer.registers.find(({ name }) => name === 'x1')?.value).toBe(0n);
    const shown = items.filter((item) => item.kind === 'step').length;
    const end = items.at(-1);
    expect(shown + 21 + 270).toBe(end?.kind === 'end' ? end.instruction : 0);
  });

  it('are shown once for each way through them', () => {
    const items = walk(
      machineFor(`
      mov x0, #20
      again:
      tbz x0, #0, even
      add x1, x1, #1
      even:
      subs x0, x0, #1
      b.ne again
      ${psci(SYSTEM_OFF)}`),
    );
    const passes = items.filter((item) => item.kind === 'loop').reduce((sum, loop) => sum + loop.passes, 0);
    expect(passes).toBe(18);
    expect(items.filter((item) => item.kind === 'step' && item.text === 'add x1, x1, #1')).toHaveLength(1);
  });

  it('of a copy exit where they end', () => {
    const told = text(machineFor(loops));
    expect(told).toContain('× 7 more (21 instructions), until x0 = 0x40100040, x2 = 0, flags nZCv');
    expect(told).toContain('stored: 0x40100008 to 0x4010003f (56 bytes)');
  });
});

describe('calls', () => {
  it('deeper than wanted are told in a line', () => {
    const items = walk(machineFor(loops), { depth: 0 });
    const [call] = items.filter((item) => item.kind === 'call');
    expect(call).toMatchObject({ instructions: 2, depth: 1 });
    expect(items.some((item) => item.kind === 'step' && item.depth > 0)).toBe(false);
    expect(items.filter((item) => item.kind === 'loop').map(({ passes }) => passes)).toEqual([7, 9]);
  });
});

describe('regions', () => {
  it('take what belongs together', () => {
    const regions = walk(machineFor(loops), { by: 'region' }).filter((item) => item.kind === 'region');
    expect(
      regions.slice(0, 3).map(({ depth, instructions, flow }) => [depth, instructions, flow.kind]),
    ).toEqual([
      [0, 29, 'call'],
      [1, 2, 'return'],
      [0, 28, 'call'],
    ]);
    expect(regions[0].summary.stored).toEqual([
      { from: BigInt(DATA), to: BigInt(DATA + 64), place: undefined },
    ]);
  });
});

describe('formats', () => {
  it('JSON has an object a line', () => {
    const lines = text(machineFor(loops), {}, 'json').trim().split('\n');
    const items = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(items[0]).toMatchObject({ kind: 'start', board: 'virt', ram: { base: '0x40000000' } });
    expect(items[1]).toMatchObject({ kind: 'step', virtual: '0x40080000', physical: '0x40080000', level: 2 });
    expect(items.at(-1)).toMatchObject({ kind: 'end', reason: 'powered off' });
    expect(new Set(items.map(({ kind }) => kind))).toEqual(new Set(['start', 'step', 'loop', 'end']));
  });

  it('Markdown closes what it opens', () => {
    const told = text(machineFor(loops), {}, 'markdown');
    expect(told.match(/^```/gm)?.length ?? 1).toSatisfy((fences: number) => fences % 2 === 0);
    expect(told).toContain('# Walk\n');
  });
});

/** All cores count in memory. */
const several = (cores: number): string => `
  ${startCores(cores)}
  ${set('x0', DATA)}
  mov x1, #3000
  count:
  ldxr x2, [x0]
  add x2, x2, #1
  stxr w3, x2, [x0]
  cbnz w3, count
  subs x1, x1, #1
  b.ne count
  b #0`;

describe('the machine', () => {
  it.each([1, 4])('is as without a walk, with %i cores', async (cores) => {
    const options = { cores };
    const [seen, unseen] = [machineFor(several(cores), options), machineFor(several(cores), options)];
    const steps = walk(seen, {}, 45_000).filter((item) => item.kind === 'step');
    unseen.run({ instructions: 45_000 });
    expect(seen.instructions).toBe(unseen.instructions);
    expect(await stateHash(seen)).toBe(await stateHash(unseen));
    expect(new Set(steps.map(({ core }) => core)).size).toBe(cores);
    expect(seen.cluster.cores[0].system.listeners.all).toEqual([]);
  });

  it('is told of by the cores that are wanted', () => {
    const items = walk(machineFor(several(2), { cores: 2 }), { cores: [1] }, 45_000);
    const cores = items.flatMap((item) => (item.kind === 'step' || item.kind === 'loop' ? [item.core] : []));
    expect(new Set(cores)).toEqual(new Set([1]));
    const first = items.find((item) => item.kind === 'step');
    expect(first?.virtual).toBeGreaterThan(BigInt(CODE));
  });
});

/** What tables map, as told, against what the engine's MMU does, which conformance compares with QEMU. */
import { describe, expect, it } from 'vitest';
import { R, type StoredRegister } from '../../engine/index.js';
import { Machine } from '../../machine/index.js';
import { generator } from '../../../tests/mutations.js';
import { LiveTables, mapOf, rangeText, mappingText, tablesInUse, walkOf, type MappedRange } from './index.js';

const RAM = 0x4000_0000;
const ROOT = RAM + 0x10_0000;
const TABLE = 0x1000;
const BLOCK = 0x401n;
const PAGE = 0x403n;

/** A machine at EL1 whose RAM has tables in it. */
class Tables {
  readonly machine = new Machine({ ramSize: 4 << 20, hypervisor: false });
  private next = ROOT + TABLE;

  constructor() {
    const cores = [{ powered: true, pc: RAM, el: 1, x0: 0 }] as const;
    this.machine.powerUp({ segments: [], cores });
    this.set(R.TTBR0_EL1, BigInt(ROOT));
    this.set(R.TTBR1_EL1, BigInt(ROOT));
    // 39-bit ranges, 4 KiB; attribute 0 Normal, 1 Device-nGnRE, 2 non-cacheable.
    this.set(R.TCR_EL1, 25n | (25n << 16n) | (2n << 30n) | (2n << 32n));
    this.set(R.MAIR_EL1, 0x44_04ffn);
    this.set(R.SCTLR_EL1, 1n);
  }
  set(register: StoredRegister, value: bigint): void {
    this.machine.cluster.cores[0].system.state.put64(register, value);
  }
  put(address: number, value: bigint): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
    this.machine.writeMemory(address, bytes);
  }
  table(): number {
    const table = this.next;
    this.next += TABLE;
    return table;
  }
  read = (address: number, length: number) => this.machine.readMemory(address, length);
}

/** Random descriptors in three levels of tables, most of which map something. */
function randomTables(seed: number): Tables {
  const tables = new Tables();
  const random = generator(seed);
  const bits = (mask: bigint): bigint =>
    ((BigInt(random(2 ** 31)) << 33n) | (BigInt(random(2 ** 31)) << 2n) | BigInt(random(4))) & mask;
  // AP, SH, AttrIndx, AF, nG, PXN, UXN; of tables APTable, UXNTable, PXNTable.
  const leaf = (shift: number) => {
    const output = BigInt(random(2 ** 40 / 2 ** shift)) << BigInt(shift);
    return output | bits(0x0060_0000_0000_0bc4n) | (random(8) === 0 ? 0n : 0x400n) | BigInt(random(2) << 2);
  };
  const fill = (table: number, level: number, count: number): void => {
    for (let i = 0; i < count; i++) {
      const at = table + 8 * (level === 1 ? random(4) : random(512));
      const kind = random(4);
      if (kind === 0 || level === 3) tables.put(at, leaf(39 - 9 * level) | (level === 3 ? 3n : 1n));
      else if (kind === 3) tables.put(at, 0n);
      else {
        const below = tables.table();
        tables.put(at, BigInt(below) | 3n | (random(2) === 0 ? 0n : bits(0xfn << 59n)));
        fill(below, level + 1, 40);
      }
    }
  };
  fill(ROOT, 1, 4);
  return tables;
}

function rangeAt(ranges: readonly MappedRange[], virtual: bigint): MappedRange | undefined {
  return ranges.find((range) => {
    const end = range.virtual + BigInt(range.count * 2 ** range.shift);
    return virtual >= range.virtual && virtual < end;
  });
}

describe('maps of random tables', () => {
  it.each([2, 3, 4])('say what the MMU does, seed %i', (seed) => {
    const { machine, read } = randomTables(seed);
    const random = generator(seed + 100);
    const inUse = tablesInUse(machine, 0);
    expect(inUse.map(({ base }) => base)).toEqual(['TTBR0_EL1', 'TTBR1_EL1']);
    let mapped = 0;
    for (const range of inUse) {
      const { ranges } = mapOf(range, read);
      const probes = [
        ...ranges.map(({ virtual }) => virtual),
        ...Array.from({ length: 200 }, () => range.first + BigInt(random(2 ** 32))),
      ];
      for (const start of probes) {
        const virtual = BigInt.asUintN(64, start + BigInt(random(4096)));
        const found = rangeAt(ranges, virtual);
        const allowed = (['read', 'write', 'execute'] as const).map((access) =>
          machine.translate(0, virtual, access),
        );
        const theirs = allowed.map((physical, i) => (physical === undefined ? '-' : 'rwx'[i])).join('');
        const ours = found === undefined || !found.mapping.accessed ? '---' : found.mapping.privileged;
        expect(ours, virtual.toString(16)).toBe(theirs);
        const offset = found && Number(virtual - found.virtual);
        if (found?.mapping.accessed === true && offset !== undefined)
          expect(found.physical + offset).toBe(allowed[0]);
        const last = walkOf(range, read, virtual).at(-1)?.descriptor;
        expect(last?.kind === 'block' || last?.kind === 'page').toBe(found !== undefined);
        if (found !== undefined) mapped++;
      }
    }
    expect(mapped).toBeGreaterThan(50);
  });
});

describe('tables in use', () => {
  it('are none while the MMU is off', () => {
    const tables = new Tables();
    tables.set(R.SCTLR_EL1, 0n);
    expect(tablesInUse(tables.machine, 0)).toEqual([]);
  });

  it('have pages of 4 KiB where the core has none of the size that is asked for', () => {
    const tables = new Tables();
    // TG0 16 KiB and TG1 16 KiB, which no Cortex-A53 has, then the reserved values.
    for (const [tg0, tg1] of [[2n, 1n] as const, [3n, 0n] as const]) {
      tables.set(R.TCR_EL1, 25n | (25n << 16n) | (tg0 << 14n) | (tg1 << 30n) | (2n << 32n));
      tables.put(ROOT + 8, 0x4000_0000n | BLOCK);
      const inUse = tablesInUse(tables.machine, 0);
      expect(inUse.map(({ granule, startLevel }) => [granule, startLevel])).toEqual([
        [12, 1],
        [12, 1],
      ]);
      for (const range of inUse) {
        const { ranges } = mapOf(range, tables.read);
        expect(ranges.map(({ virtual, physical }) => [virtual, physical])).toEqual([
          [range.first + 0x4000_0000n, RAM],
        ]);
        expect(tables.machine.translate(0, range.first + 0x4000_1234n)).toBe(RAM + 0x1234);
      }
    }
  });

  it('are told as ranges', () => {
    const tables = new Tables();
    const below = tables.table();
    tables.put(ROOT + 8, BigInt(below) | 3n);
    for (let i = 0; i < 12; i++)
      tables.put(below + 8 * i, BigInt(0x4020_0000 + i * 0x20_0000) | BLOCK | 0x300n);
    tables.put(below + 8 * 12, 0x0900_0000n | BLOCK | 4n | (3n << 53n) | 0x840n);
    const [lower] = tablesInUse(tables.machine, 0);
    expect(
      mapOf(lower, tables.read).ranges.map((range) => [rangeText(range), mappingText(range.mapping, lower)]),
    ).toEqual([
      [
        '0x0000000040000000-0x00000000417fffff to 0x40200000 (24 MiB: 12 of 2 MiB)',
        'EL1 rwx, EL0 --x, Normal, write-back, inner shareable',
      ],
      [
        '0x0000000041800000-0x00000000419fffff to 0x09000000 (2 MiB)',
        'EL1 rw-, EL0 rw-, Device-nGnRE, outer shareable, of this ASID',
      ],
    ]);
  });

  it('are followed when they change', () => {
    const tables = new Tables();
    const live = new LiveTables(tables.machine);
    const [level2, level3] = [tables.table(), tables.table()];
    expect(
      live.look(0).map(({ map, isAsBefore }) => [map.range.base, map.ranges.length, isAsBefore]),
    ).toEqual([
      ['TTBR0_EL1', 0, false],
      ['TTBR1_EL1', 0, false],
    ]);
    expect(live.look(0)).toEqual([]);
    expect([live.holds(ROOT), live.holds(level2)]).toEqual([true, false]);
    const store = (address: number, value: bigint) => {
      tables.put(address, value);
      return live
        .stored(address, 8)
        .map(({ range, kind, virtual, ranges }) => [
          range.base,
          kind,
          virtual.toString(16),
          ranges.map(rangeText),
        ]);
    };
    expect(store(level3 + 16, 0x4030_0000n | PAGE)).toEqual([]);
    expect(store(level2 + 8, BigInt(level3) | 3n)).toEqual([]);
    expect(store(ROOT, BigInt(level2) | 3n)).toEqual([
      ['TTBR0_EL1', 'table', '0', ['0x0000000000202000-0x0000000000202fff to 0x40300000 (4 KiB)']],
      [
        'TTBR1_EL1',
        'table',
        'ffffff8000000000',
        ['0xffffff8000202000-0xffffff8000202fff to 0x40300000 (4 KiB)'],
      ],
    ]);
    expect(store(level3 + 24, 0x4030_1000n | PAGE)[0]).toEqual([
      'TTBR0_EL1',
      'page',
      '203000',
      ['0x0000000000203000-0x0000000000203fff to 0x40301000 (4 KiB)'],
    ]);
    expect(store(level2 + 8, 0n)[0]).toEqual(['TTBR0_EL1', 'invalid', '200000', []]);
    // It is no table any more.
    expect(live.holds(level3)).toBe(false);
    tables.set(R.SCTLR_EL1, 0n);
    expect(live.look(0)).toEqual([]);
    expect(live.holds(ROOT)).toBe(false);
    tables.set(R.SCTLR_EL1, 1n);
    expect(live.look(0).map(({ isAsBefore }) => isAsBefore)).toEqual([true, true]);
  });

  it('that lead into themselves end', () => {
    const tables = new Tables();
    for (let i = 0; i < 512; i++) tables.put(ROOT + 8 * i, BigInt(ROOT) | 3n);
    const [lower] = tablesInUse(tables.machine, 0);
    const map = mapOf(lower, tables.read);
    expect(map.isCut).toBe(true);
  });
});

describe('stage 2', () => {
  it('is a map of its own, and the tables of stage 1 lie where it says', () => {
    const machine = new Machine({ ramSize: 4 << 20 });
    machine.powerUp({ segments: [], cores: [{ powered: true, pc: RAM, el: 1, x0: 0 }] });
    const { state } = machine.cluster.cores[0].system;
    const put = (address: number, value: bigint) => {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigUint64(0, value, true);
      machine.writeMemory(address, bytes);
    };
    state.put64(R.HCR_EL2, 0x8000_0001n);
    // 32-bit addresses from level 1, 40-bit outputs: 2 GiB on are RAM, one block of 1 GiB.
    state.put64(R.VTCR_EL2, 32n | (1n << 6n) | (2n << 16n));
    state.put64(R.VTTBR_EL2, BigInt(ROOT));
    put(ROOT + 16, BigInt(RAM) | 0x4fdn);
    state.put64(R.SCTLR_EL1, 1n);
    state.put64(R.TCR_EL1, 25n | (1n << 23n) | (2n << 32n));
    state.put64(R.MAIR_EL1, 0xffn);
    state.put64(R.TTBR0_EL1, 0x8020_0000n);
    put(RAM + 0x20_0000 + 8, 0xc000_0000n | BLOCK);
    const inUse = tablesInUse(machine, 0);
    const read = (address: number, length: number) => machine.readMemory(address, length);
    expect(
      inUse.map((range) =>
        mapOf(range, read).ranges.map((each) => `${rangeText(each)} ${mappingText(each.mapping, range)}`),
      ),
    ).toEqual([
      [
        '0x0000000040000000-0x000000007fffffff to 0xc0000000 (1 GiB) EL1 rwx, EL0 --x, Normal, write-back, non-shareable',
      ],
      [
        '0x0000000080000000-0x00000000bfffffff to 0x40000000 (1 GiB) stage 2 rwx, Normal, write-back, non-shareable',
      ],
    ]);
    put(ROOT + 16, 0n);
    expect(mapOf(inUse[0], read).ranges).toEqual([]);
  });
});

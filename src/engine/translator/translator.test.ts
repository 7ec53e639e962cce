import { describe, expect, it } from 'vitest';
import { Cluster } from '../cluster.js';
import { Interpreter } from '../interpreter/interpreter.js';
import { code, emptyBoard, TEST_RAM, testOptions } from '../test-cluster.js';
import type { TierHost } from '../tier.js';
import { usualCompiler, type HostCompiler, type KeptCode } from '../host-code.js';
import type { KeptRegions } from './kept-regions.js';
import { Translator } from './translator.js';
import { Workshop, type DistantWorkshop, type Order, type Wanted } from './workshop.js';

/** Counts down from X1 in a loop within a loop, with a call, flags across blocks, and a store to where it runs. */
const busy = code(
  'mov x0, #0',
  'mov x1, #40',
  // outer:
  'mov x2, #50',
  // inner:
  'add x0, x0, x2',
  'subs x2, x2, #1',
  'csinc x3, x3, x3, ne',
  'b.ne #-0xc',
  'bl #0x18',
  'cmp x4, x1',
  'b.gt #8',
  'eor x0, x0, x1',
  'subs x1, x1, #1',
  'b.hi #-0x28',
  'b #0',
  // callee: X4 changes with each call, and so does the instruction that makes it change.
  'add x4, x4, #1',
  'tbz x4, #0, #0x10',
  'eor x0, x0, x0, lsl #7',
  'ccmp x4, #30, #2, lt',
  'adc x5, x5, x4',
  'ret',
);

/**
 * Goes on by where X2 leads, the low digits of a number that changes: to cases that lie ahead, to one that lies behind, and to a
 * function by a pointer.
 */
const jumps = code(
  'adr x9, #0',
  'mov x1, #7',
  // again:
  'add x0, x0, #1',
  'eor x1, x1, x1, lsl #3',
  'eor x1, x1, x1, lsr #5',
  'and x2, x1, #3',
  'add x2, x9, x2, lsl #3',
  'add x2, x2, #0x38',
  'br x2',
  // behind:
  'add x3, x3, x0',
  'b #-0x20',
  'nop',
  'nop',
  'nop',
  // 0x38, the cases:
  'add x4, x4, #1',
  'b #-0x34',
  'adr x5, #-0x1c',
  'br x5',
  'adr x5, #0x1c',
  'b #0xc',
  'eor x6, x6, x1',
  'b #-0x4c',
  'blr x5',
  'add x7, x7, x8',
  'b #-0x58',
  // the function:
  'add x8, x8, #3',
  'ret',
);

function clusterWith(tierOf: (host: TierHost) => Interpreter | Translator): Cluster {
  const cluster = new Cluster(testOptions, tierOf);
  cluster.connect(emptyBoard());
  cluster.powerOn(0, BigInt(TEST_RAM), 1);
  return cluster;
}

function stateOf({ cores, instructions }: Cluster): unknown {
  const { registers } = cores[0];
  return [Array.from({ length: 31 }, (_, n) => registers.x(n)), registers.pc, registers.nzcv, instructions];
}

/** A workshop elsewhere, which delivers when it is told to. Orders come as they would from another thread. */
class SlowWorkshop implements DistantWorkshop {
  private readonly workshop = new Workshop(() => 0);
  private readonly orders: Order[] = [];
  private readonly modules: Uint8Array<ArrayBuffer>[] = [];
  wanted = 0;
  /** The host's, of modules that are to be compiled. */
  readonly code: (Uint8Array | undefined)[] = [];
  deliver: DistantWorkshop['deliver'] = () => {};
  compiled: DistantWorkshop['compiled'] = () => {};

  order(order: Order): void {
    this.orders.push(structuredClone(order));
    this.wanted += order.wanted.length;
  }
  compile({ bytes, code }: KeptCode): void {
    this.modules.push(bytes);
    this.code.push(code);
  }
  /** Delivers what is to be compiled, and of what was ordered the last first. */
  work(): void {
    for (const bytes of this.modules.splice(0)) this.compiled(new WebAssembly.Module(bytes));
    for (let order = this.orders.pop(); order !== undefined; order = this.orders.pop())
      this.deliver(this.workshop.make(order).product);
  }
}

describe('a translator with a workshop elsewhere', () => {
  const options = { hotness: 3, batch: 1, size: 100 };

  it.each([1, 3, 20])('comes to the same state, when regions come after %s pieces of work', (pieces) => {
    const reference = clusterWith((host) => new Interpreter(host));
    const workshop = new SlowWorkshop();
    const translator = clusterWith((host) => new Translator(host, { ...options, workshop }));
    for (const cluster of [reference, translator]) cluster.ram.write(0, busy);
    for (let i = 0; i < 40; i++) {
      for (const cluster of [reference, translator]) cluster.run(1026 + 97 * i);
      expect(stateOf(translator)).toEqual(stateOf(reference));
      if (i % pieces === 0) workshop.work();
    }
    expect(translator.translation?.regions).toBeGreaterThan(0);
  });

  it('does not use regions whose code has changed meanwhile', () => {
    const workshop = new SlowWorkshop();
    const cluster = clusterWith((host) => new Translator(host, { ...options, workshop }));
    cluster.ram.write(0, code('add x0, x0, #1', 'b #-4'));
    cluster.run(10_000);
    expect(workshop.wanted).toBe(1);
    cluster.ram.write(0, code('add x0, x0, #2'));
    workshop.work();
    expect(cluster.translation).toMatchObject({ regions: 0, inUse: 0 });
    const before = cluster.cores[0].registers.x(0);
    cluster.run(10_000);
    expect(cluster.cores[0].registers.x(0) - before).toBe(10_000n);
    workshop.work();
    expect(cluster.translation).toMatchObject({ regions: 1, inUse: 1 });
  });

  it('orders no more than so many regions, however slow it is', () => {
    const workshop = new SlowWorkshop();
    const cluster = clusterWith((host) => new Translator(host, { ...options, workshop }));
    const loops = Array.from({ length: 900 }, () => ['mov x1, #9', 'subs x1, x1, #1', 'b.ne #-4']).flat();
    cluster.ram.write(0, code(...loops, 'b #0'));
    cluster.run(900 * 19);
    expect(workshop.wanted).toBe(256);
    workshop.work();
    expect(cluster.translation?.regions).toBe(256);
  });
});

describe('regions that are kept', () => {
  const options = { hotness: 3, batch: 2, size: 100 };
  const start = (before: KeptRegions | undefined, program: Uint8Array, more = {}): Cluster => {
    const cluster = clusterWith(
      (host) => new Translator(host, { ...options, ...more, kept: { before, compiler: usualCompiler } }),
    );
    cluster.ram.write(0, program);
    return cluster;
  };
  /** What a run of a program leaves, as it comes out of a file. */
  const leftBy = (program: Uint8Array): KeptRegions => {
    const cluster = start(undefined, program);
    cluster.run(20_000);
    return structuredClone(cluster.keptRegions(false)!);
  };

  it.each([
    ['loops and calls', busy],
    ['indirect branches', jumps],
  ])('come to the same state after any number of instructions: %s', (_, program) => {
    const before = leftBy(program);
    const reference = clusterWith((host) => new Interpreter(host));
    reference.ram.write(0, program);
    const cluster = start(before, program);
    for (let i = 0; i < 40; i++) {
      for (const each of [reference, cluster]) each.run(1026 + 97 * i);
      expect(stateOf(cluster)).toEqual(stateOf(reference));
    }
    expect(cluster.translation?.kept).toBeGreaterThan(0);
  });

  it('are used as soon as they are compiled, and made when that takes too long', () => {
    const workshop = new SlowWorkshop();
    const before = leftBy(busy);
    const cluster = start(before, busy, { workshop });
    cluster.run(2000);
    expect(cluster.translation).toMatchObject({ kept: 0, regions: 0 });
    expect(workshop.wanted).toBeGreaterThan(0);
    workshop.work();
    expect(cluster.translation?.kept).toBeGreaterThan(0);
    const reference = clusterWith((host) => new Interpreter(host));
    reference.ram.write(0, busy);
    reference.run(2000);
    for (let i = 0; i < 10; i++) {
      for (const each of [reference, cluster]) each.run(1026 + 97 * i);
      workshop.work();
      expect(stateOf(cluster)).toEqual(stateOf(reference));
    }
  });

  const loop = code('add x0, x0, #1', 'b #-4');
  const other = code('add x0, x0, #2', 'b #-4');

  it('are not used where there is other code', () => {
    const cluster = start(leftBy(loop), other);
    cluster.run(10_000);
    expect(cluster.translation?.kept).toBe(0);
    expect(cluster.cores[0].registers.x(0)).toBe(10_000n);
  });

  it('come and go as their code does', () => {
    const cluster = start(leftBy(loop), loop);
    cluster.run(1000);
    expect(cluster.translation).toMatchObject({ kept: 1, inUse: 1, dropped: 0 });
    cluster.ram.write(0, other.subarray(0, 4));
    expect(cluster.translation).toMatchObject({ inUse: 0, dropped: 1 });
    cluster.run(1000);
    cluster.ram.write(0, loop.subarray(0, 4));
    cluster.run(1000);
    expect(cluster.translation).toMatchObject({ kept: 2, inUse: 1 });
    expect(cluster.cores[0].registers.x(0)).toBe(2000n);
  });

  it('are not used where somebody wants the machine to stop', () => {
    const cluster = start(leftBy(loop), loop);
    cluster.stops.addBreakpoint({ space: 'physical', address: BigInt(TEST_RAM) + 4n });
    expect(cluster.run(1000)).toBe('break');
    expect(cluster.instructions).toBe(1);
    expect(cluster.translation?.kept).toBe(0);
  });

  it('are left only where they add something', () => {
    const again = start(leftBy(loop), loop);
    again.run(1000);
    expect(again.keptRegions(false)).toBeUndefined();
    expect(again.keptRegions(true)).toBeUndefined();
  });

  it('are forgotten when five runs that left something had no use for them', () => {
    let kept = leftBy(loop);
    const idle: number[] = [];
    for (let run = 0; run < 5; run++) {
      const cluster = start(kept, code(`movz x0, #${run}`, 'b #0'), { regions: 0 });
      cluster.run(1000);
      kept = cluster.keptRegions(true)!;
      idle.push(...kept.modules.map((module) => module.idle));
    }
    expect(idle).toEqual([1, 2, 3, 4]);
    expect(kept.modules).toEqual([]);
  });

  it('come with what the host has compiled of them', () => {
    const native = new Uint8Array([1, 2, 3]);
    const compiler: HostCompiler = {
      ...usualCompiler,
      codeOf: () => native,
    };
    const cluster = clusterWith(
      (host) => new Translator(host, { ...options, kept: { before: undefined, compiler } }),
    );
    cluster.ram.write(0, loop);
    cluster.run(20_000);
    const before = cluster.keptRegions(true)!;
    expect(before.modules.map((module) => module.code)).toEqual([native]);
    const workshop = new SlowWorkshop();
    start(before, loop, { workshop }).run(1);
    expect(workshop.code).toEqual([native]);
  });
});

describe('the translator', () => {
  it.each([1, 7, 50, 400])(
    'comes to the same state after any number of instructions, %s at a time',
    (step) => {
      const reference = clusterWith((host) => new Interpreter(host));
      const translator = clusterWith((host) => new Translator(host, { hotness: 3, batch: 1, size: 100 }));
      for (const cluster of [reference, translator]) cluster.ram.write(0, busy);
      for (let done = 0; done < 12_000; done += step + 1026) {
        // The long piece goes on in regions, the short one ends anywhere.
        for (const length of [1026, step]) {
          reference.run(length);
          translator.run(length);
          expect(stateOf(translator)).toEqual(stateOf(reference));
        }
      }
      expect(translator.translation?.regions).toBeGreaterThan(0);
    },
  );

  it.each([3, 40])('goes to where indirect branches lead, when %s of them have', (hotness) => {
    const reference = clusterWith((host) => new Interpreter(host));
    const translator = clusterWith((host) => new Translator(host, { hotness, batch: 1, counts: true }));
    for (const cluster of [reference, translator]) cluster.ram.write(0, jumps);
    for (let i = 0; i < 30; i++) {
      reference.run(1026 + 97 * i);
      translator.run(1026 + 97 * i);
      expect(stateOf(translator)).toEqual(stateOf(reference));
    }
    // Of some 70,000 instructions every ninth is an indirect branch, and nearly all of them stay within regions.
    const { executed, exits } = translator.translation ?? { executed: 0, exits: { far: Infinity } };
    expect(executed).toBeGreaterThan(40_000);
    expect(exits.far).toBeLessThan(1000);
  });

  it.each([4, 8, 20, 40, 48])('goes on %s bytes before the end of a page as before it', (bytes) => {
    const reference = clusterWith((host) => new Interpreter(host));
    const translator = clusterWith((host) => new Translator(host, { hotness: 3, batch: 1, size: 100 }));
    for (const cluster of [reference, translator]) {
      cluster.ram.write(4096 - bytes, busy);
      cluster.powerOn(0, BigInt(TEST_RAM + 4096 - bytes), 1);
    }
    for (let i = 0; i < 20; i++) {
      reference.run(1026 + 97 * i);
      translator.run(1026 + 97 * i);
      expect(stateOf(translator)).toEqual(stateOf(reference));
    }
    const { inUse } = translator.translation ?? { inUse: 0 };
    translator.ram.write(4096, new Uint8Array(64));
    expect(translator.translation?.inUse).toBeLessThan(inUse);
  });

  it('forgets a region whose code is written', () => {
    let made: Translator | undefined;
    const cluster = clusterWith((host) => (made = new Translator(host, { hotness: 3, batch: 1 })));
    cluster.ram.write(0, code('add x0, x0, #1', 'b #-4'));
    cluster.run(10_000);
    expect(made?.statistics).toMatchObject({ regions: 1, inUse: 1 });
    const before = cluster.cores[0].registers.x(0);
    cluster.ram.write(0, code('add x0, x0, #2'));
    expect(made?.statistics).toMatchObject({ dropped: 1, inUse: 0 });
    cluster.run(10_000);
    expect(cluster.cores[0].registers.x(0) - before).toBe(10_000n);
  });

  it('leaves code that changes often to the interpreter for longer and longer', () => {
    let made: Translator | undefined;
    const cluster = clusterWith((host) => (made = new Translator(host, { hotness: 400, batch: 1 })));
    for (let round = 0; round < 30; round++) {
      cluster.ram.write(0, code(`add x0, x0, #${round + 1}`, 'b #-4'));
      cluster.run(2000);
    }
    expect(cluster.cores[0].registers.x(0)).toBe(BigInt((1000 * 30 * 31) / 2));
    expect(made?.statistics.regions).toBeLessThan(30);
  });

  it('keeps no more than its cache holds', () => {
    let made: Translator | undefined;
    const cluster = clusterWith(
      (host) => (made = new Translator(host, { hotness: 3, batch: 1, cache: 2000 })),
    );
    for (let page = 0; page < 16; page++) {
      const next = page === 15 ? 'b #0' : 'b #0xff0';
      cluster.ram.write(
        page * 4096,
        code('mov x1, #40', 'add x0, x0, #1', 'subs x1, x1, #1', 'b.ne #-8', next),
      );
    }
    cluster.run(30_000);
    expect(made?.statistics.regions).toBeGreaterThan(made?.statistics.inUse ?? Infinity);
  });
});

describe('what regions consist of', () => {
  // A loop with two places to which branches come often, and a function that it calls.
  const loop = new Int32Array(
    code('nop', 'nop', 'add x0, x0, #1', 'bl #16', 'b.ne #-8', 'b #-20', 'nop', 'sub x1, x1, #1', 'ret')
      .buffer,
  );
  const wanted = (first: number, begins: readonly number[] = []): Wanted => {
    return { words: loop, hot: [], begins, first, page: 0x1000, second: undefined };
  };
  const placesOf = (order: Partial<Order> & Pick<Order, 'wanted'>, workshop = new Workshop(() => 0)) =>
    workshop
      .make({ number: 0, taken: 0, size: 100, counts: false, ...order })
      .regions.map((region) =>
        region?.region.blocks.flatMap(({ start, instructions }) => instructions.map((_, i) => start + i)),
      );

  it('go no further than where others begin, but for what they call', () => {
    expect(placesOf({ wanted: [wanted(0)] })).toEqual([[0, 1, 2, 3, 4, 5, 7, 8]]);
    expect(placesOf({ wanted: [wanted(0, [2])] })).toEqual([[0, 1]]);
    expect(placesOf({ wanted: [wanted(2, [0, 2, 7])] })).toEqual([[2, 3, 4, 5, 7, 8]]);
  });

  it('is made once for all places of a loop, until it is in use', () => {
    const workshop = new Workshop(() => 0);
    const all = [0, 1, 2, 3, 4, 5, 7, 8];
    expect(placesOf({ wanted: [wanted(0), wanted(2)] }, workshop)).toEqual([all, undefined]);
    expect(placesOf({ number: 1, wanted: [wanted(2)] }, workshop)).toEqual([undefined]);
    expect(placesOf({ number: 2, taken: 1, wanted: [wanted(2)] }, workshop)).toEqual([all]);
  });
});

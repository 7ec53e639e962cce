/** A machine stops where somebody outside wants it to, exactly there, and the guest sees nothing of it. */
import { describe, expect, it } from 'vitest';
import {
  makeMachine,
  Player,
  readRecording,
  Recorder,
  stateHash,
  type Machine,
  type Origin,
  type Step,
  type Stop,
} from '../src/index.js';
import { timerInterrupts, VECTORS } from './programs/interrupts.js';
import { CODE, DATA, machineFor, program, psci, startCores, SYSTEM_OFF } from './programs/program.js';
import { armingPrograms } from './programs/debug.js';
import {
  DATA_PAGE,
  reporting,
  REPORT,
  REPORT_BYTES,
  reportsIn,
  runReporting,
  set,
} from './programs/report.js';
import { CaseMachine } from './cases/case-machine.js';
import { Interpreter } from '../src/engine/interpreter/interpreter.js';
import { BoundTier } from './lockstep/bound-tier.js';
import { eager } from './lockstep/eager.js';
import { Evaluator, type TierHost } from '../src/engine/index.js';
import { joined } from './recorded.js';

/** X1 counts to 1000 in one place; X2 and memory follow. */
const counting = `
    ${set('x0', DATA)}
    ${set('x4', DATA + 0xff8)}
    mov x1, #0
  loop:
    add x1, x1, #1
    bl called
    cmp x1, #1000
    b.ne loop
    ${psci(SYSTEM_OFF)}
  called:
    str x1, [x0, #8]
    ldrb w3, [x0, #9]
    stp x1, x3, [x4]
    ret`;
/** Addresses of what is in it. */
const LOOP = BigInt(CODE + 20);
const STORE = LOOP + 28n;
const LOAD = STORE + 4n;
const PAIR = LOAD + 4n;
const RETURN = PAIR + 4n;

const BUSY = { ramSize: 0x40_0000 };
const start = (): Machine => machineFor(counting, BUSY);
const stopOf = (machine: Machine): Stop => {
  expect(machine.run({ instructions: 100_000 })).toBe('break');
  return machine.stops.reached!;
};
/** PC, and how many instructions have been executed. */
const place = (machine: Machine) => [machine.core(0).pc, machine.instructions] as const;

describe('a breakpoint', () => {
  it('stops before its instruction, each time that a core comes there', () => {
    const machine = start();
    machine.stops.addBreakpoint({ space: 'virtual', address: STORE });
    for (let count = 1; count <= 20; count++) {
      expect(stopOf(machine)).toMatchObject({ kind: 'breakpoint', core: 0 });
      expect(place(machine)).toEqual([STORE, 5 + 8 * (count - 1) + 2]);
      expect(machine.core(0).x(1)).toBe(BigInt(count));
      // A run that executes nothing is no departure.
      expect(machine.run({ instructions: 0 })).toBe('limit');
    }
  });

  it('may be where the machine is, at its first instruction too', () => {
    const machine = start();
    machine.stops.addBreakpoint({ space: 'physical', address: BigInt(CODE) });
    expect(stopOf(machine).kind).toBe('breakpoint');
    expect(place(machine)).toEqual([BigInt(CODE), 0]);
    const leave = machine.stops.addBreakpoint({ space: 'physical', address: BigInt(CODE + 4) });
    expect(stopOf(machine).kind).toBe('breakpoint');
    expect(place(machine)).toEqual([BigInt(CODE + 4), 1]);
    leave();
    expect(machine.run()).toBe('powered off');
  });

  it('holds only for those for whom it should, and no more when it is taken away', () => {
    const machine = start();
    let asked = 0;
    const leave = machine.stops.addBreakpoint({
      space: 'virtual',
      address: LOOP,
      holds: () => ++asked === 500,
    });
    stopOf(machine);
    expect(machine.core(0).x(1)).toBe(499n);
    leave();
    expect(machine.run()).toBe('powered off');
    expect(asked).toBe(500);
  });

  it('stops a core in code that has run before, and where the code is written anew', () => {
    const machine = start();
    machine.run({ instructions: 100 });
    machine.stops.addBreakpoint({ space: 'virtual', address: RETURN });
    stopOf(machine);
    machine.writeMemory(Number(RETURN), machine.readMemory(Number(RETURN), 4)!);
    stopOf(machine);
    expect(machine.core(0).pc).toBe(RETURN);
  });

  it('at a virtual address is where the guest maps it, and stops nobody at its physical place elsewhere', () => {
    // Blocks 0 and 4 of `level2` are the same 2 MiB of physical memory.
    const alias = 0x80_0000;
    const source = reporting({
      el: 1,
      body: `
        adr x5, twice
        blr x5
        ${set('x6', alias)}
        add x5, x5, x6
        blr x5
        svc #2
      twice:
        add x7, x7, #1
        ret`,
    });
    const aliased = (): Machine => {
      const machine = machineFor(source, BUSY);
      const words = new BigUint64Array(machine.readMemory(CODE, 0x4000)!.buffer);
      const table = words.findIndex((word) => word >> 12n === 0x4000_0000n >> 12n && (word & 3n) === 1n);
      machine.writeMemory(CODE + table * 8 + 32, new Uint8Array(words.buffer, table * 8, 8));
      return machine;
    };
    const machine = aliased();
    const search = aliased();
    while (search.core(0).x(7) === 0n) search.run({ instructions: 1 });
    const twice = search.core(0).pc - 4n;
    machine.stops.addBreakpoint({ space: 'virtual', address: twice + BigInt(alias) });
    stopOf(machine);
    expect([machine.core(0).pc, machine.core(0).x(7)]).toEqual([twice + BigInt(alias), 1n]);
    machine.stops.addBreakpoint({ space: 'physical', address: twice + 4n });
    stopOf(machine);
    expect([machine.core(0).pc, machine.core(0).x(7)]).toEqual([twice + BigInt(alias) + 4n, 2n]);
    expect(machine.run()).toBe('powered off');
  });

  it('is there after a reset', () => {
    const machine = start();
    machine.stops.addBreakpoint({ space: 'virtual', address: STORE });
    stopOf(machine);
    machine.reset();
    stopOf(machine);
    expect(place(machine)[0]).toBe(STORE);
    expect(machine.core(0).x(1)).toBe(1n);
  });

  it('refuses addresses at which no instruction is', () => {
    const { stops } = start();
    expect(() => stops.addBreakpoint({ space: 'virtual', address: 2n })).toThrow(RangeError);
    expect(() => stops.addBreakpoint({ space: 'physical', address: 2n ** 48n })).toThrow(RangeError);
    expect(() => stops.addWatchpoint({ space: 'virtual', address: 0n, length: 0, access: 'read' })).toThrow(
      RangeError,
    );
  });
});

describe('a watchpoint', () => {
  it.each([
    ['write', 8n, 4, STORE, 8n],
    ['read', 8n, 4, LOAD, 9n],
    ['access', 9n, 1, STORE, 9n],
    ['write', 0x1007n, 1, PAIR, 0x1007n],
    ['write', 0xffen, 0x1000, PAIR, 0xffen],
    ['read', 0n, 0x2000, LOAD, 9n],
  ] as const)('for %s at +%i, %i bytes, stops before the access', (access, offset, length, pc, hit) => {
    for (const space of ['virtual', 'physical'] as const) {
      const machine = start();
      machine.run({ instructions: 500 });
      machine.stops.addWatchpoint({ space, address: BigInt(DATA) + offset, length, access });
      const stop = stopOf(machine);
      expect(stop).toMatchObject({ kind: 'watchpoint', core: 0, write: pc !== LOAD });
      expect(stop.kind === 'watchpoint' && stop.address).toBe(BigInt(DATA) + hit);
      expect(machine.core(0).pc).toBe(pc);
      const count = machine.core(0).x(1);
      const stored = new DataView(machine.readMemory(DATA + 8, 8)!.buffer).getBigUint64(0, true);
      expect(stored).toBe(pc === STORE ? count - 1n : count);
      expect(stopOf(machine).kind).toBe('watchpoint');
      expect(machine.core(0).x(1)).toBe(pc === STORE && access === 'access' ? count : count + 1n);
    }
  });

  const watch = (machine: Machine, offset: bigint): (() => void) =>
    machine.stops.addWatchpoint({
      space: 'virtual',
      address: BigInt(DATA) + offset,
      length: 1,
      access: 'write',
    });
  it('stops at the very instruction where the machine stands, for whatever it came there', () => {
    const machine = start();
    const remove = machine.stops.addBreakpoint({ space: 'virtual', address: STORE });
    stopOf(machine);
    const there = place(machine);
    watch(machine, 8n);
    for (const kind of ['watchpoint', 'breakpoint'] as const) {
      expect(stopOf(machine).kind).toBe(kind);
      if (kind === 'watchpoint') expect(place(machine)).toEqual(there);
    }
    remove();
    expect(stopOf(machine).kind).toBe('watchpoint');
    expect(machine.core(0).x(1)).toBe(2n);
  });

  it('is heeded once for an instruction, each of several', () => {
    const machine = start();
    watch(machine, 8n);
    watch(machine, 9n);
    const places = Array.from({ length: 6 }, () => [stopOf(machine).kind, ...place(machine)]);
    expect(places).toEqual([0, 0, 1, 1, 2, 2].map((n) => ['watchpoint', STORE, 7 + 8 * n]));
  });

  it('stops a step before the access, and the next step makes it', () => {
    const machine = start();
    watch(machine, 8n);
    machine.stops.stepping = { core: 0 };
    const kinds = Array.from({ length: 10 }, () => [stopOf(machine).kind, machine.instructions]);
    const steps = [1, 2, 3, 4, 5, 6, 7].map((n) => ['step', n]);
    expect(kinds).toEqual([...steps, ['watchpoint', 7], ['step', 8], ['step', 9]]);
  });

  it('is none of an access that faults', () => {
    const machine = machineFor(
      reporting({
        el: 1,
        body: `${set('x0', 0x4010_0000)}\n str xzr, [x0]\n ${set('x0', DATA_PAGE)}\n str xzr, [x0]\n svc #2`,
      }),
      BUSY,
    );
    for (const address of [0x4010_0000n, BigInt(DATA_PAGE)])
      machine.stops.addWatchpoint({ space: 'virtual', address, length: 8, access: 'write' });
    expect(stopOf(machine)).toMatchObject({ address: BigInt(DATA_PAGE) });
    expect(machine.run()).toBe('powered off');
    expect(reportsIn(machine.readMemory(REPORT, REPORT_BYTES)!)).toHaveLength(1);
  });
});

describe('a step', () => {
  it('is one instruction, and of a range goes on to its end', () => {
    const machine = start();
    const step = (range?: Step['range']) => {
      machine.stops.stepping = { core: 0, range };
      expect(stopOf(machine)).toEqual({ kind: 'step', core: 0 });
      return place(machine);
    };
    for (const done of [1, 2, 3, 4, 5]) expect(step()).toEqual([BigInt(CODE + 4 * done), done]);
    expect(step({ from: LOOP, to: LOOP + 8n })).toEqual([STORE, 7]);
    // Up to the fifth time around.
    machine.stops.addBreakpoint({
      space: 'virtual',
      address: LOOP,
      holds: (core) => machine.core(core).x(1) === 4n,
    });
    machine.stops.stepping = { core: 0, range: { from: LOOP, to: RETURN + 4n } };
    expect(stopOf(machine).kind).toBe('breakpoint');
    machine.stops.stepping = undefined;
    expect(machine.run()).toBe('powered off');
  });

  it('of a core has the others go on in their order', () => {
    const source = `${startCores(2)}
      loop:
        add x20, x20, #1
        b loop`;
    const machine = machineFor(source, { cores: 2 });
    machine.run({ instructions: 50_000 });
    const plain = machineFor(source, { cores: 2 });
    for (const core of [0, 1, 0, 1, 1]) {
      const before = machine.core(core).x(20);
      machine.stops.stepping = { core };
      const { pc } = machine.core(core);
      expect(stopOf(machine)).toEqual({ kind: 'step', core });
      expect(machine.core(core).pc).not.toBe(pc);
      expect(machine.core(core).x(20) - before).toBeLessThanOrEqual(1n);
    }
    plain.run({ instructions: machine.instructions });
    expect([0, 1].map((core) => machine.core(core).x(20))).toEqual(
      [0, 1].map((core) => plain.core(core).x(20)),
    );
  });
});

const tiers = {
  interpreter: (host: TierHost) => new Interpreter(host),
  translator: eager(),
  evaluator: (host: TierHost) => new Evaluator(host),
  'bound recordings': (host: TierHost) => new BoundTier(host),
};

describe.each(Object.entries(tiers))('the %s', (_, tierOf) => {
  it('stops before marked instructions and before accesses that are watched', () => {
    const { cluster } = new CaseMachine({
      ramSize: BUSY.ramSize,
      firmwareCall: () => false,
      tierOf,
    });
    cluster.ram.write(CODE - cluster.ram.base, program(counting));
    cluster.powerOn(0, BigInt(CODE), 2);
    const { stops, cores } = cluster;
    stops.addBreakpoint({ space: 'virtual', address: LOOP });
    stops.addBreakpoint({ space: 'physical', address: RETURN });
    stops.addWatchpoint({ space: 'virtual', address: BigInt(DATA) + 9n, length: 1, access: 'access' });
    const places = Array.from({ length: 12 }, () => {
      expect(cluster.run(1000)).toBe('break');
      return [stops.reached?.kind, cores[0].registers.pc, cluster.instructions];
    });
    const round = (n: number) => [
      ['breakpoint', LOOP, 5 + 8 * n],
      ['watchpoint', STORE, 7 + 8 * n],
      ['watchpoint', LOAD, 8 + 8 * n],
      ['breakpoint', RETURN, 10 + 8 * n],
    ];
    expect(places).toEqual([0, 1, 2].flatMap(round));
  });
});

describe('a guest that debugs itself', () => {
  it.each(armingPrograms)('by a %s, armed by %s, finds the same', (_, __, source) => {
    const machine = machineFor(reporting(source), { ramSize: 0x40_0000 });
    machine.stops.addWatchpoint({ space: 'virtual', address: BigInt(DATA_PAGE), length: 8, access: 'write' });
    for (let stops = 0; stops < 3000; stops++) {
      machine.stops.stepping = stops % 5 === 0 ? undefined : { core: 0 };
      if (machine.run({ instructions: 10_000 }) === 'powered off') break;
    }
    expect(reportsIn(machine.readMemory(REPORT, REPORT_BYTES)!)).toEqual(runReporting(source));
  });
});

describe('a guest', () => {
  it('ends the same, after as many instructions, wherever it was stopped', async () => {
    const plain = start();
    expect(plain.run()).toBe('powered off');
    const machine = start();
    const { stops } = machine;
    stops.addBreakpoint({
      space: 'virtual',
      address: RETURN,
      holds: (core) => machine.core(core).x(1) % 7n === 0n,
    });
    stops.addBreakpoint({
      space: 'physical',
      address: LOOP,
      holds: (core) => machine.core(core).x(1) % 11n === 0n,
    });
    stops.addWatchpoint({
      space: 'virtual',
      address: BigInt(DATA),
      length: 16,
      access: 'access',
      holds: (core) => machine.core(core).x(1) % 13n === 0n,
    });
    let reason;
    let breaks = 0;
    while ((reason = machine.run({ instructions: 1001 })) !== 'powered off') {
      if (reason !== 'break') continue;
      breaks += 1;
      stops.stepping = breaks % 3 === 0 ? { core: 0 } : undefined;
    }
    expect(breaks).toBeGreaterThan(300);
    expect(machine.instructions).toBe(plain.instructions);
    expect(await stateHash(machine)).toBe(await stateHash(plain));
  });
});

describe('interrupts that are held', () => {
  it('are taken by no step, and all the same when they are let go', () => {
    const machine = machineFor(timerInterrupts);
    machine.run({ instructions: 1000 });
    const step = (): number => {
      machine.stops.stepping = { core: 0 };
      stopOf(machine);
      return Number(machine.core(0).pc) - VECTORS;
    };
    // To the handler's end and beyond, into the next one.
    let entered = 0;
    for (let i = 0; i < 400; i++) entered += step() === 0x280 ? 1 : 0;
    expect(entered).toBeGreaterThan(5);
    // Out of the handler, where interrupts are not masked.
    while (machine.systemRegister(0, 'DAIF') !== 0n) step();
    machine.holdInterrupts(0, true);
    const before = machine.core(0).x(21);
    for (let i = 0; i < 400; i++) expect(step()).not.toBe(0x280);
    expect(machine.core(0).x(21)).toBe(before);
    machine.holdInterrupts(0, false);
    expect(step()).toBe(0x280);
  });

  it('and whatever else was done at stops are in a recording', async () => {
    const bytes = program(timerInterrupts);
    const origin: Origin = {
      system: 'linux',
      machine: { ramSize: 0x40_0000 },
      files: [{ role: 'kernel', name: 'timer.bin', bytes }],
    };
    const machine = makeMachine(origin);
    const pieces: Uint8Array[] = [];
    const write = (piece: Uint8Array): void => void pieces.push(piece);
    const recorder = await Recorder.start({ machine, origin, firstlight: 'test', write });
    for (let i = 0; i < 50; i++) {
      machine.run({ instructions: 100 + i });
      machine.holdInterrupts(0, i % 2 === 0);
      machine.stops.stepping = { core: 0 };
      for (let steps = 0; steps < 20; steps++) machine.run();
      machine.stops.stepping = undefined;
      machine.holdInterrupts(0, false);
      machine.core(0).write('fpcr', BigInt(i) << 22n);
    }
    await recorder.finish('end');
    const recording = readRecording(joined(pieces), 'f');
    const again = makeMachine(await recording.origin());
    const player = new Player(again, recording);
    again.stops.addBreakpoint({ space: 'physical', address: BigInt(VECTORS + 0x280) });
    let interrupts = 0;
    while (player.step() === 'break') interrupts += 1;
    expect(interrupts).toBe(Number(machine.core(0).x(21)));
    await player.verify();
    expect(await stateHash(again)).toBe(await stateHash(machine));
  });
});

/** A run that was saved and loaded is the run that was not; and no file makes loading do anything but refuse. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../src/engine/index.js';
import {
  loadSnapshot,
  Machine,
  saveSnapshot,
  Session,
  SNAPSHOT_VERSION,
  SnapshotError,
  stateHash,
} from '../src/index.js';
import { enableInterrupt, TIMER } from './programs/interrupts.js';
import { putTogether, sealed as resealed, takeApart } from './snapshots/sealed-snapshot.js';
import { DATA, machineFor, psci, send, startCores, SYSTEM_OFF, SYSTEM_RESET } from './programs/program.js';

/** Cores that wait for their timers, count, and write to the console; the first switches off. */
const busy = (cores: number) => `
    ${startCores(cores)}
    ${enableInterrupt(TIMER.physical)}
    movz x20, #${DATA >>> 16}, lsl #16
    mrs x8, mpidr_el1
    and x8, x8, #0xff
    add x20, x20, x8, lsl #12
    mov x21, #40
  again:
    mrs x0, pmccntr_el0
    str x0, [x20, #8]
    add x1, x8, #30
    msr cntp_tval_el0, x1
    mov x0, #1
    msr cntp_ctl_el0, x0
    wfi
    msr cntp_ctl_el0, xzr
    ldr x2, [x20]
    fmov d0, x2
    add v0.2d, v0.2d, v0.2d
    add x2, x2, #3
    str x2, [x20]
    ${send('.')}
    sub x21, x21, #1
    cbnz x21, again
    cbnz x8, sleep
    ${psci(SYSTEM_OFF)}
  sleep:
    wfi
    b sleep`;

type Outcome = { sent: string; instructions: number; hash: string };

async function finish(machine: Machine, sent = ''): Promise<Outcome> {
  machine.onTransmit = (byte) => (sent += String.fromCharCode(byte));
  expect(machine.run({ instructions: 1e6 })).toBe('powered off');
  return { sent, instructions: machine.instructions, hash: await stateHash(machine) };
}

describe('a snapshot', () => {
  it.each([1, 4])('at any instruction continues as if nothing had been, with %i cores', async (cores) => {
    const make = () => machineFor(busy(cores), { cores });
    const expected = await finish(make());
    expect(expected.sent.length).toBeGreaterThanOrEqual(40);
    for (let at = 1; at < expected.instructions; at += Math.ceil(expected.instructions / 13)) {
      let sent = '';
      const machine = make();
      machine.onTransmit = (byte) => (sent += String.fromCharCode(byte));
      machine.run({ instructions: at });
      const bytes = saveSnapshot(machine);
      const loaded = loadSnapshot(bytes);
      expect(await stateHash(loaded)).toBe(await stateHash(machine));
      expect(saveSnapshot(loaded)).toEqual(bytes);
      expect(await finish(loaded, sent)).toEqual(expected);
      expect(await finish(machine, sent)).toEqual(expected);
    }
  });

  it('of a machine that is off is one', async () => {
    const machine = machineFor(busy(1));
    const expected = await finish(machine);
    expect(await finish(loadSnapshot(saveSnapshot(machine)), expected.sent)).toEqual(expected);
  });

  it('continues in another process', async () => {
    const machine = machineFor(busy(2), { cores: 2 });
    machine.run({ instructions: 777 });
    const directory = mkdtempSync(join(tmpdir(), 'firstlight-snapshot-'));
    try {
      writeFileSync(join(directory, 'snapshot'), saveSnapshot(machine));
      const stats = join(directory, 'stats');
      const command = ['src/cli/main.ts', 'boot', '--load', join(directory, 'snapshot'), '--stats', stats];
      const sent = execFileSync(process.execPath, ['--import', 'tsx', ...command], {
        encoding: 'utf8',
        input: '',
      });
      const expected = await finish(machine);
      expect(sent).toBe(expected.sent);
      const { instructions } = JSON.parse(readFileSync(stats, 'utf8')) as { instructions: number };
      expect(instructions).toBe(expected.instructions - 777);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('is small: RAM that was never touched costs nothing', () => {
    const machine = machineFor(busy(1), { ramSize: 2 ** 30 });
    machine.run();
    expect(saveSnapshot(machine).length).toBeLessThan(4096);
  });

  it('holds what a reset starts from, even what the guest has overwritten since', async () => {
    const program = `
      adr x2, mark
      ldr x3, [x2]
      str xzr, [x2]
      cbz x3, off
      movz x20, #${DATA >>> 16}, lsl #16
      ldr x1, [x20]
      add x1, x1, #1
      str x1, [x20]
      cmp x1, #3
      b.eq off
      ${psci(SYSTEM_RESET)}
    off:
      ${psci(SYSTEM_OFF)}
    .align 8
    mark:
      .quad 1`;
    const machine = machineFor(program);
    machine.run({ instructions: 9 });
    const loaded = loadSnapshot(saveSnapshot(machine));
    expect(await new Session(loaded, { timeout: 20 }).run()).toEqual({ kind: 'powered off' });
    expect(loaded.readMemory(DATA, 1)).toEqual(Uint8Array.of(3));
  });
});

/** `npm run conformance -- snapshots` tries thousands. */
const TRIALS = 60;

describe('a file that is no good snapshot', () => {
  const machine = machineFor(busy(2), { cores: 2 });
  machine.run({ instructions: 500 });
  const good = saveSnapshot(machine);

  const refusal = (bytes: Uint8Array): string => {
    try {
      loadSnapshot(bytes, 'file');
    } catch (error) {
      expect(error).toBeInstanceOf(SnapshotError);
      expect((error as Error).message).toMatch(/^file: [^\n]+$/);
      return (error as Error).message;
    }
    throw new Error('the snapshot was taken');
  };
  const changed = (offset: number, ...values: number[]): Uint8Array => {
    const bytes = good.slice();
    bytes.set(values, offset);
    return bytes;
  };

  it.each([
    ['empty', new Uint8Array(0), "file: at offset 0x0: expected a snapshot's magic FLSNAP"],
    [
      'a header only',
      good.slice(0, 20),
      "file: at offset 0x0: expected a snapshot's header of 24 bytes, found 20",
    ],
    [
      'something else',
      Uint8Array.of(0x7f, 0x45, 0x4c, 0x46),
      "file: at offset 0x0: expected a snapshot's magic FLSNAP",
    ],
    [
      'of another version',
      changed(8, 99),
      `file: at offset 0x8: snapshot of version 99, expected ${SNAPSHOT_VERSION}`,
    ],
    [
      'truncated',
      good.slice(0, -1),
      `file: at offset 0x10: expected ${good.length - 24} bytes behind the header, found ${good.length - 25}`,
    ],
    [
      'damaged',
      changed(1000, good[1000] ^ 1),
      'file: at offset 0xc: the checksum does not match, the snapshot is damaged',
    ],
  ])('is refused: %s', (_what, bytes, message) => {
    expect(refusal(bytes)).toBe(message);
  });

  /** A file with a right checksum around changed content. `tail` changes what lies behind the state. */
  function sealed(change: (json: string) => string, tail?: (rest: Uint8Array) => Uint8Array): Uint8Array {
    const bytes = putTogether({ ...takeApart(good), state: change(takeApart(good).state) }, good);
    if (tail === undefined) return bytes;
    const rest = 28 + new DataView(bytes.buffer).getUint32(24, true);
    return resealed(new Uint8Array(Buffer.concat([bytes.subarray(0, rest), tail(bytes.slice(rest))])));
  }
  const same = (json: string): string => json;

  it('is refused by the machine itself, with nothing taken', async () => {
    const hash = await stateHash(machine);
    const state = machine.save();
    state.cluster.instructions = 1;
    const wrong = { ...state, ended: 'nonsense' } as unknown as typeof state;
    expect(() => machine.load(wrong)).toThrow(
      new ShapeError('state.ended: expected one of no, powered off, reset, halted, exited'),
    );
    expect(await stateHash(machine)).toBe(hash);
  });

  it('loads when it is sealed anew as it was', () => {
    expect(loadSnapshot(sealed(same)).instructions).toBe(500);
  });

  it.each<[string, (json: string) => string]>([
    ['no JSON', () => '{'],
    ['null', () => 'null'],
    ['a number', () => '5'],
    ['no state', () => '{"options":{}}'],
    ['another number of cores', (json) => json.replace('"cores":2', '"cores":3')],
    ['nine cores', (json) => json.replace('"cores":2', '"cores":9')],
    ['less RAM', (json) => json.replace('"ramSize":2097152', '"ramSize":65536')],
    ['endless RAM', (json) => json.replace('"ramSize":2097152', '"ramSize":1e300')],
    ['another board', (json) => json.replace('"board":"virt"', '"board":"constructor"')],
    [
      'a core that does nothing known',
      (json) => json.replace('"activity":"running"', '"activity":"dancing"'),
    ],
    [
      'a turn of no core',
      (json) => json.replace(/"turn":\{[^}]*\}/, '"turn":{"start":0,"length":5,"core":7,"used":0}'),
    ],
    ['an endless turn', (json) => json.replace(/"length":\d+/, '"length":{"$number":"Infinity"}')],
    ['a negative time', (json) => json.replace(/"now":\d+/, '"now":-5')],
    ['a time beyond counting', (json) => json.replace(/"now":\d+/, '"now":9007199254740991')],
    ['an alarm of nobody', (json) => json.replace('"alarms":[]', '"alarms":[["nobody",1,1]]')],
    ['firmware outside RAM', (json) => json.replace(/"address":\d+/, '"address":64')],
    ['another fingerprint', (json) => json.replace(/"fingerprint":"./, (start) => `${start.slice(0, -1)}x`)],
    ['an option that is none', (json) => json.replace('"options":{', '"options":{"psci":"foo",')],
    ['an end that is none', (json) => json.replace('"ended":"no"', '"ended":"nonsense"')],
    ['something that is in none', (json) => json.replace('{', '{"more":null,')],
    [
      'a core that starts at a level there is not',
      (json) => json.replace('"hypervisor":true', '"hypervisor":false'),
    ],
    [
      'a whole number below zero and none',
      (json) => json.replace('"selector":0', '"selector":{"$number":"-0"}'),
    ],
    ['a device too many', (json) => json.replace('"devices":{', '"devices":{"uart1":null,')],
    ['a device without a register', (json) => json.replace('"imsc":0,', '')],
    ['a flag that is a number', (json) => json.replace('"yielded":false', '"yielded":0')],
    ['a fraction of an instruction', (json) => json.replace(/"executed":\d+/, '"executed":0.5')],
  ])('is refused though its checksum is right: %s', (_what, change) => {
    const bytes = sealed(change);
    expect(bytes).not.toEqual(good);
    refusal(bytes);
  });

  it.each<[string, (rest: Uint8Array) => Uint8Array]>([
    ['a page far outside RAM', (rest) => Uint8Array.from(rest, (byte, i) => (i === 6 ? 0xff : byte))],
    ['more runs than the file holds', (rest) => Uint8Array.from(rest, (byte, i) => (i < 4 ? 0xff : byte))],
    ['more pages than there are', (rest) => Uint8Array.from(rest, (byte, i) => (i === 8 ? byte + 1 : byte))],
    ['pages cut off', (rest) => rest.slice(0, -20)],
  ])('is refused though its checksum is right: %s', (_what, tail) => {
    refusal(sealed(same, tail));
  });

  it('is refused or runs, whatever is changed in its state', () => {
    const json = (() => {
      let text = '';
      sealed((each) => (text = each));
      return text;
    })();
    const leaves = [...json.matchAll(/(?<=[:,[])(-?\d+|true|false|null|"[^"]*")(?=[,}\]])/g)];
    const values = [
      '0',
      '-1',
      '1',
      '255',
      '4294967295',
      '1e15',
      '1e400',
      '0.5',
      'null',
      'true',
      '""',
      '[]',
      '{}',
    ];
    const strange = ['{"$number":"NaN"}', '{"$number":"Infinity"}', '{"$bytes":"AAAA"}'];
    let taken = 0;
    let seed = 12345;
    const random = (below: number) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % below;
    for (let i = 0; i < TRIALS; i++) {
      const leaf = leaves[random(leaves.length)];
      const [old] = leaf;
      const value = [...values, ...strange][random(values.length + strange.length)];
      const text = json.slice(0, leaf.index) + value + json.slice(leaf.index + old.length);
      let loaded: Machine;
      try {
        loaded = loadSnapshot(
          sealed(() => text),
          'file',
        );
      } catch (error) {
        if (!(error instanceof SnapshotError)) throw error;
        continue;
      }
      taken += 1;
      loaded.run({ instructions: 2000, until: loaded.now + 10_000 });
    }
    expect(taken).toBeGreaterThan(5);
  });

  it('is refused or runs, whatever is in the registers', () => {
    let seed = 99;
    const random = (below: number) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % below;
    for (let i = 0; i < TRIALS; i++) {
      const bytes = sealed((text) =>
        text.replace(/("state":\{"\$bytes":")([^"]*)/, (_all, before: string, base64: string) => {
          const cells = Buffer.from(base64, 'base64');
          for (let n = 0; n < 40; n++) cells[random(cells.length)] = random(256);
          return before + cells.toString('base64');
        }),
      );
      let loaded: Machine;
      try {
        loaded = loadSnapshot(bytes, 'file');
      } catch (error) {
        if (!(error instanceof SnapshotError)) throw error;
        continue;
      }
      loaded.run({ instructions: 2000, until: loaded.now + 10_000 });
    }
  });
});

import { afterEach, describe, expect, it, vi } from 'vitest';
import { assemble } from '../../isa/index.js';
import type { TranslatorOptions } from '../../engine/translator/translator.js';
import { Workshop } from '../../engine/translator/workshop.js';
import { Disk, MemoryStore } from '../../machine/index.js';
import type { Machine } from '../../machine/index.js';
import { bootZircon, builtInBootImage } from '../../zircon/index.js';
import { machineFor, psci, send, SYSTEM_OFF } from '../../../tests/programs/program.js';
import { LockstepError } from './error.js';
import { locate } from './locate.js';
import { Lockstep } from './lockstep.js';

const EAGER = { hotness: 1, batch: 1, patience: 0 };

/** Counts X1 up in a loop, more often than a region wants instructions left, and tells. */
const counting = `
    movz x0, #5000
  again:
    add x1, x1, #3
    eor x2, x2, x1
    sub x0, x0, #1
    cbnz x0, again
    ${send('.')}
    ${psci(SYSTEM_OFF)}`;

function inLockstep(machine: Machine, translator: Partial<TranslatorOptions> = EAGER): Lockstep {
  machine.cluster.engine = { name: 'translator', translator };
  return new Lockstep(machine, () => [], translator);
}

/** Runs to the end in pieces. */
function finish(machine: Machine, lockstep: Lockstep, piece = 10_000): void {
  while (machine.run({ instructions: piece }) === 'limit');
  lockstep.finish();
}

/** What a run throws. */
function failure(run: () => void): LockstepError {
  try {
    run();
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  throw new Error('nothing differs');
}

/** From now on the translator takes an instruction for another. */
function plant(word: string, instead: string): void {
  type Decoding = { instruction: (this: Decoding, word: number) => unknown };
  const prototype = Workshop.prototype as unknown as Decoding;
  const { instruction } = prototype;
  vi.spyOn(prototype, 'instruction').mockImplementation(function (this: Decoding, given) {
    return instruction.call(this, given >>> 0 === assemble(word) ? assemble(instead) : given);
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('translator and interpreter in lockstep', () => {
  it('come to the same end', () => {
    const machine = machineFor(counting);
    finish(machine, inLockstep(machine));
    expect(machine.isOff).toBe(true);
    expect(machine.core(0).x(1)).toBe(15000n);
  });

  it('heed what enters from outside', () => {
    const machine = machineFor(counting);
    const lockstep = inLockstep(machine);
    machine.run({ instructions: 300 });
    machine.core(0).setX(1, 7n);
    machine.setRate(500_000_000);
    machine.skipTo(machine.now + 1000);
    machine.receive([0x61]);
    machine.writeMemory(0x4010_0000, Uint8Array.of(1, 2, 3));
    finish(machine, lockstep);
    expect(machine.isOff).toBe(true);
  });

  it('come to the same with a hosted kernel on two cores', () => {
    const append = 'userboot.next=bin/hello userboot.shutdown';
    const { machine } = bootZircon(builtInBootImage(), { ramSize: 2 ** 26, cores: 2, append });
    finish(machine, inLockstep(machine, { hotness: 300 }), 1_000_000);
    expect(machine.isOff).toBe(true);
  });

  it('differ where a region does something else, and the instruction is found', () => {
    plant('add x1, x1, #3', 'add x1, x1, #4');
    const machine = machineFor(counting);
    const error = failure(() => finish(machine, inLockstep(machine)));
    expect(error.message).toMatch(
      /^translator and interpreter differ at instruction [\d,]+: core 0 X1: translator 0x\w+, interpreter 0x\w+, and 1 more; all was the same at instruction 0$/,
    );
    const text = locate(error.stretch).join('\n');
    expect(text).toMatch(/^a region of 1 instruction in page 0x40080000, /);
    expect(text).toMatch(/^the same up to instruction 1 of core 0 at PC 0x40080004, where it is entered, /m);
    expect(text).toMatch(/^ {2}core 0 X1: translator 0x\w+, interpreter 0x\w+$/m);
  });

  it('differ where memory does, as soon as that is looked at', () => {
    const machine = machineFor(counting);
    const lockstep = inLockstep(machine);
    machine.run({ instructions: 300 });
    machine.cluster.ram.write(0x10_0008, Uint8Array.of(5));
    const error = failure(() => finish(machine, lockstep));
    expect(error.message).toContain(': RAM at 0x40100008: translator 0x5, interpreter 0x0;');
    expect(locate(error.stretch)).toEqual([
      'begun anew at instruction 0, they come to the same: it takes more of the run',
    ]);
  });
});

describe("a disk's twin", () => {
  const store = new MemoryStore(Uint8Array.of(1, 2, 3));
  const content = (disk: Disk): Uint8Array => {
    const bytes = new Uint8Array(3);
    disk.read(0, bytes);
    return bytes;
  };

  it('has the content that the disk was made of, and its own writes', () => {
    const disk = new Disk({ name: 'a', store, scratch: new MemoryStore() });
    disk.write(0, Uint8Array.of(9));
    const twin = disk.twin() as Disk;
    expect(content(twin)).toEqual(Uint8Array.of(1, 2, 3));
    twin.write(1, Uint8Array.of(8));
    expect(content(disk)).toEqual(Uint8Array.of(9, 2, 3));
  });

  it('there is of one that is only read, and of none that is written itself', () => {
    expect(new Disk({ name: 'a', store, readOnly: true }).twin()?.isReadOnly).toBe(true);
    expect(new Disk({ name: 'a', store }).twin()).toBeUndefined();
  });
});

/**
 * Code that runs in board virt's flash: as it is programmed there by commands (the same programs run on QEMU,
 * `npm run conformance -- programs`), or laid there by a loader.
 */
import { describe, expect, it } from 'vitest';
import { loadSnapshot, Machine, planBoot, saveSnapshot, stateHash, type Kernel } from '../src/index.js';
import { flashPrograms, UNDEFINED } from './programs/flash.js';
import { machineFor, program, psci, send, SYSTEM_OFF, SYSTEM_RESET } from './programs/program.js';
import { REPORT, REPORT_BYTES, reporting, reportsIn, runReporting } from './programs/report.js';

/** ESR of an undefined instruction: class 0, IL. */
const UNDEFINED_SYNDROME = 0x0200_0000n;

describe('code in flash', () => {
  it.each(flashPrograms)('runs as it is read: %s', (_, source, sees) => {
    const seen = runReporting(source).map(({ esr }) =>
      esr === UNDEFINED_SYNDROME ? UNDEFINED : Number(esr),
    );
    expect(seen).toEqual(sees);
  });

  it('runs the same however the run is cut, and by way of a snapshot', async () => {
    const source = flashPrograms.find(([name]) => name === 'programmed again')![1];
    const whole = machineFor(reporting(source), { ramSize: 0x40_0000 });
    whole.run({ instructions: 10_000 });
    let pieces = machineFor(reporting(source), { ramSize: 0x40_0000 });
    while (pieces.run({ instructions: 23 }) === 'limit') pieces = loadSnapshot(saveSnapshot(pieces));
    expect(await stateHash(pieces)).toBe(await stateHash(whole));
    const reports = reportsIn(pieces.readMemory(REPORT, REPORT_BYTES) ?? new Uint8Array());
    expect(reports.map(({ esr }) => esr)).toEqual([1n, 17n, 81n]);
  });
});

/** An ELF file whose segments are at these physical addresses; it begins with the first. */
function elf(...segments: (readonly [address: number, bytes: Uint8Array, size?: number])[]): Kernel {
  const loads = segments.map(([address, data, size = data.length]) => ({
    type: 1,
    flags: 5,
    offset: 0x1000n,
    dataOffset: 0x1000,
    virtualAddress: BigInt(address),
    physicalAddress: BigInt(address),
    fileSize: BigInt(data.length),
    memorySize: BigInt(size),
    alignment: 0x1000n,
    data,
  }));
  const entry = BigInt(segments[0][0]);
  const header = { type: 2, machine: 183, osAbi: 0, flags: 0 };
  const rest = { sections: [], symbols: [], segmentProblems: [], problems: [] };
  return { format: 'elf', elf: { ...header, ...rest, entry, segments: loads } };
}

function booted(content: Kernel): Machine {
  const machine = new Machine({ ramSize: 0x40_0000 });
  machine.powerUp(planBoot({ kernel: { name: 'rom.elf', content } }, machine.board));
  return machine;
}

function printed(machine: Machine): () => string {
  let text = '';
  machine.transmitted.add((byte) => (text += String.fromCharCode(byte)));
  return () => text;
}

const BANK_1 = 0x400_0000;
const RAM_PART = 0x4020_0000;
const inFlash = `
  ${send('A')}
  movz x4, #${RAM_PART >>> 16}, lsl #16
  blr x4
  ${psci(SYSTEM_OFF)}`;
/** The first time, erases the sector that it was called from and resets. */
const inRam = `
  ${send('B')}
  ldr x5, [x4, #0x1000]
  cbnz x5, back
  str x4, [x4, #0x1000]
  sub x2, x30, #4
  mov w3, #0x20
  str w3, [x2]
  ${psci(SYSTEM_RESET)}
back:
  ret`;

describe('an ELF file with segments in flash', () => {
  it.each([0, BANK_1])('at 0x%s is laid there and run in place, with what it has in RAM', (address) => {
    const machine = booted(elf([address, program(inFlash, address)], [RAM_PART, program(inRam, RAM_PART)]));
    const text = printed(machine);
    expect(machine.run({ instructions: 1000 })).toBe('reset');
    expect(text()).toBe('AB');
  });

  it('may go over the end of a bank; the rest of its memory is zero', () => {
    const start = BANK_1 - 12;
    const source = `${send('A')}\n adr x4, behind\n ldr w0, [x4, #32]\n cbnz w0, #0\n ${send('Z')}\n behind:\n b #0`;
    const bytes = program(source, start);
    const machine = booted(elf([start, bytes, bytes.length + 4096]));
    const text = printed(machine);
    machine.run({ instructions: 100 });
    expect(text()).toBe('AZ');
  });

  it('is there again after a reset, though the guest has erased it, by way of a snapshot too', async () => {
    const make = () => booted(elf([0, program(inFlash, 0)], [RAM_PART, program(inRam, RAM_PART)]));
    const run = async (machine: Machine, viaSnapshot: boolean): Promise<string> => {
      expect(machine.run({ instructions: 1000 })).toBe('reset');
      const reset = viaSnapshot ? loadSnapshot(saveSnapshot(machine)) : machine;
      const text = printed(reset);
      reset.reset();
      expect(reset.run({ instructions: 1000 })).toBe('powered off');
      expect(text()).toBe('AB');
      return stateHash(reset);
    };
    expect(await run(make(), true)).toBe(await run(make(), false));
  });

  it('leaves the start of RAM to the devicetree', () => {
    const plan = planBoot(
      { kernel: { name: 'rom.elf', content: elf([0, program('b #0', 0)]) } },
      new Machine({ ramSize: 0x40_0000 }).board,
    );
    expect(plan.devicetree).toBe(0x4000_0000);
    expect(plan.cores[0].pc).toBe(0);
  });
});

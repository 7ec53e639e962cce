/**
 * EL3 against QEMU: random cases of a few instructions at every level and in both Security states, under what EL3, EL2 and
 * EL1 have configured. A program at EL3 runs them on QEMU's board `virt` with `secure=on` and on this one; where each ended
 * and what the levels' registers held must agree. Needs `qemu-system-aarch64`, `clang`, `ld.lld`.
 */
import { Machine } from '../src/machine/index.js';
import { Random } from '../tests/cases/random.js';
import { caseText, writeCase } from './monitor/cases.js';
import {
  CASE_BYTES,
  CASES,
  COUNT,
  DONE,
  layoutDefinitions,
  MOST_CASES,
  PROGRAM,
  RAM,
  RAM_BYTES,
  REGISTERS,
  RESULT_BYTES,
  RESULT_TAKEN,
  RESULT_VECTOR,
  RESULTS,
  takenRegisters,
} from './monitor/layout.js';
import { assembled, ramAfter, startAt } from './qemu/bare-program.js';

const TIMEOUT_MS = 60_000;

export interface MonitorComparison {
  readonly cases: number;
  readonly differing: number;
  readonly examples: readonly string[];
}

function onQemu(memory: Uint8Array): Uint8Array {
  const board = 'gic-version=2,virtualization=on,secure=on';
  return ramAfter({ memory, board, start: startAt(PROGRAM), timeout: TIMEOUT_MS });
}

/** Instructions that a case takes, at most. */
const PER_CASE = 2000;

function onFirstlight(memory: Uint8Array, count: number): Uint8Array {
  const machine = new Machine({ secure: true, ramSize: RAM_BYTES });
  const start = { powered: true, pc: PROGRAM, el: 3, x0: 0 } as const;
  machine.powerUp({ segments: [{ address: RAM, bytes: memory }], cores: [start] });
  machine.run({ instructions: (count + 1) * PER_CASE });
  return machine.readMemory(RAM, RAM_BYTES) ?? new Uint8Array();
}

type Field = readonly [name: string, offset: number];
const fields: readonly Field[] = [
  ...Array.from({ length: REGISTERS }, (_, i): Field => [`X${i}`, 8 * i]),
  ['vector', RESULT_VECTOR],
  ...takenRegisters.map((name, i): Field => [name, RESULT_TAKEN + 8 * i]),
];

const exceptionClass = (syndrome: bigint): number => Number(syndrome >> 26n) & 63;
const DATA_ABORT_SAME_LEVEL = 0x25;
/** Syndromes of MSR DAIFSet and DAIFClr, whose Op1 and Op2 QEMU 7.2 exchanges: QEMU's, then the manual's. */
const swappedDaif = new Map([
  [0x6207_93e0n, 0x620c_d3e0n],
  [0x6207_d3e0n, 0x620e_d3e0n],
]);

/** A result's value as it is compared: without what QEMU 7.2 fills in or clears beside the manual. */
function comparable(name: string, value: bigint): bigint {
  // It clears PSTATE.NZCV at each exception, and the exception in a vector saves that.
  if (name.startsWith('SPSR')) return value & ~0xf000_0000n;
  // It gives the shareability of Device memory as zero or as the descriptor has it.
  if (name === 'PAR_EL1' && (value & 1n) === 0n) return value & ~0x180n;
  if (!name.startsWith('ESR')) return value;
  // It fills in ESR_ELx.ISV and what follows for aborts of stage 1 at the same level.
  if (exceptionClass(value) === DATA_ABORT_SAME_LEVEL) return value & ~0x1ff_c000n;
  const swapped = swappedDaif.get(value & ~0x1en);
  return swapped === undefined ? value : swapped | (value & 0x1en);
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** Compares `batches` of `count` cases. */
export function monitor({ batches = 4, count = 20_000, seed = 1, examples = 10 } = {}): MonitorComparison {
  if (count > MOST_CASES) throw new RangeError(`at most ${MOST_CASES} cases at once`);
  const program = assembled('monitor', PROGRAM, layoutDefinitions());
  const described: string[] = [];
  let differing = 0;
  for (let batch = 0; batch < batches; batch++) {
    const memory = new Uint8Array(CASES - RAM + count * CASE_BYTES);
    memory.set(program, PROGRAM - RAM);
    const view = new DataView(memory.buffer);
    view.setBigUint64(COUNT - RAM, BigInt(count), true);
    const random = new Random(seed + batch);
    for (let i = 0; i < count; i++) writeCase(view, CASES - RAM + i * CASE_BYTES, random);
    const [expected, found] = [onQemu(memory), onFirstlight(memory, count)].map((bytes) => {
      const result = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const left = result.getBigUint64(COUNT - RAM, true);
      if (result.getUint8(DONE - RAM) !== 1)
        throw new Error(`did not come to the end: ${left} cases are left`);
      return result;
    });
    for (let i = 0; i < count; i++) {
      const at = RESULTS - RAM + i * RESULT_BYTES;
      const value = (result: DataView, [name, offset]: Field): bigint =>
        comparable(name, result.getBigUint64(at + offset, true));
      const different = fields.filter((field) => value(expected, field) !== value(found, field));
      if (different.length === 0) continue;
      differing += 1;
      if (described.length >= examples) continue;
      const lines = different.map(
        (field) => `${field[0]}: QEMU ${hex(value(expected, field))}, here ${hex(value(found, field))}`,
      );
      described.push(`${caseText(view, CASES - RAM + i * CASE_BYTES)}\n  ${lines.join('\n  ')}`);
    }
  }
  return { cases: batches * count, differing, examples: described };
}

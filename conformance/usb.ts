/**
 * The USB controller and its devices against QEMU's: random sequences, the same on both, every value compared.
 *
 * `npx tsx conformance/usb.ts [rounds] [seed]` runs it alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireAll } from '../scripts/requirements.js';
import { usbDevice, type UsbKind, type UsbSpecification } from '../src/machine/index.js';
import { random } from './devices/random.js';
import { parts } from './parts.js';
import { boardWith, perform } from './usb/firstlight.js';
import { place, sequence } from './usb/generator.js';
import { describe } from './usb/operations.js';
import { onQemu } from './usb/qtest.js';

export interface UsbComparison {
  readonly operations: number;
  readonly differing: number;
  /** The first few differences, each with the operations before it. */
  readonly examples: readonly string[];
}

const stick = (number: number, more: object = {}): UsbSpecification =>
  ({ ...usbDevice('usb-storage'), drive: `stick${number}`, disk: number, ...more }) as UsbSpecification;
const of = (...kinds: readonly UsbKind[]): UsbSpecification[] => kinds.map((kind) => usbDevice(kind));

const SETS: readonly (readonly UsbSpecification[])[] = [
  of(),
  of('usb-kbd'),
  of('usb-mouse', 'usb-tablet'),
  of('usb-kbd', 'usb-tablet', 'usb-mouse'),
  of('usb-net'),
  [stick(0)],
  [stick(1, { serial: 'Q1', removable: true }), stick(2)],
];
const OPERATIONS = 6000;

/** Compares in some rounds; needs `qemu-system-aarch64`. */
export async function usb({ rounds = 14, seed = 1 } = {}): Promise<UsbComparison> {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-usb-'));
  const examples: string[] = [];
  let operations = 0;
  let differing = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      const r = random(seed * 1000 + round);
      const devices = SETS[round % SETS.length];
      const sent = sequence(r, place(devices), OPERATIONS);
      const expected = await onQemu(sent, devices, join(directory, `qmp${round}`));
      const board = boardWith(devices);
      const found = sent.map((operation) => perform(board, operation));
      const at = sent.flatMap((_, i) => (expected[i] === found[i] ? [] : [i]));
      operations += sent.length;
      differing += at.length;
      for (const i of at.slice(0, 1)) {
        const before = sent.slice(Math.max(0, i - 30), i).map((each, k, all) => {
          const result = expected[i - all.length + k];
          return `    ${describe(each)}${result === '' ? '' : ` = ${result}`}`;
        });
        const names = devices.map(({ kind }) => kind).join(', ');
        const last = `round ${round} (${names}) #${i} ${describe(sent[i])}: QEMU ${expected[i]}, here ${found[i]}`;
        examples.push([last, 'after', ...before].join('\n'));
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  return { operations, differing, examples: examples.slice(0, 8) };
}

if (process.argv[1]?.endsWith('conformance/usb.ts')) {
  requireAll('usb', parts.usb.needs);
  const [rounds, seed] = process.argv.slice(2);
  const { operations, differing, examples } = await usb({
    ...(rounds === undefined ? {} : { rounds: Number(rounds) }),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  });
  for (const example of examples) console.log(example + '\n');
  console.log(`${operations} operations, ${differing} differing`);
}

/** Sequences with QEMU's answers, in files for the fast tests: a line for each operation. */
import type { UsbSpecification } from '../../src/machine/index.js';
import type { Operation } from './operations.js';

export interface Transcript {
  readonly devices: readonly UsbSpecification[];
  readonly operations: readonly Operation[];
  readonly results: readonly string[];
}

type Line = readonly [kind: string, ...rest: unknown[]];

function lineOf(operation: Operation): Line {
  switch (operation.kind) {
    case 'write':
      return ['w', operation.register, operation.value];
    case 'read':
      return ['r', operation.register];
    case 'store':
      return ['s', operation.address, Buffer.from(operation.bytes).toString('hex')];
    case 'load':
      return ['l', operation.address, operation.length];
    case 'input':
      return ['i', operation.events];
    default:
      return [operation.kind];
  }
}

function operationOf([kind, first, second]: Line): Operation {
  switch (kind) {
    case 'w':
      return { kind: 'write', register: Number(first), value: Number(second) };
    case 'r':
      return { kind: 'read', register: Number(first) };
    case 's':
      return { kind: 'store', address: Number(first), bytes: Buffer.from(String(second), 'hex') };
    case 'l':
      return { kind: 'load', address: Number(first), length: Number(second) };
    case 'i':
      return { kind: 'input', events: first as Extract<Operation, { kind: 'input' }>['events'] };
    case 'line':
    case 'drain':
      return { kind };
    default:
      return { kind: 'settle' };
  }
}

export const writeTranscript = ({ devices, operations, results }: Transcript): string =>
  [
    JSON.stringify(devices),
    ...operations.map((operation, i) => JSON.stringify([...lineOf(operation), results[i]])),
    '',
  ].join('\n');

export function readTranscript(text: string): Transcript {
  const [devices, ...lines] = text.trim().split('\n');
  const read = lines.map((line) => JSON.parse(line) as [string, ...unknown[]]);
  return {
    devices: JSON.parse(devices) as UsbSpecification[],
    operations: read.map((line) => operationOf(line.slice(0, -1) as unknown as Line)),
    results: read.map((line) => String(line.at(-1))),
  };
}

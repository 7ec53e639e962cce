/** `info mtree` and `info qtree`: what answers where, and what is plugged in, in QEMU's layout and this board's names. */
import type { Machine } from '../../../machine/index.js';

const hex = (value: number): string => value.toString(16).padStart(16, '0');

interface Region {
  readonly base: number;
  readonly size: number;
  readonly name: string;
  readonly kind: 'ram' | 'romd' | 'i/o';
}

/** By ascending address; devices may lie over RAM. */
function regions({ board: { bus } }: Machine): readonly Region[] {
  return bus.mappings.map((mapping): Region => {
    const { base, size } = mapping;
    if (mapping.kind === 'ram') return { base, size, name: 'ram', kind: 'ram' };
    const isMemory = bus.memories.some(({ device }) => device === mapping.device);
    return { base, size, name: mapping.device.name, kind: isMemory ? 'romd' : 'i/o' };
  });
}

const regionText = ({ base, size, name, kind }: Region): string =>
  `${hex(base)}-${hex(base + size - 1)} (prio 0, ${kind}): ${name}`;

export function memoryTree(machine: Machine, flat: boolean): readonly string[] {
  const spaces = Array.from({ length: machine.cores }, (_, i) => `cpu-memory-${i}`);
  const lines = regions(machine).map(regionText);
  if (flat)
    return [
      'FlatView #0',
      ...['memory', ...spaces].map((name) => ` AS "${name}", root: system`),
      ' Root memory region: system',
      ...lines.map((line) => `  ${line}`),
      '',
    ];
  return [
    ...[...spaces, 'memory'].map((name) => `address-space: ${name}`),
    '  0000000000000000-ffffffffffffffff (prio 0, i/o): system',
    ...lines.map((line) => `    ${line}`),
    '',
  ];
}

export function deviceTree(machine: Machine): readonly string[] {
  const devices = regions(machine).filter(({ kind }) => kind !== 'ram');
  return [
    'bus: main-system-bus',
    '  type System',
    ...devices.flatMap(({ base, size, name }) => [
      `  dev: ${name}, id ""`,
      `    mmio ${hex(base)}/${hex(size)}`,
    ]),
  ];
}

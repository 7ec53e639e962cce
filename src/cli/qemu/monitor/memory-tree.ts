/** `info mtree` and `info qtree`: what answers where, and what is plugged in, in QEMU's layout and this board's names. */
import { SECURE_SPACE } from '../../../engine/index.js';
import {
  isMemoryDevice,
  USB_BUS,
  type Board,
  type Machine,
  type PhysicalMap,
} from '../../../machine/index.js';
import { SPEEDS } from './input.js';

const hex = (value: number): string => value.toString(16).padStart(16, '0');

interface Region {
  readonly base: number;
  readonly size: number;
  readonly name: string;
  readonly kind: 'ram' | 'romd' | 'i/o';
  /** Whether only Secure accesses reach it. */
  readonly isSecure: boolean;
}

const WHOLE = '0000000000000000-ffffffffffffffff';
const SYSTEM = 'system';

/** By ascending address; devices may lie over RAM. */
function regions(bus: PhysicalMap): readonly Region[] {
  return bus.mappings.map((mapping): Region => {
    const { size } = mapping;
    const isSecure = mapping.base >= SECURE_SPACE;
    const base = isSecure ? mapping.base - SECURE_SPACE : mapping.base;
    if (mapping.kind === 'ram')
      return { base, size, name: isSecure ? 'secure-ram' : 'ram', kind: 'ram', isSecure };
    const kind = isMemoryDevice(mapping.device) ? 'romd' : 'i/o';
    return { base, size, name: mapping.device.name, kind, isSecure };
  });
}

const regionText = ({ base, size, name, kind }: Region): string =>
  `${hex(base)}-${hex(base + size - 1)} (prio 0, ${kind}): ${name}`;
const indented = (lines: readonly string[], by: number): string[] =>
  lines.map((line) => ' '.repeat(by) + line);

export function memoryTree(machine: Machine, flat: boolean): readonly string[] {
  const { bus } = machine.board;
  const names = (kind: string): string[] =>
    Array.from({ length: machine.cores }, (_, i) => `cpu-${kind}memory-${i}`);
  const all = regions(bus);
  const system = all.filter(({ isSecure }) => !isSecure);
  const secure = all.filter(({ isSecure }) => isSecure);
  if (flat)
    return [
      ...flatView(0, ['memory', ...names('')], SYSTEM, bus, system),
      ...(secure.length === 0 ? [] : flatView(1, names('secure-'), 'secure-memory', bus, all)),
    ];
  const priority = secure.length === 0 ? 0 : -1;
  const tree = [`${WHOLE} (prio ${priority}, i/o): ${SYSTEM}`, ...indented(system.map(regionText), 2)];
  const space = (each: readonly string[], lines: readonly string[]): string[] => [
    ...each.map((name) => `address-space: ${name}`),
    ...indented(lines, 2),
    '',
  ];
  const secureTree = [
    `${WHOLE} (prio 0, i/o): secure-memory`,
    ...indented([...secure.map(regionText), ...tree], 2),
  ];
  return [
    ...space([...names(''), 'memory'], tree),
    ...(secure.length === 0 ? [] : space(names('secure-'), secureTree)),
  ];
}

/** What answers at each address: RAM only where no device lies over it. */
function flatView(
  number: number,
  names: readonly string[],
  root: string,
  bus: PhysicalMap,
  all: readonly Region[],
): string[] {
  const lines = all
    .flatMap((region) => (region.kind === 'ram' && !region.isSecure ? uncovered(region, bus) : [region]))
    .sort((a, b) => a.base - b.base)
    .map(regionText);
  return [
    `FlatView #${number}`,
    ...names.map((name) => ` AS "${name}", root: ${root}`),
    ` Root memory region: ${root}`,
    ...indented(lines, 2),
    '',
  ];
}

const uncovered = (region: Region, bus: PhysicalMap): Region[] =>
  bus.ramIn(region.base, region.size).map(({ address, length }) => ({
    ...region,
    base: address,
    size: length,
    name: address === region.base ? region.name : `${region.name} @${hex(address - region.base)}`,
  }));

export function deviceTree(machine: Machine): readonly string[] {
  const devices = regions(machine.board.bus).filter(({ kind }) => kind !== 'ram');
  return [
    'bus: main-system-bus',
    '  type System',
    ...devices.flatMap(({ base, size, name }) => [
      `  dev: ${name}, id ""`,
      `    mmio ${hex(base)}/${hex(size)}`,
      ...(name === machine.board.usb?.name ? usbTree(machine.board.usb) : []),
    ]),
  ];
}

const usbTree = ({ bus }: NonNullable<Board['usb']>): string[] => [
  `    bus: ${USB_BUS}`,
  '      type usb-bus',
  ...bus.devices.flatMap(({ kind, id, address, port, speed, product }) => [
    `      dev: ${kind}, id "${id ?? ''}"`,
    `        addr 0.${address}, port ${port.path}, speed ${SPEEDS[speed]}, name ${product}, attached`,
  ]),
];

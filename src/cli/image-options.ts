/** Values of the options from which `zbi` and `bootfs` make images. */
import {
  fileKind,
  memoryRangeType,
  zbiType,
  zbiTypeNumber,
  type BootfsInput,
  type MemoryRange,
  type MemoryRangeType,
} from '../images/index.js';
import { UsageError } from './command.js';
import { readInput } from './files/index.js';

/** For options that may come several times. */
export const collect = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];

/** `PATH=FILE`: a file's name in the image, and where its data is. */
export function fileEntry(text: string): BootfsInput {
  const [, name, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (file === undefined) throw new UsageError(`expected PATH=FILE, found '${text}'`);
  return { name, data: readInput(file, fileKind.content).bytes };
}

/** `TYPE[:EXTRA]=FILE`. */
export function itemEntry(text: string): ItemEntry & { file: string } {
  const { file, ...item } = parseItem(text, 'TYPE[:EXTRA]=FILE');
  if (file === undefined) throw new UsageError(`expected TYPE[:EXTRA]=FILE, found '${text}'`);
  return { ...item, file };
}

/** `TYPE[:EXTRA][=FILE]`: without a file the item has no payload. */
export const optionalItemEntry = (text: string): ItemEntry => parseItem(text, 'TYPE[:EXTRA][=FILE]');

export interface ItemEntry {
  readonly type: number;
  readonly extra: number | undefined;
  readonly file: string | undefined;
}

function parseItem(text: string, form: string): ItemEntry {
  const [, name, extra, file] = /^([^=:]+)(?::(0x[0-9a-f]+|\d+))?(?:=(.+))?$/i.exec(text) ?? [];
  if (name === undefined) throw new UsageError(`expected ${form}, found '${text}'`);
  const type = zbiTypeNumber(name);
  if (type === undefined) throw new UsageError(`expected an item type's name or number, found '${name}'`);
  if (type === zbiType.CONTAINER)
    throw new UsageError(`expected an item's type, found '${name}', of what holds items`);
  if (Number(extra ?? 0) >= 2 ** 32) throw new UsageError(`expected EXTRA below 2^32, found ${extra}`);
  return { type, extra: extra === undefined ? undefined : Number(extra), file };
}

/** `BASE:LENGTH[:TYPE]`; the length may end in K, M or G. */
export function memoryRange(text: string): MemoryRange {
  const number = '(0x[0-9a-f]+|\\d+)';
  const pattern = new RegExp(`^${number}:${number}([kmg]?)(?::(\\w+))?$`, 'i');
  const [, base, length, unit = '', type = 'ram'] = pattern.exec(text) ?? [];
  if (length === undefined || !Object.hasOwn(memoryRangeType, type)) {
    throw new UsageError(`expected BASE:LENGTH[:ram|peripheral|reserved], found '${text}'`);
  }
  const shift = BigInt(10 * ' KMG'.indexOf(unit.toUpperCase() || ' '));
  const range = { base: BigInt(base), length: BigInt(length) << shift, type: type as MemoryRangeType };
  if (range.base + range.length > 2n ** 64n)
    throw new UsageError(`expected a range below 2^64, found '${text}'`);
  return range;
}

/** `N[,N...]`: how many CPUs each cluster has. */
export function clusterSizes(text: string): number[] {
  const sizes = text.split(',').map((cpus) => (/^\d+$/.test(cpus) ? Number(cpus) : NaN));
  if (!sizes.every((cpus) => cpus >= 1 && cpus <= 255)) {
    throw new UsageError(`expected numbers of CPUs from 1 to 255, found '${text}'`);
  }
  return sizes;
}

/**
 * What is mapped at an address: `qMemoryRegionInfo`, which LLDB asks for before it has an expression computed ("LLDB GDB
 * remote extensions"). It takes a page or block at a time: LLDB goes from region to region as far as it wants to.
 */
import { walkOf, type Mapping, type TableRange } from '../../observe/index.js';
import { parseNumber } from './hex.js';
import { Reply, type Handler } from './reply.js';
import type { GdbSession } from './session.js';

/** Addresses that are alike. Without permissions, nothing is mapped there. */
interface Region {
  readonly start: bigint;
  readonly end: bigint;
  readonly permissions?: string;
}

const END = 1n << 64n;
/** Without translation, beyond the 48 bits of physical addresses every access faults. */
const PHYSICAL_END = 1n << 48n;
const endOf = ({ first, inputSize }: TableRange): bigint => first + (1n << BigInt(inputSize));

const alike = (address: bigint, start: bigint, size: bigint, permissions?: string): Region => {
  const from = start + ((address - start) / size) * size;
  return { start: from, end: from + size, ...(permissions !== undefined && { permissions }) };
};

function regionAt({ debug, thread, space }: GdbSession, address: bigint): Region {
  const { machine, target } = debug;
  const ranges = space === 'physical' ? [] : target.tables(thread).filter(({ stage }) => stage === 1);
  if (ranges.length === 0)
    return address < PHYSICAL_END
      ? { start: 0n, end: PHYSICAL_END, permissions: 'rwx' }
      : { start: PHYSICAL_END, end: END };
  const range = ranges.find((each) => each.first <= address && address < endOf(each));
  if (range === undefined) return between(ranges, address);
  const last = walkOf(range, (at, length) => machine.readMemory(at, length), address).at(-1);
  if (last === undefined) return { start: range.first, end: endOf(range) };
  const { table, descriptor } = last;
  const isMapped = descriptor.kind === 'page' || descriptor.kind === 'block';
  const permissions = isMapped ? atAnyLevel(descriptor.mapping) : undefined;
  return alike(address, range.first, 1n << BigInt(table.shift), permissions);
}

/** What the core's level may do, or EL0. */
const atAnyLevel = ({ privileged, unprivileged = '' }: Mapping): string =>
  [...'rwx'].filter((right) => `${privileged}${unprivileged}`.includes(right)).join('');

/** What no table translates, up to the next that does. */
function between(ranges: readonly TableRange[], address: bigint): Region {
  const below = ranges.map(endOf).filter((end) => end <= address);
  const above = ranges.map(({ first }) => first).filter((first) => first > address);
  const least = (values: readonly bigint[]): bigint => values.reduce((a, b) => (b < a ? b : a));
  const most = (values: readonly bigint[]): bigint => values.reduce((a, b) => (b > a ? b : a));
  return { start: most([0n, ...below]), end: least([END, ...above]) };
}

function region(session: GdbSession, rest: string): string {
  const address = parseNumber(rest);
  if (address === undefined) return Reply.Invalid;
  const { start, end, permissions } = regionAt(session, address);
  // LLDB 14 goes round and round where nothing is mapped up to the last byte, whose end is 0 in 64 bits.
  const isLast = permissions === undefined && end === END && address < END - 1n;
  const told = [`start:${start.toString(16)}`, `size:${(end - start - (isLast ? 1n : 0n)).toString(16)}`];
  return [...told, ...(permissions === undefined ? [] : [`permissions:${permissions}`]), ''].join(';');
}

export const regionPackets: Readonly<Record<string, Handler<GdbSession>>> = { 'qMemoryRegionInfo:': region };

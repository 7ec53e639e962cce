/** `info mmu`, `info tlb`, `translate`, `xp`. */
import type { TlbEntry } from '../../engine/index.js';
import {
  mapOf,
  mappingText,
  rangeText,
  walkOf,
  type ReadTable,
  type TableRange,
  type WalkedEntry,
} from '../../observe/index.js';
import { valueOf } from '../gdb/hex.js';
import type { GdbSession } from '../gdb/session.js';
import { lookUp } from '../targets/core-target.js';
import { TargetError } from '../target.js';
import { addressOf, checkCount, coreOf, coreOrError, hex } from './arguments.js';
import type { MonitorCommand } from './monitor.js';

const PAGE = 4096;
/** Lines of a map. */
const MOST_LINES = 400;

function tablesOf({ debug, thread }: GdbSession): {
  readonly ranges: readonly TableRange[];
  readonly read: ReadTable;
} {
  const { machine, target } = debug;
  return {
    ranges: target.tables(thread),
    read: (address, length) => machine.readMemory(address, length),
  };
}

const rangeName = ({ base, root, granule, inputSize, startLevel }: TableRange): string =>
  `${base}: table at ${hex(root, 8)}, ${2 ** (granule - 10)} KiB pages, ${inputSize} bits of address, from level ${startLevel}`;

function maps(session: GdbSession): string[] {
  const { ranges, read } = tablesOf(session);
  if (ranges.length === 0) return ['the MMU is off: addresses are physical ones'];
  return ranges.flatMap((range) => {
    const { ranges: mapped, isCut } = mapOf(range, read);
    const lines = mapped.map((each) => `  ${rangeText(each)} ${mappingText(each.mapping, range)}`);
    const more = isCut || lines.length > MOST_LINES ? ['  and more'] : [];
    return [
      rangeName(range),
      ...(lines.length === 0 ? ['  nothing is mapped'] : lines.slice(0, MOST_LINES)),
      ...more,
    ];
  });
}

/** What an entry of a table says. */
function entryText({ descriptor, value }: WalkedEntry, range: TableRange): string {
  if (value === undefined) return 'no memory is there';
  if (descriptor.kind === 'invalid') return 'invalid: translation fault';
  if (descriptor.kind === 'table') return `table at ${hex(descriptor.address, 8)}`;
  return `${descriptor.kind} at ${hex(descriptor.output, 8)}, ${mappingText(descriptor.mapping, range)}`;
}

/** The walk of an address, entry by entry, by every table that is in use for such addresses. */
function walk(session: GdbSession, address: bigint): string[] {
  const { ranges, read } = tablesOf(session);
  const lines = ranges
    .filter(({ stage }) => stage === 1)
    .flatMap((range) => {
      const entries = walkOf(range, read, address);
      const walked = entries.map((entry) => {
        const { table, index, address: at, value } = entry;
        return `  level ${table.level}, entry ${index} at ${hex(at, 8)}: ${hex(value ?? 0n)}, ${entryText(entry, range)}`;
      });
      return walked.length === 0 ? [] : [rangeName(range), ...walked];
    });
  return [...lines, ...translated(session, address)];
}

/** As the thread's core accesses it at its level; nothing of a thread that is on none. */
function translated(session: GdbSession, address: bigint): string[] {
  const { machine } = session.debug;
  const core = coreOf(session);
  if (core === undefined) return [];
  const level = machine.exceptionLevel(core);
  const outcomes = (['read', 'write', 'execute'] as const).map((access) => {
    const physical = machine.translate(core, address, access);
    return { access, physical };
  });
  const found = outcomes.find(({ physical }) => physical !== undefined)?.physical;
  const allowed = outcomes.flatMap(({ access, physical }) => (physical === undefined ? [] : [access]));
  if (found === undefined) {
    const seen = lookUp(machine, core, address);
    const beyond = seen === undefined ? '' : `, which is ${hex(seen, 8)} for a higher level`;
    return [`${hex(address)} at EL${level}: a fault${beyond}`];
  }
  return [`${hex(address)} at EL${level}: physical ${hex(found, 8)}, ${allowed.join(', ')}`];
}

function tlb(session: GdbSession): string[] {
  const { machine } = session.debug;
  const core = coreOrError(session);
  const entries = machine.cluster.cores[core].tlb.entries();
  const lines = joined(entries).map(([{ level, virtual, offset, read, write, isGlobal }, count]) => {
    const rights = `${read ? 'r' : '-'}${write ? 'w' : '-'}`;
    const owner = isGlobal ? '' : ' of this ASID';
    const pages = `${hex(virtual)}-${hex(virtual + BigInt(count * PAGE) - 1n)}`;
    return `EL${level} ${pages} to ${hex(machine.cluster.ram.base + offset, 8)} ${rights}${owner}`;
  });
  const more = lines.length > MOST_LINES ? [`and ${lines.length - MOST_LINES} more`] : [];
  return lines.length === 0 ? ['nothing'] : [...lines.slice(0, MOST_LINES), ...more];
}

/** Pages that lie side by side and may be accessed alike, as the first of them and how many they are. */
function joined(entries: readonly TlbEntry[]): [first: TlbEntry, count: number][] {
  const sorted = [...entries].sort((a, b) => a.level - b.level || (a.virtual < b.virtual ? -1 : 1));
  const runs: [first: TlbEntry, count: number][] = [];
  for (const entry of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && continues(last, entry)) last[1] += 1;
    else runs.push([entry, 1]);
  }
  return runs;
}

function continues([first, count]: readonly [TlbEntry, number], entry: TlbEntry): boolean {
  const { virtual, offset, level, read, write, isGlobal } = entry;
  const isNext = virtual === first.virtual + BigInt(count * PAGE) && offset === first.offset + count * PAGE;
  const isAlike = level === first.level && read === first.read && write === first.write;
  return isNext && isAlike && isGlobal === first.isGlobal;
}

/** Units of GDB's x command that `xp` takes, and how values are shown. */
const sizes: Readonly<Record<string, 1 | 2 | 4 | 8>> = { b: 1, h: 2, w: 4, g: 8 };
const shown: Readonly<Record<string, (value: bigint, bytes: number) => string>> = {
  x: (value, bytes) => hex(value, 2 * bytes),
  d: (value, bytes) => String(BigInt.asIntN(8 * bytes, value)),
  u: (value) => String(value),
};
/** Values of one `xp`. */
const MOST_VALUES = 4096;

function examine(session: GdbSession, words: readonly string[]): string[] {
  const format = words[0]?.startsWith('/') ? words[0].slice(1) : '';
  const [word, ...more] = format === '' ? words : words.slice(1);
  const match = /^(\d{0,4})([xdu]?)([bhwg]?)$/.exec(format);
  if (word === undefined || more.length > 0 || match === null)
    throw new TargetError('expected [/COUNT FORMAT SIZE] ADDRESS, such as /8xw 0x40000000');
  const count = Math.min(Number(match[1] || 1), MOST_VALUES);
  const show = shown[match[2] || 'x'];
  const size = sizes[match[3] || 'w'];
  return examined(session, addressOf(session, word), count, size, show);
}

function examined(
  { debug: { physical } }: GdbSession,
  start: bigint,
  count: number,
  size: 1 | 2 | 4 | 8,
  show: (value: bigint, bytes: number) => string,
): string[] {
  const bytes = physical.read(start, count * size);
  if (bytes.length < count * size)
    throw new TargetError(
      `${hex(start + BigInt(bytes.length))}: nothing that can be looked at without effects is there`,
    );
  const values = Array.from({ length: count }, (_, i) =>
    show(valueOf(bytes.subarray(i * size, (i + 1) * size)), size),
  );
  const inLine = 16 / size;
  return Array.from({ length: Math.ceil(count / inLine) }, (_, line) => {
    const at = start + BigInt(line * 16);
    return `${hex(at)}: ${values.slice(line * inLine, (line + 1) * inLine).join(' ')}`;
  });
}

export const mmuCommands: readonly MonitorCommand[] = [
  {
    name: 'info mmu',
    takes: '[ADDRESS]',
    help: 'what the translation tables in use map; the walk of an address, entry by entry',
    run: (session, words) => {
      checkCount(words, 0, 1, '[ADDRESS]');
      return words.length === 0 ? maps(session) : walk(session, addressOf(session, words[0]));
    },
  },
  {
    name: 'info tlb',
    help: "pages that the thread's core has translations of at hand",
    run: (session, words) => {
      checkCount(words, 0, 0, '');
      return tlb(session);
    },
  },
  {
    name: 'translate',
    takes: 'ADDRESS',
    help: 'where a virtual address is, and what may be done there',
    run: (session, words) => {
      checkCount(words, 1, 1, 'ADDRESS');
      coreOrError(session);
      return translated(session, addressOf(session, words[0]));
    },
  },
  {
    name: 'xp',
    takes: '[/COUNT FORMAT SIZE] ADDRESS',
    help: 'physical memory; x, d or u, and b, h, w or g: xp /8xw 0x40000000',
    run: examine,
  },
];

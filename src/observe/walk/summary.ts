/** Gathers what several instructions leave behind, without growing with their number. */
import { joinRanges, type EntryChange, type MappedRange } from '../translation/index.js';
import type { Beginning, MemoryAccess, RegisterValue, Step, StoredRange, Summary } from './step.js';

/** Ranges that are kept apart. */
const MOST_RANGES = 8;

export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Of the first of several steps, what they have in common. */
export function beginningOf(first: Step): Beginning {
  const { instruction, core, level, virtual, physical, place, depth, interrupts } = first;
  return { instruction, core, level, virtual, physical, place, depth, interrupts };
}

export class Gathering {
  private readonly registers = new Map<string, RegisterValue>();
  private stored: Mutable<StoredRange>[] = [];
  private scattered: Mutable<NonNullable<Summary['scattered']>> | undefined;
  private readonly devices = new Map<string, { reads: number; writes: number }>();
  private readonly mapped: MappedRange[] = [];
  private hasMoreMapped = false;

  add({ registers, accesses, changes }: Pick<Step, 'registers' | 'accesses' | 'changes'>): void {
    for (const register of registers) this.register(register);
    for (const access of accesses) this.access(access);
    for (const change of changes) this.change(change);
  }

  /** Adds what others have left behind later. */
  join(later: Summary): void {
    for (const register of later.registers) this.register(register);
    for (const range of later.stored) this.range(range, Number(range.to - range.from));
    if (later.scattered !== undefined) this.scatter(later.scattered, later.scattered.bytes);
    for (const { name, reads, writes } of later.devices) this.device(name, reads, writes);
    for (const range of later.mapped) this.map(range);
    this.hasMoreMapped ||= later.hasMoreMapped;
  }

  get summary(): Summary {
    return {
      registers: [...this.registers.values()],
      stored: this.stored.map((range) => ({ ...range })),
      scattered: this.scattered && { ...this.scattered },
      devices: [...this.devices].map(([name, counts]) => ({ name, ...counts })),
      mapped: [...this.mapped],
      hasMoreMapped: this.hasMoreMapped,
    };
  }

  private register(register: RegisterValue): void {
    const { before } = this.registers.get(register.name) ?? register;
    this.registers.set(register.name, { ...register, before });
  }

  private access({ write, address, bytes, place, device }: MemoryAccess): void {
    if (device !== undefined) this.device(device.name, write ? 0 : 1, write ? 1 : 0);
    else if (write) this.range({ from: address, to: address + BigInt(bytes), place }, bytes);
  }

  private device(name: string, reads: number, writes: number): void {
    const counts = this.devices.get(name) ?? { reads: 0, writes: 0 };
    this.devices.set(name, { reads: counts.reads + reads, writes: counts.writes + writes });
  }

  private range(added: StoredRange, bytes: number): void {
    if (this.scattered !== undefined) return this.scatter(added, bytes);
    const known = this.stored.find(({ from, to }) => added.from <= to && added.to >= from);
    if (known !== undefined) extend(known, added);
    else if (this.stored.length < MOST_RANGES) this.stored.push({ ...added });
    else this.scatter(added, bytes);
  }

  /** There are too many ranges to keep them apart. */
  private scatter(added: StoredRange, bytes: number): void {
    const ranges = [...this.stored, added];
    this.stored = [];
    for (const range of ranges) {
      const size = range === added ? bytes : Number(range.to - range.from);
      const { from, to, place } = range;
      if (this.scattered === undefined) this.scattered = { from, to, place, bytes: size };
      else {
        extend(this.scattered, range);
        this.scattered.bytes += size;
      }
    }
  }

  private change({ ranges, isCut }: EntryChange): void {
    for (const range of ranges) this.map(range);
    this.hasMoreMapped ||= isCut;
  }

  private map(range: MappedRange): void {
    const last = this.mapped.at(-1);
    const joined = last && joinRanges(last, range);
    if (joined !== undefined) this.mapped[this.mapped.length - 1] = joined;
    else if (this.mapped.length < MOST_RANGES) this.mapped.push(range);
    else this.hasMoreMapped = true;
  }
}

function extend(range: Mutable<StoredRange>, { from, to, place }: StoredRange): void {
  if (from < range.from) [range.from, range.place] = [from, place];
  if (to > range.to) range.to = to;
}

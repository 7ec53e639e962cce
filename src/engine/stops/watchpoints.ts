/**
 * Watchpoints. A page that is watched does not enter the TLBs for data, so that every access to it comes to
 * `memory-access.ts`, which asks here.
 */
import { comparable } from '../system/halves.js';
import type { Access, System } from '../system/index.js';
import { once } from './breakpoints.js';
import { comparableAddress, type Watchpoint } from './stop.js';

const PAGE = 4096;

/** An access to memory that is about to be made, its virtual address in halves. */
export interface WatchedAccess {
  readonly core: number;
  readonly system: System;
  readonly level: number;
  readonly low: number;
  readonly high: number;
  readonly bytes: number;
  readonly write: boolean;
}

interface Watched {
  readonly watchpoint: Watchpoint;
  /** Bits 48 to 0 of a virtual address, or a physical one. */
  readonly first: number;
  readonly last: number;
}

export interface WatchHit {
  readonly watchpoint: Watchpoint;
  readonly address: bigint;
}

export class Watchpoints {
  private readonly all: Watched[] = [];

  /** `forgetTranslations`: empties the TLBs of all cores. */
  constructor(private readonly forgetTranslations: () => void) {}

  /** Call the result to take it away. */
  add(watchpoint: Watchpoint): () => void {
    const first = comparableAddress(watchpoint.address);
    const watched = { watchpoint, first, last: first + watchpoint.length - 1 };
    this.all.push(watched);
    this.forgetTranslations();
    return once(() => void this.all.splice(this.all.indexOf(watched), 1));
  }

  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  /** Whether bytes of a 4 KiB page are watched, at a virtual address in halves and at a physical one. */
  watchesPage(low: number, high: number, physical: number): boolean {
    const page = comparable(low & ~(PAGE - 1), high);
    const place = physical - (physical % PAGE);
    return this.all.some(({ watchpoint: { space }, first, last }) => {
      const start = space === 'virtual' ? page : place;
      return first < start + PAGE && last >= start;
    });
  }

  /** The watchpoint that an access hits, but for those passed over, unless it faults. */
  hit(access: WatchedAccess, passedOver?: ReadonlySet<Watchpoint>): WatchHit | undefined {
    for (const each of this.all) {
      const { watchpoint } = each;
      if (passedOver?.has(watchpoint)) continue;
      if (watchpoint.access !== 'access' && watchpoint.access !== (access.write ? 'write' : 'read')) continue;
      const distance =
        watchpoint.space === 'virtual' ? virtualDistance(each, access) : physicalDistance(each, access);
      if (distance < 0 || (watchpoint.holds !== undefined && !watchpoint.holds(access.core))) continue;
      if (!succeeds(access)) return undefined;
      return { watchpoint, address: addressOf(access, watchpoint.space, distance) };
    }
    return undefined;
  }
}

/** Bytes from the start of an access to the first that is watched; -1 if none is. */
function virtualDistance({ first, last }: Watched, { low, high, bytes }: WatchedAccess): number {
  return overlap(comparable(low, high), bytes, first, last);
}

/** An access that crosses a page is in two places. */
function physicalDistance({ first, last }: Watched, access: WatchedAccess): number {
  const room = PAGE - (access.low & (PAGE - 1));
  const here = physicalOf(access, 0);
  const distance = here === undefined ? -1 : overlap(here, Math.min(access.bytes, room), first, last);
  if (distance >= 0 || access.bytes <= room) return distance;
  const next = physicalOf(access, room);
  const beyond = next === undefined ? -1 : overlap(next, access.bytes - room, first, last);
  return beyond < 0 ? -1 : room + beyond;
}

function overlap(start: number, bytes: number, first: number, last: number): number {
  if (start > last || start + bytes <= first) return -1;
  return Math.max(first - start, 0);
}

/** Where a byte of an access is, undefined if the access faults there. */
function physicalOf(
  { system, level, low, high, write }: WatchedAccess,
  distance: number,
): number | undefined {
  const at = (low + distance) | 0;
  const atHigh = at >>> 0 < distance ? (high + 1) | 0 : high;
  const access: Access = write ? 'write' : 'read';
  const translation = system.lookUp(at, atHigh, access, level);
  return translation.fault ? undefined : translation.physical;
}

function succeeds(access: WatchedAccess): boolean {
  return physicalOf(access, 0) !== undefined && physicalOf(access, access.bytes - 1) !== undefined;
}

function addressOf(access: WatchedAccess, space: Watchpoint['space'], distance: number): bigint {
  if (space === 'physical') return BigInt(physicalOf(access, distance) ?? 0);
  const start = (BigInt(access.high >>> 0) << 32n) | BigInt(access.low >>> 0);
  return BigInt.asUintN(64, start + BigInt(distance));
}

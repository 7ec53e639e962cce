/**
 * Memory of a boot's process, read from /proc while it runs: what is resident, less the pages of guest RAM that are.
 * Guest RAM lies in the one WebAssembly.Memory, which is the process's largest mapping that can be written.
 */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { RAM_OFFSET } from '../src/engine/layout.js';
import { bootHere, LAST_LINE } from './boot.js';
import { timed, type Engine } from './processes.js';

const PAGE = 4096;
const MIB = 2 ** 20;
const RAM = 2 ** 30;
const INTERVAL_MS = 50;
/** Bit 63 of an entry of /proc/pid/pagemap (its highest byte): the page is present. */
const PRESENT = 0x80;

export interface MemoryUse {
  /** Peak of what is resident, MiB (VmHWM). */
  readonly peak: number;
  /** Guest RAM resident at the end, MiB. */
  readonly guest: number;
  /** Peak of what is resident beyond guest RAM, MiB. */
  readonly beyond: number;
}

function statusValue(pid: number, name: string): number {
  const match = new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return match === null ? 0 : Number(match[1]) * 1024;
}

/** Address of guest RAM, once it is there. */
function guestRam(pid: number): number | undefined {
  const found = readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .map((line) => /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line))
    .filter((match) => match !== null)
    .map((match) => ({ start: parseInt(match[1], 16), end: parseInt(match[2], 16) }))
    .find(({ start, end }) => end - start >= RAM_OFFSET + RAM);
  return found === undefined ? undefined : found.start + RAM_OFFSET;
}

/** Resident bytes of `length` bytes at an address. */
function residentBytes(pid: number, address: number, length: number): number {
  const entries = Buffer.alloc((length / PAGE) * 8);
  const file = openSync(`/proc/${pid}/pagemap`, 'r');
  readSync(file, entries, 0, entries.length, (address / PAGE) * 8);
  closeSync(file);
  let pages = 0;
  for (let at = 7; at < entries.length; at += 8) if ((entries[at] & PRESENT) !== 0) pages += 1;
  return pages * PAGE;
}

/** Bytes of a process that are resident: of guest RAM, and in all. @throws Error once it has ended */
export function resident(pid: number): { readonly guest: number; readonly all: number } {
  const ram = guestRam(pid);
  // Guest RAM first: what is touched between the two readings counts as beyond it.
  const guest = ram === undefined ? 0 : residentBytes(pid, ram, RAM);
  return { guest, all: statusValue(pid, 'VmRSS') };
}

class Sampler {
  private readonly use = { peak: 0, guest: 0, beyond: 0 };

  constructor(private readonly pid: number) {}

  sample(): void {
    try {
      const { guest, all } = resident(this.pid);
      this.use.beyond = Math.max(this.use.beyond, all - guest);
      this.use.guest = Math.max(this.use.guest, guest);
      this.use.peak = Math.max(this.use.peak, statusValue(this.pid, 'VmHWM'));
    } catch {
      // The process has ended between two readings.
    }
  }

  get result(): MemoryUse {
    const { peak, guest, beyond } = this.use;
    return { peak: peak / MIB, guest: guest / MIB, beyond: beyond / MIB };
  }
}

export async function memoryUse(engine?: Engine): Promise<MemoryUse> {
  let sampler: Sampler | undefined;
  let timer: NodeJS.Timeout | undefined;
  await timed(bootHere(engine), LAST_LINE, (pid) => {
    sampler = new Sampler(pid);
    timer = setInterval(() => sampler?.sample(), INTERVAL_MS);
  });
  clearInterval(timer);
  if (sampler === undefined) throw new Error('the boot did not start');
  return sampler.result;
}

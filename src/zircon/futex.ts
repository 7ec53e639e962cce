/**
 * Futexes: queues of threads behind addresses of user memory, one set for each process. Zircon's
 * docs/objects/futex.md. A futex is there only while threads wait for it.
 */
import { Status } from './abi/constants.js';
import { BlockedState } from './abi/thread-state.js';
import type { Process } from './objects/process.js';
import type { Thread } from './objects/thread.js';
import { Wait } from './objects/wait.js';

/** One address with its waiters, first come first. */
export class Futex {
  readonly waiters = new Set<FutexWait>();
  /** The thread that user code says holds what the others wait for. */
  owner: Thread | undefined;

  constructor(readonly address: number) {}
}

/** A thread in zx_futex_wait. */
export class FutexWait extends Wait {
  readonly state = BlockedState.FUTEX;

  constructor(
    private readonly table: FutexTable,
    readonly process: Process,
    /** What it waits for now: a requeue changes it. */
    public futex: Futex,
  ) {
    super();
  }
  detach(): void {
    this.table.leave(this);
  }
}

/** Who owns a futex after some of its waiters were woken. */
export type OwnerAfterWake = 'nobody' | 'woken thread';

/** What zx_futex_requeue does; counts of threads. */
export interface Requeue {
  readonly from: number;
  readonly wake: number;
  readonly ownerAfterWake: OwnerAfterWake;
  readonly to: number;
  readonly move: number;
  /** The owner of the futex at `to`. */
  readonly owner: Thread | undefined;
}

export class FutexTable {
  private readonly processes = new Map<Process, Map<number, Futex>>();

  private find(process: Process, address: number): Futex | undefined {
    return this.processes.get(process)?.get(address);
  }
  private findOrMake(process: Process, address: number): Futex {
    let futexes = this.processes.get(process);
    if (futexes === undefined) {
      futexes = new Map();
      this.processes.set(process, futexes);
    }
    let futex = futexes.get(address);
    if (futex === undefined) {
      futex = new Futex(address);
      futexes.set(address, futex);
    }
    return futex;
  }
  private dropIfUnused(process: Process, futex: Futex): void {
    const futexes = this.processes.get(process);
    if (futexes === undefined || futex.waiters.size > 0) return;
    futexes.delete(futex.address);
    if (futexes.size === 0) this.processes.delete(process);
  }

  /** Whether a thread waits for one of the futexes at these addresses of its process. */
  isWaiting(thread: Thread, addresses: readonly number[]): boolean {
    const { wait } = thread;
    return wait instanceof FutexWait && addresses.includes(wait.futex.address);
  }
  /** Koid of the owner, or 0. */
  ownerOf(process: Process, address: number): number {
    return this.find(process, address)?.owner?.koid ?? 0;
  }

  /** A wait for the caller to block on. */
  wait(process: Process, address: number, owner: Thread | undefined): FutexWait {
    const futex = this.findOrMake(process, address);
    const wait = new FutexWait(this, process, futex);
    futex.waiters.add(wait);
    futex.owner = alive(owner);
    return wait;
  }

  wake(process: Process, address: number, count: number, owner: OwnerAfterWake): void {
    const futex = this.find(process, address);
    if (futex === undefined) return;
    futex.owner = undefined;
    for (const wait of first(futex.waiters, count)) {
      if (owner === 'woken thread') futex.owner = wait.thread;
      wait.thread.unblock(Status.OK);
    }
  }

  /** Wakes some waiters of one futex and has others wait for another one. */
  requeue(process: Process, { from, wake, ownerAfterWake, to, move, owner }: Requeue): void {
    this.wake(process, from, wake, ownerAfterWake);
    const source = this.find(process, from);
    const moved = source === undefined ? [] : first(source.waiters, move);
    if (source !== undefined && moved.length > 0) {
      const target = this.findOrMake(process, to);
      for (const wait of moved) {
        source.waiters.delete(wait);
        wait.futex = target;
        target.waiters.add(wait);
      }
      this.dropIfUnused(process, source);
    }
    const target = this.find(process, to);
    if (target !== undefined) target.owner = alive(owner);
  }

  leave(wait: FutexWait): void {
    wait.futex.waiters.delete(wait);
    this.dropIfUnused(wait.process, wait.futex);
  }

  /** A thread that is dead owns nothing. */
  threadDied(thread: Thread): void {
    for (const futex of this.processes.get(thread.process)?.values() ?? []) {
      if (futex.owner === thread) futex.owner = undefined;
    }
  }
  processDied(process: Process): void {
    this.processes.delete(process);
  }
}

function first(waits: ReadonlySet<FutexWait>, count: number): FutexWait[] {
  const found: FutexWait[] = [];
  for (const wait of waits) {
    if (found.length >= count) break;
    found.push(wait);
  }
  return found;
}

function alive(thread: Thread | undefined): Thread | undefined {
  return thread?.life === 'dead' ? undefined : thread;
}

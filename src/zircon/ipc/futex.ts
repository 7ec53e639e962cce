/**
 * Futexes: queues of threads behind addresses of user memory, one set for each process. Zircon's
 * docs/objects/futex.md. A futex is there only while threads wait for it.
 */
import { BlockedState, Status } from '../abi/constants.js';
import type { Process } from '../objects/process.js';
import type { Thread } from '../objects/thread.js';
import { Queue } from '../sched/queue.js';
import { Wait } from '../objects/wait.js';
import type { Inspector } from '../state/inspector.js';

/** One address with its waiters, first come first. */
export class Futex {
  readonly waiters = new FutexWaits();
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
  protected override get isFound(): boolean {
    return this.futex.waiters.has(this) && this.process === this.thread.process && this.table.has(this);
  }
}

export class FutexWaits extends Queue<FutexWait> {}

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
  /** Futexes that have an owner. */
  private readonly owned = new Map<Thread, Set<Futex>>();

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
    this.setOwner(futex, undefined);
    futexes.delete(futex.address);
    if (futexes.size === 0) this.processes.delete(process);
  }

  /** Whether a wait's futex is the one at its address. */
  has({ process, futex }: FutexWait): boolean {
    return this.find(process, futex.address) === futex;
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

  /** A wait for a thread to block on. */
  wait(thread: Thread, address: number, owner: Thread | undefined): FutexWait {
    const { process } = thread;
    const futex = this.findOrMake(process, address);
    const wait = new FutexWait(this, process, futex);
    wait.thread = thread;
    futex.waiters.push(wait);
    this.setOwner(futex, owner);
    return wait;
  }

  wake(process: Process, address: number, count: number, owner: OwnerAfterWake): void {
    const futex = this.find(process, address);
    if (futex === undefined) return;
    const woken = first(futex.waiters, count);
    this.setOwner(futex, undefined);
    for (const wait of woken) wait.thread.unblock(Status.OK);
    const last = woken.at(-1);
    if (owner === 'woken thread' && last !== undefined && futex.waiters.size > 0)
      this.setOwner(futex, last.thread);
  }

  /** Wakes some waiters of one futex and has others wait for another one. */
  requeue(process: Process, { from, wake, ownerAfterWake, to, move, owner }: Requeue): void {
    this.wake(process, from, wake, ownerAfterWake);
    const source = this.find(process, from);
    const moved = source === undefined ? [] : first(source.waiters, move);
    if (source !== undefined && moved.length > 0) {
      const target = this.findOrMake(process, to);
      for (const wait of moved) {
        source.waiters.remove(wait);
        wait.futex = target;
        target.waiters.push(wait);
      }
      this.lend(source.owner);
      this.dropIfUnused(process, source);
    }
    const target = this.find(process, to);
    if (target !== undefined) this.setOwner(target, owner);
  }

  leave(wait: FutexWait): void {
    const { futex, process } = wait;
    futex.waiters.remove(wait);
    this.lend(futex.owner);
    this.dropIfUnused(process, futex);
  }

  /** A thread that is dead owns nothing. */
  threadDied(thread: Thread): void {
    for (const futex of [...(this.owned.get(thread) ?? [])]) this.setOwner(futex, undefined);
  }
  processDied(process: Process): void {
    this.processes.delete(process);
  }

  // Ownership, and the priority that comes with it.

  private setOwner(futex: Futex, thread: Thread | undefined): void {
    const before = futex.owner;
    const owner = thread?.life === 'dead' ? undefined : thread;
    futex.owner = owner;
    if (before !== undefined && before !== owner) {
      const left = this.owned.get(before);
      left?.delete(futex);
      if (left?.size === 0) this.owned.delete(before);
      this.lend(before);
    }
    if (owner === undefined) return;
    this.owned.set(owner, (this.owned.get(owner) ?? new Set()).add(futex));
    this.lend(owner);
  }

  /** A waiter's priority has changed: so may that of the thread it waits for. */
  priorityChanged(thread: Thread): void {
    this.lend(ownerAwaitedBy(thread));
  }

  /** Gives an owner the highest priority of those who wait for it; and on to the thread that it waits for itself. */
  private lend(owner: Thread | undefined): void {
    for (let thread = owner; thread !== undefined; thread = ownerAwaitedBy(thread)) {
      let priority = 0;
      for (const futex of this.owned.get(thread) ?? []) {
        for (const wait of futex.waiters) priority = Math.max(priority, wait.thread.priority);
      }
      if (!thread.kernel.scheduler.lendPriority(thread, priority)) return;
    }
  }

  audit(inspector: Inspector): void {
    for (const [process, futexes] of this.processes) {
      inspector.ensure(inspector.isThere(process) && futexes.size > 0, 'processes with futexes are there');
      for (const [address, futex] of futexes) {
        inspector.once('futex', futex);
        inspector.ensure(futex.address === address, 'a futex is found by its address');
        this.auditFutex(futex, process, inspector);
      }
    }
    for (const [thread, futexes] of this.owned) {
      inspector.ensure(futexes.size > 0, 'owners own something');
      for (const futex of futexes) inspector.ensure(futex.owner === thread, 'who owns a futex is its owner');
    }
  }
  private auditFutex(futex: Futex, process: Process, inspector: Inspector): void {
    const { owner, waiters } = futex;
    inspector.ensure(waiters.size > 0, 'a futex is there while threads wait for it');
    for (const wait of waiters) {
      inspector.ensure(
        wait.thread.wait === wait && wait.process === process,
        'who waits for a futex waits in its process',
      );
    }
    const isOwned =
      owner === undefined || (owner.life !== 'dead' && this.owned.get(owner)?.has(futex) === true);
    inspector.ensure(isOwned, 'a futex is owned by who lives and owns it');
  }
}

function first(waits: Iterable<FutexWait>, count: number): FutexWait[] {
  const found: FutexWait[] = [];
  for (const wait of waits) {
    if (found.length >= count) break;
    found.push(wait);
  }
  return found;
}

function ownerAwaitedBy(thread: Thread): Thread | undefined {
  return thread.wait instanceof FutexWait ? thread.wait.futex.owner : undefined;
}

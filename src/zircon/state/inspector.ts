/**
 * Whether the objects of a kernel that comes out of a file fit together. Each has the fields of its class by then; what
 * no field's type can say, the classes say themselves in `audit`, which the inspector has all objects do. What is known
 * in two places is looked at as in bookkeeping by double entry: both note it, with opposite signs, and in the end
 * every account must be empty.
 */
import type { Dispatcher } from '../objects/dispatcher.js';
import type { Handle } from '../objects/handle.js';
import type { Kernel } from '../kernel.js';
import type { TimerEntry, TimerTarget } from '../sched/timer-queue.js';
import type { PagesInUse } from '../vm/page-allocator.js';
import type { Vmo } from '../vm/vmo.js';
import { PersistError } from './persist.js';

/** An object that can say whether what it holds can be. */
export interface Audited {
  audit?(inspector: Inspector): void;
  /** The same for what can only be said when all others have been looked at. */
  auditWhole?(inspector: Inspector): void;
  /** For what can only be said when nothing else is left. */
  auditLast?(inspector: Inspector): void;
}

/** What is noted in two places. */
export type Account =
  | 'handles to an object'
  | 'references to a VMO'
  | 'mappings of a VMO'
  | 'pins of pages'
  | 'regions in a tree'
  | 'regions'
  | 'VMOs'
  | 'pins'
  | 'suspensions'
  | 'timers of a core'
  | 'timers that fire'
  | 'waits'
  | 'observers'
  | 'bytes queued'
  | 'handles in messages'
  | 'processes'
  | 'address spaces'
  | 'threads to run';

export class Inspector {
  /** What is being looked at, for messages. */
  private present = '';
  private readonly accounts = new Map<Account, Map<unknown, number>>();
  private readonly seen = new Map<string, Set<unknown>>();
  /** Handles in tables and in transit. */
  readonly handles = new Set<Handle>();
  private readonly pagesInUse = { wired: 0, vmo: 0, table: 0 };
  /** Clones, and what they are clones of. */
  private readonly origins = new Map<Vmo, Vmo>();

  constructor(readonly kernel: Kernel) {}

  /** Has all objects looked at. `nameOf`: what an object is called in messages. Throws PersistError. */
  inspect(objects: readonly Audited[], nameOf: (object: object, id: number) => string): void {
    for (const how of ['audit', 'auditWhole', 'auditLast'] as const) {
      for (const [id, object] of objects.entries()) {
        if (object[how] === undefined) continue;
        this.present = nameOf(object, id);
        object[how](this);
      }
      this.present = 'the kernel';
      this.close();
    }
  }
  /** Every account is empty, and no VMO is a clone of itself. */
  private close(): void {
    for (const [account, items] of this.accounts) {
      for (const left of items.values()) this.ensure(left === 0, `two objects say the same of ${account}`);
    }
    const settled = new Set<Vmo>();
    for (const clone of this.origins.keys()) {
      const way = new Set<Vmo>();
      for (
        let vmo: Vmo | undefined = clone;
        vmo !== undefined && !settled.has(vmo);
        vmo = this.origins.get(vmo)
      ) {
        this.ensure(!way.has(vmo), 'no VMO is a clone of itself');
        way.add(vmo);
      }
      for (const vmo of way) settled.add(vmo);
    }
  }

  /** Throws PersistError unless a condition holds. `what` is a statement that is true if it does. */
  ensure(holds: boolean, what: string): void {
    if (!holds) throw new PersistError(`${this.present}: not so: ${what}`);
  }
  /** A whole number from 0 to below `end`. */
  index(value: number, end: number, what: string): void {
    this.ensure(Number.isInteger(value) && value >= 0 && value < end, `${what} is below ${end}`);
  }
  /** Notes `amount` more of an item in an account. */
  note(account: Account, item: unknown, amount: number): void {
    const items = this.accounts.get(account) ?? new Map<unknown, number>();
    this.accounts.set(account, items);
    items.set(item, (items.get(item) ?? 0) + amount);
  }
  /** That nobody else has this of its kind. */
  once(kind: string, item: unknown): void {
    const items = this.seen.get(kind) ?? new Set();
    this.seen.set(kind, items);
    this.ensure(!items.has(item), `no ${kind} belongs to two`);
    items.add(item);
  }

  /** Whether an object is among those of the kernel: it is not gone. */
  isThere(object: Dispatcher): boolean {
    return this.kernel.objects.get(object.koid) === object;
  }
  /** A handle lies here, in a table or in transit: nowhere else, and its object is there. */
  holds(handle: Handle): void {
    this.once('handle', handle);
    this.ensure(this.isThere(handle.object), 'the object of each handle is there');
    this.handles.add(handle);
    this.note('handles to an object', handle.object, 1);
  }
  /** A timer is in its core's queue, for whoever has it. */
  timer({ entry, core }: { readonly entry: TimerEntry; readonly core: number }, target: TimerTarget): void {
    this.ensure(
      entry.target === target && this.kernel.scheduler.hasTimer(core, entry),
      'timers are in a queue',
    );
    this.note('timers of a core', entry, -1);
  }
  /** A page, by its offset in RAM, is in use for this alone. */
  page(page: number, use: keyof PagesInUse): void {
    this.ensure(this.kernel.vm.pages.isTaken(page), 'pages in use are taken');
    this.once('page', page);
    this.pagesInUse[use] += 1;
  }
  pagesOf(use: keyof PagesInUse): number {
    return this.pagesInUse[use];
  }
  clone(vmo: Vmo, origin: Vmo): void {
    this.origins.set(vmo, origin);
  }
}

/**
 * A machine on the translator and another that does the same on the interpreter, in lockstep: wherever a run of the first
 * ends, the second is brought to the same instruction and compared. What enters the first from outside enters the second
 * at the same position. So the first difference is found in any boot, whatever becomes of it on the console.
 */
import type { TranslatorOptions } from '../../engine/index.js';
import type { Disk, Entry, Machine, Position } from '../../machine/index.js';
import { loadSnapshot, saveSnapshot } from '../snapshot.js';
import { advance } from './advance.js';
import { differences, isAlike, type Difference } from './differences.js';
import { LockstepError } from './error.js';

/** Instructions after which RAM is compared as well, and a snapshot made of what was the same. */
const CHECKPOINT = 100_000_000;

export interface Entered {
  readonly entry: Entry;
  readonly at: Position;
}

/** A stretch of a run: all was the same where it begins, and not where it ends. */
export interface Stretch {
  readonly snapshot: Uint8Array;
  readonly from: Position;
  readonly to: Position;
  readonly entered: readonly Entered[];
  /** Disks for another machine out of the snapshot. */
  readonly disks: () => readonly Disk[];
  /** How the translator worked, if not as usual. */
  readonly translator: Partial<TranslatorOptions>;
}

const count = (number: number): string => number.toLocaleString('en-US');

/** `core 0 X3: translator 0x5, interpreter 0x6`. */
export const differenceText = ({ what, values: [translator, interpreter] }: Difference): string =>
  `${what}: translator ${translator}, interpreter ${interpreter}`;

export class Lockstep {
  private readonly twin: Machine;
  private snapshot: Uint8Array;
  private from: Position;
  private entered: Entered[] = [];
  private readonly leave: readonly (() => void)[];
  private hasDiffered = false;

  /**
   * `machine` executes nothing yet, and then by the translator. From now on its runs throw LockstepError where they differ.
   * `disks` makes disks of the same content as its own for another machine; `translator` is how its translator works, if
   * not as usual.
   */
  constructor(
    private readonly machine: Machine,
    private readonly disks: () => readonly Disk[],
    private readonly translator: Partial<TranslatorOptions> = {},
  ) {
    this.snapshot = saveSnapshot(machine);
    this.from = machine.journal.position;
    this.twin = loadSnapshot(this.snapshot, 'lockstep', disks());
    this.twin.cluster.engine = { name: 'interpreter' };
    this.leave = [
      machine.journal.entered.add((entry, at) => this.enter(entry, at)),
      machine.journal.ran.add((at) => this.ran(at)),
    ];
  }

  private enter(entry: Entry, at: Position): void {
    if (this.hasDiffered) return;
    this.entered.push({ entry: structuredClone(entry), at });
    this.twin.journal.apply(entry);
  }

  private ran(at: Position): void {
    if (this.hasDiffered) return;
    advance(this.twin, at);
    if (!isAlike(this.machine, this.twin)) this.differ(at);
    else if (at.instructions >= this.from.instructions + CHECKPOINT) this.check();
  }

  /** Compares everything, RAM too. @throws LockstepError */
  check(): void {
    const at = this.machine.journal.position;
    if (differences(this.machine, this.twin).length > 0) this.differ(at);
    this.snapshot = saveSnapshot(this.machine);
    this.from = at;
    this.entered = [];
  }

  /** The run is over: compares everything, and lets go of the machine. @throws LockstepError */
  finish(): void {
    for (const each of this.leave) each();
    if (!this.hasDiffered) this.check();
  }

  private differ(to: Position): never {
    const { snapshot, from, entered, disks, translator } = this;
    this.hasDiffered = true;
    const [first, ...others] = differences(this.machine, this.twin);
    throw new LockstepError(
      `translator and interpreter differ at instruction ${count(to.instructions)}: ${differenceText(first)}` +
        `${others.length === 0 ? '' : `, and ${others.length} more`}; ` +
        `all was the same at instruction ${count(from.instructions)}`,
      { snapshot, from, to, entered, disks, translator },
    );
  }
}

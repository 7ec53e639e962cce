/**
 * What the distributor knows of every interrupt, GICv2 architecture (Arm IHI 0048B) chapter 3.
 *
 * Each fact is one byte per interrupt with one bit per core. For private interrupts (SGIs 0-15, PPIs 16-31)
 * a core sees only its own bit; for shared ones (SPIs) `enabled`, `level` and `group` have all bits alike.
 */
import { bytes, record, type Shape } from '../../../engine/index.js';
import type { Snapshotable } from '../../device.js';

/** SGIs and PPIs: interrupts that each core has for itself. */
export const PRIVATE_INTERRUPTS = 32;
export const SGIS = 16;
/** The architecture's limit of cores, and so the width of a core mask. */
export const MAX_CORES = 8;
export const ALL_CORES = 0xff;

/** INTIDs with a special meaning, IHI 0048B section 3.2.5. */
export const SPURIOUS = 1023;
export const WRONG_GROUP = 1022;

export type InterruptTableState = { [fact: string]: Uint8Array };

/** Whether just those SGIs are pending that a core has sent. */
function areSent({ pending, sgiSources }: InterruptTableState): boolean {
  for (let core = 0; core < MAX_CORES; core++) {
    for (let id = 0; id < SGIS; id++) {
      if (((pending[id] & (1 << core)) === 0) !== (sgiSources[core * SGIS + id] === 0)) return false;
    }
  }
  return true;
}

/** The highest priority pending interrupt of one core. */
export interface Candidate {
  id: number;
  /** 0 (highest) to 255, or 256 for none. */
  priority: number;
}

export class InterruptTable implements Snapshotable<InterruptTableState> {
  readonly enabled: Uint8Array;
  /** The latch: set by an edge, by software, by an SGI; cleared on acknowledge. */
  readonly pending: Uint8Array;
  readonly active: Uint8Array;
  /** The input line as it stands. */
  readonly level: Uint8Array;
  /** Set: Group 1. */
  readonly group: Uint8Array;
  /** 1: edge-triggered; 0: level-sensitive. */
  readonly edge: Uint8Array;
  /** Which cores an SPI goes to. */
  readonly target: Uint8Array;
  /** Priorities of SPIs; those of private interrupts are in `privatePriority`. */
  readonly priority: Uint8Array;
  /** Indexed by core * 32 + INTID. */
  readonly privatePriority = new Uint8Array(MAX_CORES * PRIVATE_INTERRUPTS);
  /** Which cores sent a pending SGI; indexed by receiving core * 16 + INTID. */
  readonly sgiSources = new Uint8Array(MAX_CORES * SGIS);

  constructor(
    /** Number of INTIDs: 32 private ones and the SPIs. */
    readonly count: number,
    readonly cores: number,
  ) {
    const perInterrupt = () => new Uint8Array(count);
    this.enabled = perInterrupt();
    this.pending = perInterrupt();
    this.active = perInterrupt();
    this.level = perInterrupt();
    this.group = perInterrupt();
    this.edge = perInterrupt();
    this.target = perInterrupt();
    this.priority = perInterrupt();
    this.enabled.fill(ALL_CORES, 0, SGIS);
    this.edge.fill(1, 0, SGIS);
    // With one core every interrupt goes to it, and GICD_ITARGETSRn is read-as-zero (section 4.3.12).
    if (cores === 1) this.target.fill(1);
  }

  /** The bits by which a core sees an interrupt's facts in the distributor's registers. */
  mask(id: number, core: number): number {
    return id < PRIVATE_INTERRUPTS ? 1 << core : ALL_CORES;
  }

  /** Pending for any core in the mask: latched, or a level-sensitive line that is high. */
  isPending(id: number, mask: number): boolean {
    return ((this.pending[id] | (this.edge[id] ? 0 : this.level[id])) & mask) !== 0;
  }

  getPriority(id: number, core: number): number {
    return id < PRIVATE_INTERRUPTS ? this.privatePriority[core * PRIVATE_INTERRUPTS + id] : this.priority[id];
  }

  setPriority(id: number, core: number, value: number): void {
    if (id < PRIVATE_INTERRUPTS) this.privatePriority[core * PRIVATE_INTERRUPTS + id] = value;
    else this.priority[id] = value;
  }

  /** An input changed. `mask`: the core whose PPI it is, or all cores for an SPI. True if it was a change. */
  setLevel(id: number, mask: number, high: boolean): boolean {
    const was = (this.level[id] & mask) !== 0;
    if (was === high) return false;
    if (high) {
      this.level[id] |= mask;
      if (this.edge[id]) this.pending[id] |= id < PRIVATE_INTERRUPTS ? mask : this.target[id];
    } else {
      this.level[id] &= ~mask;
    }
    return true;
  }

  /** Makes an SGI pending at each core of the mask. */
  sendSgi(id: number, from: number, mask: number): void {
    this.pending[id] |= mask;
    for (let core = 0; core < MAX_CORES; core++) {
      if (mask & (1 << core)) this.sgiSources[core * SGIS + id] |= 1 << from;
    }
  }

  /** Takes one sender off a pending SGI: the lowest-numbered core. */
  takeSgi(id: number, core: number): number {
    const index = core * SGIS + id;
    const from = 31 - Math.clz32(this.sgiSources[index] & -this.sgiSources[index]);
    this.sgiSources[index] &= ~(1 << from);
    if (this.sgiSources[index] === 0) this.pending[id] &= ~(1 << core);
    return from;
  }

  /** Finds, for each core, the interrupt of highest priority that waits; the lowest INTID among equals. */
  findBest(best: Candidate[]): void {
    for (const candidate of best) {
      candidate.id = SPURIOUS;
      candidate.priority = 0x100;
    }
    const { enabled, pending, edge, level, active, target } = this;
    for (let id = 0; id < this.count; id++) {
      let waiting = enabled[id] & (edge[id] ? pending[id] : pending[id] | level[id]) & ~active[id];
      if (waiting === 0) continue;
      if (id >= PRIVATE_INTERRUPTS) waiting &= target[id];
      for (let core = 0; core < this.cores; core++) {
        if ((waiting & (1 << core)) === 0) continue;
        const priority = this.getPriority(id, core);
        if (priority < best[core].priority) {
          best[core].id = id;
          best[core].priority = priority;
        }
      }
    }
  }

  get shape(): Shape<InterruptTableState> {
    const facts = Object.entries(this.facts()).map(([name, { length }]) => [name, bytes(length)] as const);
    return record<InterruptTableState>(Object.fromEntries(facts)).where('SGIs that somebody sent', areSent);
  }

  save(): InterruptTableState {
    return Object.fromEntries(Object.entries(this.facts()).map(([name, bytes]) => [name, bytes.slice()]));
  }

  load(state: InterruptTableState): void {
    for (const [name, bytes] of Object.entries(this.facts())) bytes.set(state[name]);
  }

  private facts(): { [name: string]: Uint8Array } {
    const { enabled, pending, active, level, group, edge, target, priority } = this;
    const { privatePriority, sgiSources } = this;
    return {
      enabled,
      pending,
      active,
      level,
      group,
      edge,
      target,
      priority,
      privatePriority,
      sgiSources,
    };
  }
}

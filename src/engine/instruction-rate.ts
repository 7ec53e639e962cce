/**
 * How fast a core is: so many instructions to a second of virtual time, exactly. An instruction need not take a whole
 * number of nanoseconds, nor a nanosecond a whole number of instructions: what has passed of the present nanosecond is
 * its *rest*, counted in the unit in which both are whole numbers, so that however long a machine runs its time is the
 * number of instructions over the rate, rounded down.
 */
import { lowestTerms } from './fraction.js';
import { integer, type Shape } from './shape.js';

/** Instructions to a second of virtual time, at least and at most, and unless somebody says. */
export const SLOWEST_RATE = 1_000_000;
export const FASTEST_RATE = 10_000_000_000;
export const USUAL_RATE = 1_000_000_000;

export const rateShape: Shape<number> = integer(SLOWEST_RATE, FASTEST_RATE);

const NANOSECONDS_PER_SECOND = 1_000_000_000;

export class InstructionRate {
  /** In lowest terms, so many instructions take so many ns; a rest is counted in ns over `instructions`. */
  readonly instructions: number;
  private readonly nanoseconds: number;
  /** Instructions up to which all here is exact. */
  readonly longest: number;

  /** `perSecond`: a whole number from SLOWEST_RATE to FASTEST_RATE. */
  constructor(readonly perSecond: number) {
    [this.instructions, this.nanoseconds] = lowestTerms(perSecond, NANOSECONDS_PER_SECOND);
    this.longest = Math.floor((Number.MAX_SAFE_INTEGER - this.instructions) / this.nanoseconds);
  }

  /** Whole ns that have passed after `count` instructions, the first of which began `rest` behind a whole one. */
  elapsed(count: number, rest: number): number {
    if (this.instructions === 1) return count * this.nanoseconds;
    return Math.floor((rest + count * this.nanoseconds) / this.instructions);
  }

  /** What has passed behind those. */
  restAfter(count: number, rest: number): number {
    return (rest + count * this.nanoseconds) % this.instructions;
  }

  /** Instructions after which `ns` have passed, but at most `longest`; none or fewer for a time that is over. */
  needed(ns: number, rest: number): number {
    if (ns * this.instructions >= this.longest * this.nanoseconds) return this.longest;
    return Math.ceil((ns * this.instructions - rest) / this.nanoseconds);
  }
}

/**
 * The system counter, which all cores and their generic timers share: from virtual time to its count and back,
 * exactly. Arm ARM D11.1.2.
 */
import { lowestTerms } from '../../fraction.js';

const NANOSECONDS_PER_SECOND = 1_000_000_000;

export class SystemCounter {
  /** As a fraction in lowest terms: `ticks` are counted in `nanoseconds`. */
  private readonly ticks: number;
  private readonly nanoseconds: number;

  /**
   * @param frequency Hz, a whole number from 1 to 10^9
   * @throws RangeError for one that has too little in common with 10^9 to be counted exactly
   */
  constructor(readonly frequency: number) {
    if (!Number.isInteger(frequency) || frequency < 1) {
      throw new RangeError(`a counter of ${frequency} Hz, expected a whole number from 1`);
    }
    [this.ticks, this.nanoseconds] = lowestTerms(frequency, NANOSECONDS_PER_SECOND);
    if (this.ticks > this.nanoseconds || this.ticks * this.nanoseconds > 2 ** 53) {
      throw new RangeError(`a counter of ${frequency} Hz cannot be counted in whole nanoseconds`);
    }
  }

  /** Its count at a virtual time in ns: whole ticks up to then. */
  countAt(ns: number): number {
    const { ticks, nanoseconds } = this;
    const periods = Math.floor(ns / nanoseconds);
    if (ticks === 1) return periods;
    return periods * ticks + Math.floor(((ns - periods * nanoseconds) * ticks) / nanoseconds);
  }

  /** The least count at which a virtual time in ns has come. */
  countFrom(ns: number): number {
    const before = this.countAt(ns);
    return this.timeOf(before) >= ns ? before : before + 1;
  }

  /** How long counting so far takes, in whole ns, as software computes it from a count: rounded down. */
  elapsed(count: number): number {
    const { ticks, nanoseconds } = this;
    if (ticks === 1) return count * nanoseconds;
    const periods = Math.floor(count / ticks);
    return periods * nanoseconds + Math.floor(((count - periods * ticks) * nanoseconds) / ticks);
  }

  /** Virtual ns at which it first shows a count. */
  timeOf(count: number): number {
    const { ticks, nanoseconds } = this;
    if (ticks === 1) return count * nanoseconds;
    const periods = Math.floor(count / ticks);
    return periods * nanoseconds + Math.ceil(((count - periods * ticks) * nanoseconds) / ticks);
  }
}

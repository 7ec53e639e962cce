/** How long an acknowledgment takes, and when it is waited for no longer: RFC 6298. All times in ns of the guest. */
import { count, integer, record, type Shaped } from '../../engine/index.js';

const FIRST = 1e9;
/** RFC 6298 wants a second; Linux, which is at the other end, does with less since there is no clock tick of 500 ms. */
const LEAST = 200e6;
const MOST = 60e9;
const LARGEST_BACKOFF = 12;

export const roundTripShape = record({
  smoothed: count,
  variation: count,
  backoff: integer(0, LARGEST_BACKOFF),
});
export type RoundTripState = Shaped<typeof roundTripShape>;

export class RoundTrip {
  private s: RoundTripState = { smoothed: 0, variation: 0, backoff: 0 };

  /** An acknowledgment of something that was sent once has taken so long. */
  measured(took: number): void {
    const { s } = this;
    if (s.smoothed === 0) {
      s.smoothed = Math.max(1, took);
      s.variation = Math.floor(took / 2);
    } else {
      s.variation = Math.floor(0.75 * s.variation + 0.25 * Math.abs(s.smoothed - took));
      s.smoothed = Math.max(1, Math.floor(0.875 * s.smoothed + 0.125 * took));
    }
    s.backoff = 0;
  }

  /** After which something is sent again. */
  get timeout(): number {
    const { smoothed, variation, backoff } = this.s;
    const base = smoothed === 0 ? FIRST : Math.max(LEAST, smoothed + 4 * variation);
    return Math.min(MOST, base * 2 ** backoff);
  }
  /** It was in vain: the next one is waited for twice as long. */
  backOff(): void {
    this.s.backoff = Math.min(LARGEST_BACKOFF, this.s.backoff + 1);
  }
  /** How often in a row it was. */
  get attempts(): number {
    return this.s.backoff;
  }
  /** Something has been acknowledged. */
  progressed(): void {
    this.s.backoff = 0;
  }

  save(): RoundTripState {
    return { ...this.s };
  }
  load(state: RoundTripState): void {
    this.s = { ...state };
  }
}

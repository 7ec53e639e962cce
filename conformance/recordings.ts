/**
 * Mutations of good recordings, replayed: each is refused in one line, goes astray in one line, or is right as far as it
 * goes. Half of them have right checksums.
 */
import { generator, mutate } from '../tests/mutations.js';
import { echoing, fate, recorded, resealed } from '../tests/recorded.js';

export interface RecordingReport {
  readonly recordings: number;
  /** How often each fate befell. */
  readonly fates: ReadonlyMap<string, number>;
  readonly failures: readonly string[];
}

/** Milliseconds that no recording of a few million instructions may take, on a host that others use as well. */
const PATIENCE = 60_000;

export async function mutatedRecordings(count: number): Promise<RecordingReport> {
  const typed = [
    [1000, 'hello'],
    [20_000, 'r'],
    [40_000, 'again'],
    [60_000, 'q'],
  ] as const;
  const good = await Promise.all([1, 2].map((cores) => recorded(echoing(cores), { typed, pace: cores })));
  const random = generator(2026);
  const fates = new Map<string, number>();
  const failures: string[] = [];
  for (let i = 0; i < count; i++) {
    const { bytes, instructions } = good[random(good.length)];
    const changed = (i % 2 === 0 ? mutate : resealed)(bytes, random);
    const began = performance.now();
    try {
      const end = await fate(changed, 3 * instructions);
      fates.set(end, (fates.get(end) ?? 0) + 1);
    } catch (error) {
      failures.push(
        `recording ${i}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
    const took = performance.now() - began;
    if (took > PATIENCE) failures.push(`recording ${i}: ${took.toFixed(0)} ms`);
  }
  return { recordings: count, fates, failures };
}

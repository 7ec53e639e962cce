/** What differs between two ends of a case, by the names of the manual and of `layout.ts`. */
import type { CoreSnapshot } from '../../src/engine/core-snapshot.js';
import { coreValues } from '../../src/engine/core-values.js';
import type { RunState } from './runner.js';

export interface Difference {
  readonly what: string;
  readonly reference: string;
  readonly tried: string;
}

const hex = (value: bigint, digits = 1): string => `0x${value.toString(16).padStart(digits, '0')}`;
const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Empty if the tier came to the same end as the reference. */
export function differences(reference: RunState, tried: RunState): Difference[] {
  const found: Difference[] = [];
  const compare = (what: string, a: string, b: string): void => {
    if (a !== b) found.push({ what, reference: a, tried: b });
  };
  compare('end of the run', reference.reason, tried.reason);
  if (!sameCore(reference.core, tried.core)) {
    const others = new Map(coreValues(tried.core));
    for (const [what, value] of coreValues(reference.core))
      compare(what, value, others.get(what) ?? 'absent');
  }
  if (equalBytes(reference.data, tried.data)) return found;
  const [a, b] = [reference, tried].map(({ data }) => new DataView(data.buffer));
  for (let at = 0; at < a.byteLength; at += 8) {
    compare(`data ${hex(BigInt(at))}`, hex(a.getBigUint64(at, true), 16), hex(b.getBigUint64(at, true), 16));
  }
  return found;
}

/** Whether they are equal in every byte: mostly, and soon found out. */
function sameCore({ state: a, ...one }: CoreSnapshot, { state: b, ...other }: CoreSnapshot): boolean {
  return equalBytes(a, b) && JSON.stringify(one) === JSON.stringify(other);
}

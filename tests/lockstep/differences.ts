/** What differs between two ends of a case, by the names of the manual and of `layout.ts`. */
import { lastingCells, type CoreSnapshot } from '../../src/engine/core-snapshot.js';
import { CoreState } from '../../src/engine/state.js';
import {
  DAIF,
  EL,
  EXCLUSIVE_ADDRESS,
  EXCLUSIVE_HIGH,
  EXCLUSIVE_LOW,
  EXCLUSIVE_SIZE,
  FPCR,
  FPSR,
  SPSEL,
  STATE_BEGIN,
  STATE_END,
  type Cell,
} from '../../src/engine/layout.js';
import { storedRegisters } from '../../src/engine/system/stored-registers.js';
import type { RunState } from './runner.js';

export interface Difference {
  readonly what: string;
  readonly reference: string;
  readonly tried: string;
}

const cells: readonly Cell[] = [
  ...[DAIF, EL, SPSEL, FPCR, FPSR],
  ...[EXCLUSIVE_ADDRESS, EXCLUSIVE_SIZE, EXCLUSIVE_LOW, EXCLUSIVE_HIGH],
  ...storedRegisters.values(),
];

const hex = (value: bigint, digits = 1): string => `0x${value.toString(16).padStart(digits, '0')}`;

function stateOf({ state }: CoreSnapshot): CoreState {
  const whole = new CoreState({ buffer: new ArrayBuffer(STATE_END) });
  whole.u8.set(lastingCells(state), STATE_BEGIN);
  return whole;
}

/** The values of a core that software can see, one way or another. NZCV counts as it reads, however it is kept. */
function* valuesOf(core: CoreSnapshot): Generator<readonly [what: string, value: string]> {
  const state = stateOf(core);
  yield ['PC', hex(state.pc)];
  yield ['NZCV', hex(BigInt(state.nzcv >>> 28))];
  for (let i = 0; i < 31; i++) yield [`X${i}`, hex(state.x(i))];
  yield ['SP', hex(state.sp)];
  for (let i = 0; i < 32; i++) yield [`V${i}`, hex(state.v(i), 32)];
  for (const cell of cells) {
    yield [cell.name, hex(cell.type === 'i64' ? state.get64(cell) : BigInt(state.low(cell) >>> 0))];
  }
  for (const [name, value] of Object.entries(core)) {
    if (name !== 'state') yield [name, JSON.stringify(value)];
  }
}

const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Empty if the tier came to the same end as the reference. */
export function differences(reference: RunState, tried: RunState): Difference[] {
  const found: Difference[] = [];
  const compare = (what: string, a: string, b: string): void => {
    if (a !== b) found.push({ what, reference: a, tried: b });
  };
  compare('end of the run', reference.reason, tried.reason);
  if (!sameCore(reference.core, tried.core)) {
    const others = new Map(valuesOf(tried.core));
    for (const [what, value] of valuesOf(reference.core)) compare(what, value, others.get(what) ?? 'absent');
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

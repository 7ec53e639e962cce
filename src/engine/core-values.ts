/** What a core's state is made of, by the names of the manual and of `layout.ts`: for telling how two of them differ. */
import { lastingCells, type CoreSnapshot } from './core-snapshot.js';
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
} from './layout.js';
import { CoreState } from './state.js';
import { storedRegisters } from './system/stored-registers.js';

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
export function* coreValues(core: CoreSnapshot): Generator<readonly [what: string, value: string]> {
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

/**
 * The system timer of the BCM2835 (Broadcom, "BCM2835 ARM Peripherals", chapter 12): a counter of microseconds, and four
 * registers that its lower half is compared with, each with an interrupt of its own. As in QEMU 7.2, the counter is that
 * of the machine's time and goes on over a reset.
 */
import { integer, listOfExactly, record, word, type Shaped } from '../../../engine/index.js';
import type { Alarm, Clock } from '../../clock.js';
import type { AccessSize, Device, Line } from '../../device.js';

// Register offsets, section 12.1.
const CS = 0x00;
const CLO = 0x04;
const CHI = 0x08;
const C0 = 0x0c;
const C3 = 0x18;

export const COMPARES = 4;
const NS_PER_COUNT = 1000;

const stateShape = record({
  status: integer(0, 2 ** COMPARES - 1),
  compare: listOfExactly(COMPARES, word),
});
export type SystemTimerState = Shaped<typeof stateShape>;

export class SystemTimer implements Device<SystemTimerState> {
  readonly name = 'system-timer';
  readonly size = 0x20;
  readonly shape = stateShape;
  private s: SystemTimerState = { status: 0, compare: Array<number>(COMPARES).fill(0) };
  private readonly alarms: readonly Alarm[];

  /** @param interrupts one for each compare register */
  constructor(
    private readonly interrupts: readonly Line[],
    private readonly clock: Clock,
  ) {
    this.alarms = interrupts.map((_, i) => clock.alarm(`${this.name}${i}`, () => this.matched(i)));
  }

  read(offset: number): number {
    if (isCompare(offset)) return this.s.compare[(offset - C0) / 4];
    switch (offset) {
      case CS:
        return this.s.status;
      case CLO:
        return this.counter % 2 ** 32;
      case CHI:
        return Math.floor(this.counter / 2 ** 32);
      default:
        return 0;
    }
  }

  write(offset: number, _size: AccessSize, value: number): void {
    if (isCompare(offset)) {
      const i = (offset - C0) / 4;
      this.s.compare[i] = value;
      const counts = (value - this.counter) >>> 0;
      this.alarms[i].set((this.counter + counts) * NS_PER_COUNT);
    } else if (offset === CS) {
      this.s.status &= ~value;
      this.drive();
    }
  }

  /** The alarms are the clock's to save. */
  save(): SystemTimerState {
    return structuredClone(this.s);
  }

  /** A reset has no clock's state behind it that would set the alarms. */
  load(state: SystemTimerState): void {
    for (const alarm of this.alarms) alarm.cancel();
    this.s = structuredClone(state);
    this.drive();
  }

  private get counter(): number {
    return Math.floor(this.clock.now / NS_PER_COUNT);
  }

  private matched(i: number): void {
    this.s.status |= 1 << i;
    this.drive();
  }

  private drive(): void {
    this.interrupts.forEach((line, i) => line.set((this.s.status & (1 << i)) !== 0));
  }
}

const isCompare = (offset: number): boolean => offset >= C0 && offset <= C3 && offset % 4 === 0;

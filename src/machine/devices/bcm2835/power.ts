/**
 * Power management and watchdog of the BCM2835, as far as QEMU 7.2 has it: a full reset, which starts the machine anew
 * or, where the next boot partition is the one that the Raspberry Pi's firmware never starts, switches it off. The
 * watchdog does not count: whoever asks for a reset gets it at once. Linux, drivers/watchdog/bcm2835_wdt.c.
 */
import { record, word, type Shaped } from '../../../engine/index.js';
import type { AccessSize, Device } from '../../device.js';

const PM_RSTC = 0x1c;
const PM_RSTS = 0x20;
const PM_WDOG = 0x24;

/** What is written has it in its highest byte. */
const PASSWORD = 0x5a;
const RSTC_FULL_RESET = 0x20;
/** The partition is spread over every second bit: this one is 63. */
const RSTS_PARTITION = 0xfff;
const RSTS_HALT = 0x555;

const stateShape = record({ rstc: word, rsts: word, wdog: word });
export type PowerState = Shaped<typeof stateShape>;

export class Power implements Device<PowerState> {
  readonly name = 'power';
  readonly size = 0x200;
  readonly shape = stateShape;
  private s: PowerState = { rstc: 0x102, rsts: 0x1000, wdog: 0 };

  constructor(private readonly power: { systemOff(): void; systemReset(): void }) {}

  read(offset: number): number {
    switch (offset) {
      case PM_RSTC:
        return this.s.rstc;
      case PM_RSTS:
        return this.s.rsts;
      case PM_WDOG:
        return this.s.wdog;
      default:
        return 0;
    }
  }

  write(offset: number, _size: AccessSize, value: number): void {
    if (value >>> 24 !== PASSWORD) return;
    const content = value & 0xff_ffff;
    switch (offset) {
      case PM_RSTC:
        this.s.rstc = content;
        if ((content & RSTC_FULL_RESET) !== 0) this.fullReset();
        break;
      case PM_RSTS:
        this.s.rsts = content;
        break;
      case PM_WDOG:
        this.s.wdog = content;
        break;
    }
  }

  save(): PowerState {
    return { ...this.s };
  }

  load(state: PowerState): void {
    this.s = { ...state };
  }

  private fullReset(): void {
    if ((this.s.rsts & RSTS_PARTITION) === RSTS_HALT) this.power.systemOff();
    else this.power.systemReset();
  }
}

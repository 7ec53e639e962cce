/**
 * The message-based parallel host interface of the BCM2835, as far as QEMU 7.2 has it: the interrupt that the Raspberry
 * Pi's own USB driver makes itself with it (its drivers/usb/host/dwc_otg/dwc_otg_fiq_fsm.c).
 */
import { flag, record, word, type Shaped } from '../../../engine/index.js';
import type { AccessSize, Device, Line } from '../../device.js';

const OUTDDA = 0x28;
const OUTDDB = 0x2c;
const CTRL = 0x4c;
const INTSTAT = 0x50;
const SWIRQ_SET = 0x1f0;
const SWIRQ_CLR = 0x1f4;

const OUTDDB_INTERRUPT = 1 << 29;
const CTRL_ENABLED = 1 << 17; // always reads so
const CTRL_SOFT_RESET = 1 << 16;
const INTSTAT_CLEARS = (1 << 16) | (1 << 29);

const stateShape = record({
  outdda: word,
  outddb: word,
  ctrl: word,
  intstat: word,
  swirq: word,
  interrupt: flag,
});
export type MphiState = Shaped<typeof stateShape>;

export class Mphi implements Device<MphiState> {
  readonly name = 'mphi';
  readonly size = 0x1000;
  readonly shape = stateShape;
  private s: MphiState = { outdda: 0, outddb: 0, ctrl: 0, intstat: 0, swirq: 0, interrupt: false };

  constructor(private readonly interrupt: Line) {}

  read(offset: number): number {
    switch (offset) {
      case OUTDDA:
        return this.s.outdda;
      case OUTDDB:
        return this.s.outddb;
      case CTRL:
        return this.s.ctrl | CTRL_ENABLED;
      case INTSTAT:
        return this.s.intstat;
      case SWIRQ_SET:
      case SWIRQ_CLR:
        return this.s.swirq;
      default:
        return 0;
    }
  }

  write(offset: number, _size: AccessSize, value: number): void {
    const { s } = this;
    switch (offset) {
      case OUTDDA:
        s.outdda = value;
        break;
      case OUTDDB:
        s.outddb = value;
        if ((value & OUTDDB_INTERRUPT) !== 0) this.raise(true);
        break;
      case CTRL:
        s.ctrl = value;
        if ((value & CTRL_SOFT_RESET) !== 0) this.raise(false);
        break;
      case INTSTAT:
        s.intstat = value;
        if ((value & INTSTAT_CLEARS) !== 0) this.raise(false);
        break;
      case SWIRQ_SET:
        s.swirq |= value;
        this.raise(true);
        break;
      case SWIRQ_CLR:
        s.swirq &= ~value;
        this.raise(false);
        break;
    }
  }

  save(): MphiState {
    return { ...this.s };
  }

  load(state: MphiState): void {
    this.s = { ...state };
    this.interrupt.set(this.s.interrupt);
  }

  private raise(level: boolean): void {
    this.s.interrupt = level;
    this.interrupt.set(level);
  }
}

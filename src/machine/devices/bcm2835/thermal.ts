/**
 * The temperature sensor of the BCM2835, as QEMU 7.2 has it: always at 25 degrees Celsius. Linux,
 * drivers/thermal/broadcom/bcm2835_thermal.c.
 */
import { record, word, type Shaped } from '../../../engine/index.js';
import type { AccessSize, Device } from '../../device.js';

const TSENSCTL = 0x0;
const TSENSSTAT = 0x4;

const STAT_VALID = 1 << 10;
/** What it measures: 412 - 0.538 * DATA degrees. */
const STAT_25_DEGREES = 0x2cf;

const stateShape = record({ control: word });
export type ThermalState = Shaped<typeof stateShape>;

export class Thermal implements Device<ThermalState> {
  readonly name = 'thermal';
  readonly size = 8;
  readonly shape = stateShape;
  private s: ThermalState = { control: 0 };

  /** No less than words. */
  accepts(_offset: number, size: AccessSize | 8): boolean {
    return size >= 4;
  }

  read(offset: number): number {
    return offset === TSENSSTAT ? STAT_VALID | STAT_25_DEGREES : this.s.control;
  }

  write(offset: number, _size: AccessSize, value: number): void {
    if (offset === TSENSCTL) this.s.control = value;
  }

  save(): ThermalState {
    return { ...this.s };
  }

  load(state: ThermalState): void {
    this.s = { ...state };
  }
}

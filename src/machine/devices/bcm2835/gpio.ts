/**
 * General purpose I/O of the BCM2835 (Broadcom, "BCM2835 ARM Peripherals", chapter 6), as far as QEMU 7.2 has it: what
 * each of the 54 pins is used for, and their levels as outputs. Pins 48 to 53 go to one of the two SD controllers.
 * Nothing drives a pin from outside, so no event is ever detected; pull-ups and the registers of events read as zero.
 */
import { flag, integer, listOfExactly, record, word, type Shaped } from '../../../engine/index.js';
import type { AccessSize, Device, Line } from '../../device.js';

// Register offsets, section 6.1. There are six of GPFSEL0, and two of each of the others.
const GPFSEL0 = 0x00;
const GPFSEL5 = 0x14;
const GPSET0 = 0x1c;
const GPSET1 = 0x20;
const GPCLR0 = 0x28;
const GPCLR1 = 0x2c;
const GPLEV0 = 0x34;
const GPLEV1 = 0x38;

const PINS = 54;
const PINS_PER_REGISTER = 10;
const FUNCTION_BITS = 3;
const FUNCTION = 0b111;

/** Those of the SD card, and the functions by which they belong to one of its controllers; section 6.2. */
const SD_PINS = { first: 48, last: 53 } as const;
const SDHCI_FUNCTION = 0b000; // as inputs, as QEMU has it
const SDHOST_FUNCTION = 0b100; // alternate function 0

const stateShape = record({
  functions: listOfExactly(PINS, integer(0, FUNCTION)),
  low: word,
  high: word,
  /** Whether the SD card is SDHOST's. */
  sdhost: flag,
});
export type GpioState = Shaped<typeof stateShape>;

export class Gpio implements Device<GpioState> {
  readonly name = 'gpio';
  readonly size = 0x1000;
  readonly shape = stateShape;
  private s: GpioState = { functions: Array<number>(PINS).fill(0), low: 0, high: 0, sdhost: false };

  /** @param sdhost high while the SD card is SDHOST's, low while it is SDHCI's */
  constructor(private readonly sdhost: Line) {}

  read(offset: number): number {
    if (isFunctionSelect(offset)) return this.functions(offset / 4);
    if (offset === GPLEV0) return this.s.low;
    return offset === GPLEV1 ? this.s.high : 0;
  }

  write(offset: number, _size: AccessSize, value: number): void {
    const { s } = this;
    if (isFunctionSelect(offset)) this.select(offset / 4, value);
    else if (offset === GPSET0) s.low |= value;
    else if (offset === GPSET1) s.high |= value;
    else if (offset === GPCLR0) s.low &= ~value;
    else if (offset === GPCLR1) s.high &= ~value;
  }

  save(): GpioState {
    return structuredClone(this.s);
  }

  load(state: GpioState): void {
    this.s = structuredClone(state);
  }

  private functions(register: number): number {
    const first = register * PINS_PER_REGISTER;
    return this.s.functions
      .slice(first, first + PINS_PER_REGISTER)
      .reduce((value, each, i) => value | (each << (FUNCTION_BITS * i)), 0);
  }

  private select(register: number, value: number): void {
    const { functions } = this.s;
    const first = register * PINS_PER_REGISTER;
    for (let pin = first; pin < Math.min(first + PINS_PER_REGISTER, PINS); pin++) {
      functions[pin] = (value >>> (FUNCTION_BITS * (pin - first))) & FUNCTION;
    }
    this.connectCard();
  }

  /** The card changes sides once all of its pins have the other controller's function. */
  private connectCard(): void {
    const pins = this.s.functions.slice(SD_PINS.first, SD_PINS.last + 1);
    if (pins.every((each) => each === SDHCI_FUNCTION)) this.s.sdhost = false;
    else if (pins.every((each) => each === SDHOST_FUNCTION)) this.s.sdhost = true;
    this.sdhost.set(this.s.sdhost);
  }
}

const isFunctionSelect = (offset: number): boolean =>
  offset >= GPFSEL0 && offset <= GPFSEL5 && offset % 4 === 0;

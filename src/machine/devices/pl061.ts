/**
 * PrimeCell general purpose input/output (PL061), Arm DDI 0190: eight pins, each an output or an input that can
 * interrupt by level or edge.
 */
import { integer, record, type Shaped } from '../../engine/index.js';
import { unconnected, type Device, type Line } from '../device.js';

// Register offsets, DDI 0190 table 3-1. GPIODATA is 256 words: address bits [9:2] select the pins accessed.
const GPIODATA_END = 0x400;
const GPIODIR = 0x400;
const GPIOIS = 0x404;
const GPIOIBE = 0x408;
const GPIOIEV = 0x40c;
const GPIOIE = 0x410;
const GPIORIS = 0x414;
const GPIOMIS = 0x418;
const GPIOIC = 0x41c;
const GPIOAFSEL = 0x420;
const GPIOPeriphID0 = 0xfe0;

const IDENTIFICATION = [0x61, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1];

/** One bit a pin. */
const pins = integer(0, 0xff);
const stateShape = record({
  data: pins,
  dir: pins,
  is: pins,
  ibe: pins,
  iev: pins,
  ie: pins,
  ris: pins,
  afsel: pins,
  /** The levels that the outputs were last driven to. */
  driven: pins,
  /** The levels that edges are measured against. */
  inputs: pins,
});
export type Pl061State = Shaped<typeof stateShape>;

const powerOn = (): Pl061State => ({
  data: 0,
  dir: 0,
  is: 0,
  ibe: 0,
  iev: 0,
  ie: 0,
  ris: 0,
  afsel: 0,
  driven: 0,
  inputs: 0,
});

const STORED = {
  [GPIODIR]: 'dir',
  [GPIOIS]: 'is',
  [GPIOIBE]: 'ibe',
  [GPIOIEV]: 'iev',
  [GPIOIE]: 'ie',
} as const;

const isStored = (offset: number): offset is keyof typeof STORED => offset in STORED;

export class Pl061 implements Device<Pl061State> {
  readonly size = 0x1000;
  readonly shape = stateShape;
  private s = powerOn();

  constructor(
    readonly name: string,
    private readonly interrupt: Line,
    /** What each of the eight pins drives when it is an output. */
    private readonly outputs: readonly Line[] = Array<Line>(8).fill(unconnected),
  ) {}

  /** A pin as an input; driving it has an effect only while its direction is in. */
  pin(n: number): Line {
    const bit = 1 << n;
    return {
      set: (level) => {
        if (this.s.dir & bit) return;
        this.s.data = level ? this.s.data | bit : this.s.data & ~bit;
        this.update();
      },
    };
  }

  read(offset: number): number {
    if (offset >= GPIOPeriphID0) return IDENTIFICATION[(offset - GPIOPeriphID0) >> 2];
    if (offset < GPIODATA_END) return this.s.data & (offset >> 2);
    if (isStored(offset)) return this.s[STORED[offset]];
    switch (offset) {
      case GPIORIS:
        return this.s.ris;
      case GPIOMIS:
        return this.s.ris & this.s.ie;
      case GPIOAFSEL:
        return this.s.afsel;
      default:
        return 0;
    }
  }

  write(offset: number, _size: number, value: number): void {
    if (offset < GPIODATA_END) {
      const mask = (offset >> 2) & this.s.dir;
      this.s.data = (this.s.data & ~mask) | (value & mask);
    } else if (isStored(offset)) {
      this.s[STORED[offset]] = value & 0xff;
    } else if (offset === GPIOIC) {
      this.s.ris &= ~value;
    } else if (offset === GPIOAFSEL) {
      this.s.afsel = value & 0xff;
    } else {
      return;
    }
    this.update();
  }

  save(): Pl061State {
    return { ...this.s };
  }

  load(state: Pl061State): void {
    this.s = { ...state };
    this.interrupt.set((this.s.ris & this.s.ie) !== 0);
  }

  /** Drives the outputs, then looks at the inputs for edges and at all pins for levels that interrupt. */
  private update(): void {
    const s = this.s;
    const driven = s.data & s.dir;
    for (let pin = 0; pin < 8; pin++) {
      if ((driven ^ s.driven) & (1 << pin)) this.outputs[pin].set((driven & (1 << pin)) !== 0);
    }
    s.driven = driven;
    const asWanted = ~(s.data ^ s.iev);
    const changed = (s.data ^ s.inputs) & ~s.dir;
    if (changed !== 0) s.inputs = s.data;
    s.ris |= changed & ~s.is & (s.ibe | asWanted);
    s.ris = (s.ris | (asWanted & s.is)) & 0xff;
    this.interrupt.set((s.ris & s.ie) !== 0);
  }
}

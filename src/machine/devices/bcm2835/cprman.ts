/**
 * The clock manager of the BCM2835 (CPRMAN) as QEMU 7.2 has it: registers that keep what is written, which PLLs are
 * locked, and which clocks are busy. Nothing on the board goes faster or slower by it.
 *
 * QEMU looks at a clock when the control register of the clock two further on is written, where there is one, and not
 * when its own is. That shows in which clocks are busy, so it is the same here.
 */
import { listOfExactly, record, word, type Shaped } from '../../../engine/index.js';
import type { AccessSize, Device } from '../../device.js';
import {
  atReset,
  channels,
  DSI0HSCK,
  DSI0HSCK_SELPLLD,
  FIRST_SOURCE,
  muxes,
  plls,
  type ChannelName,
  type PllName,
  type Source,
} from './clock-tree.js';

const SIZE = 0x2000;
const CM_LOCK = 0x114;
/** The highest byte of what is written; another one is ignored as a whole. */
const PASSWORD = 0x5a;

const CTL_SRC = 0xf;
const CTL_ENAB = 1 << 4;
const CTL_BUSY = 1 << 7;
/** From the control register that is written to the one of the clock that QEMU looks at. */
const TWO_MUXES = 0x10;

const CM_PLL_ANARST = 1 << 8;
const A2W_PLL_CTRL_NDIV = 0x3ff;
const A2W_PLL_CTRL_PDIV = 12; // 3 bits
const A2W_PLL_CTRL_PWRDN = 1 << 16;
const A2W_PLL_FRAC_BITS = 20;
const A2W_PLL_CHANNEL_DIV = 0xff;
const A2W_PLL_CHANNEL_DISABLE = 1 << 8;

const OSCILLATOR = 19_200_000n; // Hz
/** QEMU counts a clock's period in units of 2^-32 ns, and a frequency that comes out as another one is a change. */
const SECOND = 1_000_000_000n << 32n;

const stateShape = record({ registers: listOfExactly(SIZE / 4, word) });
export type CprmanState = Shaped<typeof stateShape>;

type Periods = Readonly<Record<Source, bigint>>;

export class Cprman implements Device<CprmanState> {
  readonly name = 'cprman';
  readonly size = SIZE;
  readonly shape = stateShape;
  private readonly registers = new Uint32Array(SIZE / 4);
  /** What comes out of the channels; of the registers, so never saved. */
  private periods: Periods;

  constructor() {
    for (const [offset, ...words] of atReset) this.registers.set(words, offset / 4);
    this.periods = this.allPeriods();
  }

  /** Words only. */
  accepts(_offset: number, size: AccessSize | 8): boolean {
    return size === 4;
  }

  read(offset: number): number {
    return offset === CM_LOCK ? this.locked() : this.registers[offset / 4];
  }

  write(offset: number, _size: AccessSize, value: number): void {
    if (value >>> 24 !== PASSWORD) return;
    this.registers[offset / 4] = value & 0xff_ffff;
    if (!muxes.has(offset)) this.passOn();
    else this.refresh(muxes.has(offset - TWO_MUXES) ? offset - TWO_MUXES : offset);
  }

  save(): CprmanState {
    return { registers: [...this.registers] };
  }

  load({ registers }: CprmanState): void {
    this.registers.set(registers);
    this.periods = this.allPeriods();
  }

  private at(offset: number): number {
    return this.registers[offset / 4];
  }

  private isLocked(name: PllName): boolean {
    const { cm, ctrl } = plls[name];
    return (this.at(ctrl) & A2W_PLL_CTRL_PWRDN) === 0 && (this.at(cm) & CM_PLL_ANARST) === 0;
  }

  private locked(): number {
    const names = Object.keys(plls) as PllName[];
    return names.reduce((bits, name) => bits | (this.isLocked(name) ? plls[name].lock : 0), 0);
  }

  /** A clock is busy once it is enabled. */
  private refresh(mux: number): void {
    const control = this.at(mux);
    this.registers[mux / 4] = (control & CTL_ENAB) === 0 ? control & ~CTL_BUSY : control | CTL_BUSY;
  }

  /** Clocks hear of a change of what they have chosen. */
  private passOn(): void {
    const before = this.periods;
    this.periods = this.allPeriods();
    for (const [mux, sources] of muxes) {
      const source: Source | undefined = sources[(this.at(mux) & CTL_SRC) - FIRST_SOURCE];
      if (source !== undefined && this.periods[source] !== before[source]) this.refresh(mux);
    }
  }

  private allPeriods(): Periods {
    const names = Object.keys(channels) as ChannelName[];
    const periods = Object.fromEntries(names.map((name) => [name, this.channelPeriod(name)])) as Record<
      ChannelName,
      bigint
    >;
    const isPllD = (this.at(DSI0HSCK) & DSI0HSCK_SELPLLD) !== 0;
    return { ...periods, DSI0: isPllD ? periods.D_DSI0 : periods.A_DSI0 };
  }

  /** 0 where there is no clock. */
  private pllPeriod(name: PllName): bigint {
    const { ctrl, ana, frac, prediv } = plls[name];
    const pdiv = (this.at(ctrl) >>> A2W_PLL_CTRL_PDIV) & 7;
    if (!this.isLocked(name) || pdiv === 0) return 0n;
    const factor = (this.at(ana + 4) & prediv) !== 0 ? 2n : 1n;
    const ndiv = BigInt(this.at(ctrl) & A2W_PLL_CTRL_NDIV) * factor;
    const fdiv = BigInt(this.at(frac) & (2 ** A2W_PLL_FRAC_BITS - 1)) * factor;
    const times = (ndiv << BigInt(A2W_PLL_FRAC_BITS)) + fdiv;
    return periodOf(((OSCILLATOR * times) / BigInt(pdiv)) >> BigInt(A2W_PLL_FRAC_BITS));
  }

  private channelPeriod(name: ChannelName): bigint {
    const { pll, hold, ctrl } = channels[name];
    const control = this.at(ctrl);
    if ((control & A2W_PLL_CHANNEL_DISABLE) !== 0 || (this.at(plls[pll].cm) & hold) !== 0) return 0n;
    const period = this.pllPeriod(pll);
    if (period === 0n) return 0n;
    const division = control & A2W_PLL_CHANNEL_DIV || A2W_PLL_CHANNEL_DIV;
    return periodOf(SECOND / period / BigInt(division));
  }
}

const periodOf = (frequency: bigint): bigint => (frequency === 0n ? 0n : SECOND / frequency);

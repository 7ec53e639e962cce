/**
 * The USB host controller of the BCM2837, Synopsys' DesignWare HS OTG (DWC2), as QEMU 7.2 has it with nothing plugged
 * in: its registers, an empty root port, and channels that never transfer anything. Registers by Linux,
 * drivers/usb/dwc2/hw.h. Accesses smaller than a word are those of QEMU: they reach the register as a whole.
 */
import { flag, listOfExactly, record, word, type Shaped } from '../../engine/index.js';
import type { Clock } from '../clock.js';
import type { AccessSize, Device, Line } from '../device.js';

const SIZE = 0x1000;

// Global registers.
const GOTGCTL = 0x000;
const GAHBCFG = 0x008;
const GUSBCFG = 0x00c;
const GRSTCTL = 0x010;
const GINTSTS = 0x014;
const GINTMSK = 0x018;
const GRXFSIZ = 0x024;
const GNPTXFSIZ = 0x028;
const GNPTXSTS = 0x02c;
const GI2CCTL = 0x030;
const GSNPSID = 0x040;
const GHWCFG2 = 0x048;
const GHWCFG3 = 0x04c;
const GPWRDN = 0x058;
const HPTXFSIZ = 0x100;
// Host registers.
const HCFG = 0x400;
const HFIR = 0x404;
const HFNUM = 0x408;
const HPTXSTS = 0x410;
const HAINT = 0x414;
const HAINTMSK = 0x418;
const HPRT0 = 0x440;
// Of the first of eight channels, which have 0x20 bytes each.
const HCCHAR = 0x500;
const HCINT = 0x508;
const HCINTMSK = 0x50c;
const HCDMAB = 0x51c;
const CHANNEL_REGISTER = 0x1c;

/** Where there are registers, first and last; elsewhere is what reads as zero. */
const banks: readonly (readonly [first: number, last: number])[] = [
  [GOTGCTL, 0x06c],
  [HPTXFSIZ, HPTXFSIZ],
  [HCFG, HPRT0],
  [HCCHAR, 0x5fc],
  [0xe00, 0xe04], // PCGCTL, PCGCCTL1
];

/** GOTGCTL's bits that only the controller sets and clears. */
const GOTGCTL_READ_ONLY = (0x1f << 22) | (0xf << 16) | (1 << 8) | (1 << 0);
const GAHBCFG_GLBL_INTR_EN = 1 << 0;
const GRSTCTL_AHBIDLE = 2 ** 31;
const GRSTCTL_DMAREQ = 1 << 30;
/** Resets and flushes, which are over when they are looked at. */
const GRSTCTL_SELF_CLEARING = 0x3f;
const GINTSTS_HCHINT = 1 << 25;
const GINTSTS_PRTINT = 1 << 24;
/** Those that go with what they tell of; the others are cleared by writing them. */
const GINTSTS_READ_ONLY =
  (1 << 26) | GINTSTS_HCHINT | GINTSTS_PRTINT | (3 << 18) | (3 << 6) | (3 << 4) | (1 << 2) | (1 << 0);

const HPRT0_ENA = 1 << 2;
const HPRT0_OVRCURRCHG = 1 << 5;
const HPRT0_ENACHG = 1 << 3;
const HPRT0_CONNDET = 1 << 1;
const HPRT0_CHANGES = HPRT0_OVRCURRCHG | HPRT0_ENACHG | HPRT0_CONNDET;
const HPRT0_WRITE_CLEARS = HPRT0_CHANGES | HPRT0_ENA;
/** Speed, levels of the lines, overcurrent, connection; suspend and resume, which end by themselves. */
const HPRT0_KEPT = (3 << 17) | (3 << 10) | (1 << 4) | (1 << 0) | (1 << 7) | (1 << 6);

const HCCHAR_CHENA = 2 ** 31;
const HCCHAR_CHDIS = 1 << 30;
const HCINT_CHHLTD = 1 << 1;
const HCINT_ALL = 0x3fff;
const CHANNELS_ALL = 0xffff;

/** At full speed: ns of a frame and of a bit, and bits that a frame's counter begins with. */
const FRAME_NS = 1_000_000;
const BIT_NS = 83;
const FRAME_BITS = 11_999;
const HFNUM_FRREM = 16;

const atReset: readonly (readonly [offset: number, value: number])[] = [
  [GOTGCTL, 0xd_0000], // both sessions valid, a B device: the port is a host's all the same
  [GUSBCFG, 0x1400],
  [GRSTCTL, GRSTCTL_AHBIDLE],
  [GINTSTS, 0x1400_0021], // host mode, transmit FIFOs empty, the connector's kind has changed
  [GRXFSIZ, 0x400],
  [GNPTXFSIZ, 0x400_0000],
  [GNPTXSTS, 0x4_0400],
  [GI2CCTL, 0x1100_0000],
  [GSNPSID, 0x4f54_294a], // "OT2", release 2.94a
  [GHWCFG2, 0x250d_c016],
  [GHWCFG3, 0x1000_0044],
  [GPWRDN, 0x10],
  [HPTXFSIZ, 0x1f4_0000],
  [HCFG, 0x200],
  [HFIR, 60_000],
  [HFNUM, 0x3fff],
  [HPTXSTS, 0x10_8000],
  [HPRT0, 0x1000], // powered
];

const stateShape = record({
  registers: listOfExactly(SIZE / 4, word),
  /** Whether it interrupts: GAHBCFG has its part in it only when it is set. */
  interrupt: flag,
});
export type Dwc2State = Shaped<typeof stateShape>;

/** What becomes of a register, from what it is and what is written to it. */
type Rule = (old: number, value: number) => number;

const rules: ReadonlyMap<number, Rule> = new Map<number, Rule>([
  [GOTGCTL, (old, value) => (value & ~GOTGCTL_READ_ONLY) | (old & GOTGCTL_READ_ONLY)],
  [GRSTCTL, (old, value) => ((value | GRSTCTL_AHBIDLE) & ~GRSTCTL_DMAREQ) | (old & GRSTCTL_SELF_CLEARING)],
  [GINTSTS, (old, value) => (old & ~value) | (old & GINTSTS_READ_ONLY)],
  [HFNUM, (old) => old],
  [HPTXSTS, (old) => old],
  [HAINT, (old) => old],
  [HAINTMSK, (_, value) => value & CHANNELS_ALL],
  [
    HPRT0,
    (old, value) => (value & ~HPRT0_WRITE_CLEARS) | (old & HPRT0_KEPT) | (old & ~value & HPRT0_WRITE_CLEARS),
  ],
]);

export class Dwc2 implements Device<Dwc2State> {
  readonly name = 'dwc2';
  readonly size = SIZE;
  readonly shape = stateShape;
  private readonly registers = new Uint32Array(SIZE / 4);
  private interrupts = false;

  constructor(
    private readonly interrupt: Line,
    private readonly clock: Clock,
  ) {
    for (const [offset, value] of atReset) this.registers[offset / 4] = value;
  }

  read(offset: number): number {
    if (!isRegister(offset)) return 0;
    if (offset === GRSTCTL) this.registers[offset / 4] &= ~GRSTCTL_SELF_CLEARING;
    const value = this.registers[offset >> 2];
    return offset === HFNUM ? value | (this.bitsLeft() << HFNUM_FRREM) : value;
  }

  write(offset: number, _size: AccessSize, value: number): void {
    if (!isRegister(offset)) return;
    if (offset >= HCCHAR && offset < 0xe00) {
      this.writeChannel(offset & ~3, value);
      return;
    }
    const old = this.registers[offset >> 2];
    const rule = rules.get(offset);
    const now = rule === undefined ? value : rule(old, value);
    this.registers[offset >> 2] = now;
    if (offset === GINTSTS || offset === GINTMSK) this.drive();
    else if (offset === GAHBCFG && (value & ~old & GAHBCFG_GLBL_INTR_EN) !== 0) this.drive();
    else if (offset === HPRT0) this.raise(GINTSTS_PRTINT, (now & HPRT0_CHANGES) !== 0);
  }

  save(): Dwc2State {
    return { registers: [...this.registers], interrupt: this.interrupts };
  }

  load({ registers, interrupt }: Dwc2State): void {
    this.registers.set(registers);
    this.interrupts = interrupt;
    this.interrupt.set(interrupt);
  }

  private writeChannel(offset: number, value: number): void {
    const first = offset & ~CHANNEL_REGISTER;
    const at = offset / 4;
    const old = this.registers[at];
    switch (HCCHAR + (offset & CHANNEL_REGISTER)) {
      case HCCHAR:
        this.registers[at] = this.characteristics(first, old, value);
        break;
      case HCINT:
        this.registers[at] = old & ~value & HCINT_ALL;
        this.tellOfChannel(first);
        break;
      case HCINTMSK:
        this.registers[at] = value & HCINT_ALL;
        this.tellOfChannel(first);
        break;
      case HCDMAB:
        break;
      default:
        this.registers[at] = value;
    }
  }

  /** What becomes of HCCHAR: a channel can be halted; one that is enabled finds no device to talk to, and waits. */
  private characteristics(first: number, old: number, value: number): number {
    if ((value & HCCHAR_CHDIS) !== 0 && (old & HCCHAR_CHDIS) === 0) {
      this.registers[(first + HCINT - HCCHAR) / 4] |= HCINT_CHHLTD;
      this.tellOfChannel(first);
      return value & ~(HCCHAR_CHENA | HCCHAR_CHDIS);
    }
    if ((value & HCCHAR_CHENA) !== 0 && (old & HCCHAR_CHENA) === 0) return value & ~HCCHAR_CHDIS;
    return value | (old & (HCCHAR_CHDIS | HCCHAR_CHENA));
  }

  /** Its interrupts to HAINT, and what that makes to GINTSTS where it changes. */
  private tellOfChannel(first: number): void {
    const at = (register: number): number => this.registers[(first + register - HCCHAR) / 4];
    const bit = 1 << ((first - HCCHAR) / 0x20);
    const level = (at(HCINT) & at(HCINTMSK)) !== 0;
    const haint = this.registers[HAINT / 4];
    if (level === ((haint & bit) !== 0)) return;
    this.registers[HAINT / 4] = haint ^ bit;
    const any = (this.registers[HAINT / 4] & this.registers[HAINTMSK / 4]) !== 0;
    if (any === level) this.raise(GINTSTS_HCHINT, level);
  }

  private raise(interrupt: number, level: boolean): void {
    const old = this.registers[GINTSTS / 4];
    const now = level ? old | interrupt : old & ~interrupt;
    if (now >>> 0 === old) return;
    this.registers[GINTSTS / 4] = now;
    this.drive();
  }

  private drive(): void {
    const enabled = (this.registers[GAHBCFG / 4] & GAHBCFG_GLBL_INTR_EN) !== 0;
    this.interrupts = enabled && (this.registers[GINTSTS / 4] & this.registers[GINTMSK / 4]) !== 0;
    this.interrupt.set(this.interrupts);
  }

  /** Bits left in the frame: no frames follow the first one while nothing is plugged in. */
  private bitsLeft(): number {
    const { now } = this.clock;
    return now >= FRAME_NS ? 0 : Math.max(FRAME_BITS - Math.floor(now / BIT_NS), 0);
  }
}

const isRegister = (offset: number): boolean =>
  banks.some(([first, last]) => offset >= first && offset <= last);

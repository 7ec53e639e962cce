/**
 * Registers of Synopsys' DesignWare HS OTG controller (DWC2) as a host, as QEMU 7.2 has them: which there are, what they
 * are at reset, and what becomes of what is written. Names by Linux, drivers/usb/dwc2/hw.h.
 */

// Global registers.
export const GOTGCTL = 0x000;
export const GAHBCFG = 0x008;
const GUSBCFG = 0x00c;
export const GRSTCTL = 0x010;
export const GINTSTS = 0x014;
export const GINTMSK = 0x018;
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
export const HFNUM = 0x408;
const HPTXSTS = 0x410;
export const HAINT = 0x414;
export const HAINTMSK = 0x418;
export const HPRT0 = 0x440;
/** Of the first channel; there are eight, which have 0x20 bytes each. */
export const HCCHAR = 0x500;
export const HCINT = 0x508;
export const HCINTMSK = 0x50c;
export const HCTSIZ = 0x510;
export const HCDMA = 0x514;
export const HCDMAB = 0x51c;
export const CHANNELS = 8;
export const CHANNEL_SIZE = 0x20;
export const CHANNELS_END = HCCHAR + CHANNELS * CHANNEL_SIZE;

/** Where there are registers, first and last; elsewhere is what reads as zero. */
const banks: readonly (readonly [first: number, last: number])[] = [
  [GOTGCTL, 0x06c],
  [HPTXFSIZ, HPTXFSIZ],
  [HCFG, HPRT0],
  [HCCHAR, CHANNELS_END - 4],
  [0xe00, 0xe04], // PCGCTL, PCGCCTL1
];
/** By offset, 1 where there is one: drivers touch them tens of thousands of times a second. */
const there = new Uint8Array(0x1000);
for (const [first, last] of banks) there.fill(1, first, last + 1);
export const isRegister = (offset: number): boolean => there[offset] !== 0;

/** GOTGCTL's bits that only the controller sets and clears. */
const GOTGCTL_READ_ONLY = (0x1f << 22) | (0xf << 16) | (1 << 8) | (1 << 0);
export const GAHBCFG_GLBL_INTR_EN = 1 << 0;
const GRSTCTL_AHBIDLE = 2 ** 31;
const GRSTCTL_DMAREQ = 1 << 30;
/** Resets and flushes, which are over when they are looked at. */
export const GRSTCTL_SELF_CLEARING = 0x3f;
export const GINTSTS_HCHINT = 1 << 25;
export const GINTSTS_PRTINT = 1 << 24;
export const GINTSTS_SOF = 1 << 3;
/** Those that go with what they tell of; the others are cleared by writing them. */
const GINTSTS_READ_ONLY =
  (1 << 26) | GINTSTS_HCHINT | GINTSTS_PRTINT | (3 << 18) | (3 << 6) | (3 << 4) | (1 << 2) | (1 << 0);

/** HPRT0: speed of what is connected. */
export const HPRT0_SPD = 3 << 17;
export const HPRT0_SPD_FULL = 1 << 17;
export const HPRT0_RST = 1 << 8;
export const HPRT0_SUSP = 1 << 7;
export const HPRT0_RES = 1 << 6;
const HPRT0_OVRCURRCHG = 1 << 5;
export const HPRT0_ENACHG = 1 << 3;
export const HPRT0_ENA = 1 << 2;
export const HPRT0_CONNDET = 1 << 1;
export const HPRT0_CONNSTS = 1 << 0;
export const HPRT0_CHANGES = HPRT0_OVRCURRCHG | HPRT0_ENACHG | HPRT0_CONNDET;
const HPRT0_WRITE_CLEARS = HPRT0_CHANGES | HPRT0_ENA;
/** Speed, levels of the lines, overcurrent, connection; suspend and resume, which end by themselves. */
const HPRT0_KEPT = HPRT0_SPD | (3 << 10) | (1 << 4) | HPRT0_CONNSTS | HPRT0_SUSP | HPRT0_RES;

export const HCCHAR_CHENA = 2 ** 31;
export const HCCHAR_CHDIS = 1 << 30;
const HCCHAR_EPDIR_IN = 1 << 15;
const TYPE_CONTROL = 0;
const TYPE_BULK = 2;
const PID_SETUP = 3;

export const HCINT_XFERCOMPL = 1 << 0;
export const HCINT_CHHLTD = 1 << 1;
export const HCINT_STALL = 1 << 3;
export const HCINT_NAK = 1 << 4;
export const HCINT_XACTERR = 1 << 7;
export const HCINT_BBLERR = 1 << 8;
export const HCINT_ALL = 0x3fff;
const CHANNELS_ALL = 0xffff;

/** What HCCHAR says of a channel. */
export interface Characteristics {
  readonly device: number;
  readonly endpoint: number;
  readonly isIn: boolean;
  /** Whether a device that is not ready is asked again without telling it as the end. */
  readonly isRetried: boolean;
  readonly isControl: boolean;
  readonly maxPacketSize: number;
}
export const characteristics = (hcchar: number): Characteristics => {
  const type = (hcchar >>> 18) & 3;
  return {
    device: (hcchar >>> 22) & 0x7f,
    endpoint: (hcchar >>> 11) & 0xf,
    isIn: (hcchar & HCCHAR_EPDIR_IN) !== 0,
    isRetried: type === TYPE_CONTROL || type === TYPE_BULK,
    isControl: type === TYPE_CONTROL,
    maxPacketSize: hcchar & 0x7ff,
  };
};

const SIZE_MASK = 0x7_ffff;
const PACKETS_SHIFT = 19;
const PACKETS_MASK = 0x3ff;
/** What HCTSIZ says is left. */
export const transferSize = (hctsiz: number) => ({
  bytes: hctsiz & SIZE_MASK,
  packets: (hctsiz >>> PACKETS_SHIFT) & PACKETS_MASK,
  isSetup: ((hctsiz >>> 29) & 3) === PID_SETUP,
});
export const withTransferSize = (hctsiz: number, bytes: number, packets: number): number =>
  ((hctsiz & (7 << 29)) | (packets << PACKETS_SHIFT) | bytes) >>> 0;

export const atReset: readonly (readonly [offset: number, value: number])[] = [
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

/** What becomes of a register, from what it is and what is written to it. */
type Rule = (old: number, value: number) => number;

/** Of those that do not just take what is written. */
export const rules: ReadonlyMap<number, Rule> = new Map<number, Rule>([
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

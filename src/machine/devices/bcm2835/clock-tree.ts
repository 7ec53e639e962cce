/**
 * The clocks of the BCM2835 as far as their manager's registers tell of them: an oscillator feeds five PLLs, each of them
 * some channels, and each clock (a *mux*) chooses one of the channels. Linux, drivers/clk/bcm/clk-bcm2835.c; what the
 * registers are at reset are the figures of QEMU 7.2, which were read from a Raspberry Pi 3 Model B.
 */

/** Byte offsets of registers in the clock manager. */
interface Pll {
  /** Resets it, and holds its channels. */
  readonly cm: number;
  readonly ctrl: number;
  readonly ana: number;
  readonly frac: number;
  /** The bit in the second of its four analog registers by which the feedback is halved. */
  readonly prediv: number;
  /** Its bit in CM_LOCK. */
  readonly lock: number;
}

export const plls = {
  A: { cm: 0x104, ctrl: 0x1100, ana: 0x1010, frac: 0x1200, prediv: 1 << 14, lock: 1 << 8 },
  C: { cm: 0x108, ctrl: 0x1120, ana: 0x1030, frac: 0x1220, prediv: 1 << 14, lock: 1 << 10 },
  D: { cm: 0x10c, ctrl: 0x1140, ana: 0x1050, frac: 0x1240, prediv: 1 << 14, lock: 1 << 11 },
  H: { cm: 0x110, ctrl: 0x1160, ana: 0x1070, frac: 0x1260, prediv: 1 << 11, lock: 1 << 12 },
  B: { cm: 0x170, ctrl: 0x11e0, ana: 0x10f0, frac: 0x12e0, prediv: 1 << 14, lock: 1 << 9 },
} as const satisfies Readonly<Record<string, Pll>>;
export type PllName = keyof typeof plls;

interface Channel {
  readonly pll: PllName;
  /** The bit in the PLL's `cm` that holds it; 0 if none does. */
  readonly hold: number;
  readonly ctrl: number;
}

/** Those that a mux can choose. */
export const channels = {
  A_DSI0: { pll: 'A', hold: 1 << 1, ctrl: 0x1300 },
  A_CORE: { pll: 'A', hold: 1 << 5, ctrl: 0x1400 },
  A_PER: { pll: 'A', hold: 1 << 7, ctrl: 0x1500 },
  C_CORE0: { pll: 'C', hold: 1 << 1, ctrl: 0x1620 },
  C_CORE1: { pll: 'C', hold: 1 << 3, ctrl: 0x1420 },
  C_CORE2: { pll: 'C', hold: 1 << 5, ctrl: 0x1320 },
  C_PER: { pll: 'C', hold: 1 << 7, ctrl: 0x1520 },
  D_DSI0: { pll: 'D', hold: 1 << 1, ctrl: 0x1340 },
  D_CORE: { pll: 'D', hold: 1 << 5, ctrl: 0x1440 },
  D_PER: { pll: 'D', hold: 1 << 7, ctrl: 0x1540 },
  H_AUX: { pll: 'H', hold: 0, ctrl: 0x1360 },
} as const satisfies Readonly<Record<string, Channel>>;
export type ChannelName = keyof typeof channels;

/** Chooses which of the two DSI0 channels a mux gets. */
export const DSI0HSCK = 0x120;
export const DSI0HSCK_SELPLLD = 1 << 0;

/** What a mux gets from its sources 4 to 9; the first four are ground, the oscillator and two test clocks. */
export type Source = ChannelName | 'DSI0';
export const FIRST_SOURCE = 4;
const core: readonly Source[] = ['A_CORE', 'C_CORE0', 'D_CORE', 'H_AUX', 'C_CORE1', 'C_CORE2'];
const periph: readonly Source[] = ['A_PER', 'C_PER', 'D_PER'];
const dsi0: readonly Source[] = ['DSI0'];
const none: readonly Source[] = [];

/** The muxes by the offset of their control register, in which the one for the divider follows. */
export const muxes: ReadonlyMap<number, readonly Source[]> = new Map([
  [0x000, none], // GNRIC
  [0x008, core], // VPU
  [0x010, none], // SYS
  [0x018, none], // PERIA
  [0x020, none], // PERII
  [0x028, core], // H264
  [0x030, core], // ISP
  [0x038, core], // V3D
  [0x040, periph], // CAM0
  [0x048, periph], // CAM1
  [0x050, none], // CCP2
  [0x058, dsi0], // DSI0E
  [0x060, dsi0], // DSI0P
  [0x068, periph], // DPI
  [0x070, periph], // GP0
  [0x078, periph], // GP1
  [0x080, periph], // GP2
  [0x088, periph], // HSM
  [0x090, none], // OTP
  [0x098, periph], // PCM
  [0x0a0, periph], // PWM
  [0x0a8, periph], // SLIM
  [0x0b0, periph], // SMI
  [0x0c8, none], // TEC
  [0x0d0, none], // TD0
  [0x0d8, none], // TD1
  [0x0e0, none], // TSENS
  [0x0e8, none], // TIMER
  [0x0f0, periph], // UART
  [0x0f8, periph], // VEC
  [0x190, none], // PULSE
  [0x1a8, core], // SDC
  [0x1b0, none], // ARM
  [0x1b8, periph], // AVEO
  [0x1c0, periph], // EMMC
  [0x1d0, none], // EMMC2
]);

/** Registers that are not zero at reset: words from an offset on. */
export const atReset: readonly (readonly [offset: number, ...words: number[]])[] = [
  // Control and divider of a clock.
  [0x008, 0x245, 0x3000], // VPU
  [0x028, 0x244, 0x3000], // H264
  [0x030, 0x244, 0x3000], // ISP
  [0x070, 0x200], // GP0
  [0x078, 0x96, 0x1_4000], // GP1
  [0x080, 0x291, 0x24_9f00], // GP2
  [0x090, 0x91, 0x4000], // OTP
  [0x098, 0x200], // PCM
  [0x0a0, 0x200], // PWM
  [0x0a8, 0x200], // SLIM
  [0x0e0, 0x91, 0xa000], // TSENS
  [0x0e8, 0x291, 0x1_3333], // TIMER
  [0x0f0, 0x296, 0xa6ab], // UART
  [0x0f8, 0x97, 0x2000], // VEC
  [0x1a8, 0x4006, 0x3000], // SDC
  [0x1c0, 0x295, 0x6000], // EMMC
  // PLLs.
  [plls.A.cm, 0x8a, 0x228, 0x20a], // A, C, D
  [plls.A.ctrl, 0x2_103a],
  [plls.C.ctrl, 0x2_103e],
  [plls.D.ctrl, 0x2_1034],
  [plls.H.ctrl, 0x2_102d],
  [plls.A.ana, 0, 0x14_4000, 0, 0x100],
  [plls.C.ana, 0, 0x14_4000, 0, 0x100],
  [plls.D.ana, 0, 0x14_4000, 0, 0x100],
  [plls.H.ana, 0x90_0000, 0xc],
  [plls.A.frac, 0x9_8000],
  [plls.C.frac, 0x8_0000],
  [plls.D.frac, 0x1_5556],
  // Channels.
  [channels.A_DSI0.ctrl, 0x100],
  [channels.A_CORE.ctrl, 3],
  [0x1600, 0x100], // CCP2 of PLL A
  [channels.C_CORE2.ctrl, 0x100],
  [channels.C_CORE1.ctrl, 0x100],
  [channels.C_PER.ctrl, 2],
  [channels.C_CORE0.ctrl, 2],
  [channels.D_DSI0.ctrl, 0x100],
  [channels.D_CORE.ctrl, 4],
  [channels.D_PER.ctrl, 4],
  [0x1640, 0x100], // DSI1 of PLL D
  [channels.H_AUX.ctrl, 4],
];

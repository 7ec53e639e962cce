/**
 * Board `raspi3b`: what lies where, and which interrupt each device has, as in QEMU 7.2. Broadcom, "BCM2835 ARM
 * Peripherals", chapters 1.2 and 7, with the peripherals where the BCM2837 has them; "BCM2836 ARM-local peripherals".
 */

const KiB = 2 ** 10;
const MiB = 2 ** 20;
const GiB = 2 ** 30;

export const RAM_SIZE = GiB;
/** The top of RAM is the GPU's. */
export const VIDEO_RAM = { base: 0x3c00_0000, size: 64 * MiB } as const;

/** Where the cores see the peripherals, and where the GPU's bus has them. */
export const PERIPHERALS = { base: 0x3f00_0000, size: 16 * MiB, gpuBase: 0x7e00_0000 } as const;

/** Within the peripherals; RAM is in the gaps between them. */
export const MAP = {
  SYSTEM_TIMER: { base: 0x3f00_3000, size: 0x20 },
  MPHI: { base: 0x3f00_6000, size: 4 * KiB },
  DMA: { base: 0x3f00_7000, size: 4 * KiB },
  INTERRUPTS: { base: 0x3f00_b200, size: 0x200 },
  MAILBOX: { base: 0x3f00_b800, size: 0x400 },
  POWER: { base: 0x3f10_0000, size: 0x200 },
  CPRMAN: { base: 0x3f10_1000, size: 8 * KiB },
  RNG: { base: 0x3f10_4000, size: 0x10 },
  GPIO: { base: 0x3f20_0000, size: 4 * KiB },
  UART0: { base: 0x3f20_1000, size: 4 * KiB },
  SDHOST: { base: 0x3f20_2000, size: 4 * KiB },
  THERMAL: { base: 0x3f21_2000, size: 8 },
  AUX: { base: 0x3f21_5000, size: 0x100 },
  SDHCI: { base: 0x3f30_0000, size: 0x100 },
  DWC2: { base: 0x3f98_0000, size: 4 * KiB },
  DWC2_FIFO: { base: 0x3f98_1000, size: 64 * KiB },
  DMA15: { base: 0x3fe0_5000, size: 0x100 },
} as const;

/** Peripherals that QEMU only keeps the place of: they read as zero. */
export const UNIMPLEMENTED = {
  txp: { base: 0x3f00_4000, size: 4 * KiB },
  sp804: { base: 0x3f00_b400, size: 0x40 },
  i2s: { base: 0x3f20_3000, size: 0x100 },
  spi0: { base: 0x3f20_4000, size: 0x20 },
  i2c0: { base: 0x3f20_5000, size: 0x20 },
  otp: { base: 0x3f20_f000, size: 0x80 },
  spis: { base: 0x3f21_4000, size: 0x100 },
  smi: { base: 0x3f60_0000, size: 0x100 },
  i2c1: { base: 0x3f80_4000, size: 0x20 },
  i2c2: { base: 0x3f80_5000, size: 0x20 },
  dbus: { base: 0x3f90_0000, size: 32 * KiB },
  ave0: { base: 0x3f91_0000, size: 32 * KiB },
  v3d: { base: 0x3fc0_0000, size: 4 * KiB },
  sdramc: { base: 0x3fe0_0000, size: 0x100 },
} as const;

/** The cores' own block, which the GPU does not see. */
export const LOCAL_CONTROL = 0x4000_0000;

/** Inputs of the ARM interrupt controller that come from the GPU's peripherals; section 7.5. */
export const GPU_INTERRUPT = {
  SYSTEM_TIMER: 0, // 0 to 3, one for each compare register
  USB: 9,
  DMA: 16, // 16 to 27, the last one of several channels
  AUX: 29,
  HOSTPORT: 32,
  SDHOST: 56,
  UART0: 57,
  SDHCI: 62,
} as const;

/** Its inputs from the ARM's own peripherals. */
export const ARM_INTERRUPT = { TIMER: 0, MAILBOX: 1 } as const;

export const DMA_INTERRUPTS = 12;

/** What the GPU's firmware tells of the board: a 3 Model B, and an Ethernet address, as QEMU's without options. */
export const BOARD_REVISION = 0xa0_2082;
export const MAC = '52:54:00:12:34:57';

export const CORES = 4;
/** The system counter, Hz. */
export const COUNTER_FREQUENCY = 62_500_000;

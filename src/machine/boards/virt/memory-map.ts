/** Board `virt`: what lies where, and which interrupt each device has, as in QEMU 7.2. */

const KiB = 2 ** 10;
const MiB = 2 ** 20;
const GiB = 2 ** 30;

export const MAP = {
  FLASH: { base: 0x0000_0000, size: 128 * MiB }, // two banks of 64 MiB
  GIC_DIST: { base: 0x0800_0000, size: 64 * KiB },
  GIC_CPU: { base: 0x0801_0000, size: 64 * KiB },
  GIC_V2M: { base: 0x0802_0000, size: 4 * KiB },
  GIC_HYP: { base: 0x0803_0000, size: 64 * KiB },
  GIC_VCPU: { base: 0x0804_0000, size: 64 * KiB },
  UART: { base: 0x0900_0000, size: 4 * KiB },
  RTC: { base: 0x0901_0000, size: 4 * KiB },
  FW_CFG: { base: 0x0902_0000, size: 24 },
  GPIO: { base: 0x0903_0000, size: 4 * KiB },
  SECURE_UART: { base: 0x0904_0000, size: 4 * KiB },
  SECURE_GPIO: { base: 0x090b_0000, size: 4 * KiB },
  VIRTIO: { base: 0x0a00_0000, size: 512 }, // each of 32 transports
  PLATFORM_BUS: { base: 0x0c00_0000, size: 32 * MiB },
  SECURE_RAM: { base: 0x0e00_0000, size: 16 * MiB },
  PCIE_MMIO: { base: 0x1000_0000, size: 0x2eff_0000 },
  PCIE_PIO: { base: 0x3eff_0000, size: 64 * KiB },
  RAM: { base: 0x4000_0000, size: 3 * GiB }, // at most; the size is chosen
  PCIE_ECAM: { base: 0x40_1000_0000, size: 256 * MiB },
  PCIE_MMIO_HIGH: { base: 0x80_0000_0000, size: 512 * GiB },
} as const;

/** Shared peripheral interrupts, by number within the SPIs (INTID - 32). */
export const SPI = {
  SECURE_GPIO: 0, // QEMU gives it none of its own
  UART: 1,
  RTC: 2,
  PCIE: 3, // INTA to INTD: 3 to 6
  GPIO: 7,
  SECURE_UART: 8,
  VIRTIO: 16, // 16 to 47
  GIC_V2M: 48, // 48 to 111
} as const;

/** Private peripheral interrupts, by number within the PPIs (INTID - 16). */
export const PPI = {
  PMU: 7,
  GIC_MAINTENANCE: 9,
  TIMER_HYPERVISOR: 10,
  TIMER_VIRTUAL: 11,
  TIMER_SECURE: 13,
  TIMER_PHYSICAL: 14,
} as const;

export const VIRTIO_TRANSPORTS = 32;
export const GIC_SPIS = 256;
export const V2M_SPIS = 64;
/** The GPIO pin of the poweroff key. */
export const POWEROFF_PIN = 3;
/** Those of the Secure GPIO that switch the machine off, and reset it. */
export const SECURE_PIN = { POWEROFF: 0, RESET: 1 } as const;
export const MAX_CORES = 8;
/** The system counter, Hz. */
export const COUNTER_FREQUENCY = 62_500_000;
/** The bus clock in the devicetree, Hz. */
export const APB_CLOCK = 24_000_000;

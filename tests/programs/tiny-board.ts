/**
 * A board that is unlike `virt` in everything that a board says: RAM from address 0 with the devices over its top,
 * two serial ports, private interrupts with other numbers, a counter of 19.2 MHz, no PSCI but a register that switches
 * off, no devicetree, and cores that all start at once.
 */
import { nothing } from '../../src/engine/index.js';
import { DeviceBoard } from '../../src/machine/boards/device-board.js';
import type { Device } from '../../src/machine/device.js';
import { Pl011 } from '../../src/machine/devices/pl011.js';
import { Gicv2 } from '../../src/machine/interrupts/gicv2/gicv2.js';
import type {
  Board,
  BoardKind,
  BoardOptions,
  BoardState,
  KernelDevices,
  Program,
  StartUp,
} from '../../src/machine/index.js';

const MiB = 2 ** 20;
const RAM_SIZE = 64 * MiB;

export const TINY = {
  /** Bytes of RAM that are a program's; the rest is the devices'. */
  RAM: 48 * MiB,
  KERNEL: 0x1_0000,
  POWER: 0x3f0_0000,
  UART0: 0x3f1_0200,
  UART1: 0x3f1_1200,
  GIC_DIST: 0x3f2_0000,
  GIC_CPU: 0x3f3_0000,
} as const;

/** Private interrupts by INTID, and shared ones by number within the SPIs. */
export const TINY_TIMER = { physical: 18, virtual: 20, hypervisor: 21, secure: 23 } as const;
const PMU = 22;
const UART0_SPI = 9;
const UART1_SPI = 30;

export const tiny: BoardKind = {
  name: 'tiny',
  description: 'a board for tests',
  cores: { least: 1, most: 2, usual: 2 },
  ram: { base: 0, least: RAM_SIZE, most: RAM_SIZE, usual: RAM_SIZE },
  levels: [1],
  counterFrequency: 19_200_000,
  peripheralBase: TINY.GIC_DIST,
  build: (options) => new TinyBoard(options),
};

/** A word: 1 switches the machine off, 2 resets it. */
function powerRegister({
  systemOff,
  systemReset,
}: Record<'systemOff' | 'systemReset', () => void>): Device<null> {
  return {
    name: 'power',
    size: 4,
    read: () => 0,
    write: (_offset, _size, value) => (value === 1 ? systemOff() : value === 2 ? systemReset() : undefined),
    shape: nothing,
    save: () => null,
    load: () => undefined,
  };
}

class TinyBoard extends DeviceBoard implements Board {
  readonly name = tiny.name;
  readonly cores: number;
  readonly hypervisor = false;
  readonly secure = false;
  readonly interrupts: Gicv2;
  readonly coreOutputs: Board['coreOutputs'];
  readonly serialPorts: readonly [Pl011, Pl011];
  readonly ram = { base: 0, size: TINY.RAM };
  readonly flash = [];
  readonly placement = { reserved: 0x1000, kernel: TINY.KERNEL, ramdisk: 16 * MiB };
  readonly psci = undefined;
  readonly kernelDevices: KernelDevices = {
    platform: { vendor: 7, product: 9, name: 'tiny' },
    interrupts: { kind: 'gicv2', distributor: TINY.GIC_DIST, cpuInterface: TINY.GIC_CPU },
    uart: { kind: 'pl011', base: TINY.UART0, interrupt: 32 + UART0_SPI },
    timer: { interrupt: TINY_TIMER.physical, virtualInterrupt: TINY_TIMER.virtual },
    rtc: undefined,
    peripherals: [{ base: TINY.RAM, size: RAM_SIZE - TINY.RAM }],
  };
  private readonly atPowerOn: BoardState['devices'];

  constructor({ cores, ram, coreInputs, power }: BoardOptions) {
    super();
    this.cores = cores;
    const { bus } = this;
    const gic = new Gicv2({ cores, spis: 32, initiator: () => bus.initiator, outputs: coreInputs });
    this.interrupts = gic;
    this.coreOutputs = Array.from({ length: cores }, (_, core) => ({
      timers: {
        physical: gic.ppi(core, TINY_TIMER.physical - 16),
        virtual: gic.ppi(core, TINY_TIMER.virtual - 16),
        hypervisor: gic.ppi(core, TINY_TIMER.hypervisor - 16),
        secure: gic.ppi(core, TINY_TIMER.secure - 16),
      },
      pmu: gic.ppi(core, PMU - 16),
    }));
    this.serialPorts = [new Pl011('uart0', gic.spi(UART0_SPI)), new Pl011('uart1', gic.spi(UART1_SPI))];
    bus.attachRam(0, ram);
    const off = { systemOff: () => power.systemOff(), systemReset: () => power.systemReset() };
    bus.attach(TINY.POWER, powerRegister(off));
    bus.attach(TINY.UART0, this.serialPorts[0]);
    bus.attach(TINY.UART1, this.serialPorts[1]);
    bus.attach(TINY.GIC_DIST, gic.distributor);
    bus.attach(TINY.GIC_CPU, gic.cpuInterface);
    this.atPowerOn = bus.save();
  }

  entryLevel(): 1 {
    return 1;
  }
  deviceTree(): undefined {
    return undefined;
  }
  /** Every core at the program's entry, whatever kind of program it is. */
  startUp({ entry, argument }: Program): StartUp {
    const start = { powered: true, pc: entry, el: 1, x0: argument } as const;
    return { code: [], cores: Array.from({ length: this.cores }, () => start) };
  }
  reset(): void {
    this.bus.load(this.atPowerOn);
  }
}

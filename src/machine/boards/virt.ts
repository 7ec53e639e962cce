/**
 * Board `virt`, QEMU 7.2's `-M virt,gic-version=2`: one to eight cores, RAM at 1 GiB, and just the devices that
 * a Linux kernel finds through the devicetree.
 *
 * The cores are not here: whoever runs them gives the wires to their interrupt inputs, takes the wires of their
 * timers, and answers PSCI.
 */
import { PhysicalMap, type Ram } from '../bus.js';
import { Clock } from '../clock.js';
import { CfiFlash } from '../devices/cfi-flash.js';
import { FwCfg } from '../devices/fw-cfg.js';
import { PcieHost } from '../devices/pcie-host.js';
import { Pl011 } from '../devices/pl011.js';
import { Pl031 } from '../devices/pl031.js';
import { Pl061 } from '../devices/pl061.js';
import { UnmappedWindow } from '../devices/unmapped-window.js';
import { VirtioMmio } from '../devices/virtio-mmio.js';
import type { Line, PlainData, Snapshotable } from '../device.js';
import type { DeviceTreeNode } from '../devicetree.js';
import { Gicv2, type CoreInputs } from '../gicv2/gicv2.js';
import { Gicv2m } from '../gicv2/gicv2m.js';
import { virtDeviceTree } from './virt-devicetree.js';
import {
  GIC_SPIS,
  MAP,
  MAX_CORES,
  POWEROFF_PIN,
  PPI,
  SPI,
  V2M_SPIS,
  VIRTIO_TRANSPORTS,
} from './virt-memory-map.js';

export interface VirtOptions {
  /** 1 to 8. */
  cores: number;
  /** The board's memory, at 0x4000_0000; at most 3 GiB, a multiple of 4 KiB. */
  ram: Ram;
  /** Whether the cores start at EL2 (QEMU's `virtualization=on`). */
  hypervisor: boolean;
  /** The cores' name in the devicetree binding, for example `arm,cortex-a53`. */
  cpuCompatible: string;
  /** What the real time clock shows at the start, in seconds since 1970. */
  epoch: number;
  /** The cores' interrupt inputs. */
  coreInputs: CoreInputs;
  /** Hears every byte that the guest sends to the UART. */
  transmit?: (byte: number) => void;
}

/** The interrupt wires that come out of one core. */
export interface CoreOutputs {
  readonly physicalTimer: Line;
  readonly virtualTimer: Line;
  readonly hypervisorTimer: Line;
  readonly pmu: Line;
}

const KEPT_OVER_RESET = ['flash0', 'flash1', 'rtc'];

/** A board that cannot be built as asked. */
export class BoardError extends Error {
  override readonly name = 'BoardError';
}

export class VirtBoard implements Snapshotable<{ clock: PlainData; devices: { [name: string]: PlainData } }> {
  readonly name = 'virt';
  readonly bus = new PhysicalMap();
  readonly clock = new Clock();
  readonly cores: number;
  readonly hypervisor: boolean;
  readonly ramBase = MAP.RAM.base;
  readonly ramSize: number;
  readonly uart: Pl011;
  readonly gic: Gicv2;
  /** The interrupt wires of each core, to be driven by whoever runs it. */
  readonly coreOutputs: readonly CoreOutputs[];
  private readonly gpio: Pl061;
  private readonly cpuCompatible: string;
  private readonly powerOnState: { [name: string]: PlainData };

  /** Throws BoardError if the cores or the RAM are not what the board can have. */
  constructor(options: VirtOptions) {
    const { cores, ram, hypervisor, epoch, coreInputs } = options;
    checkLimits(cores, ram.size);
    this.cores = cores;
    this.hypervisor = hypervisor;
    this.ramSize = ram.size;
    this.cpuCompatible = options.cpuCompatible;

    const { bus, clock } = this;
    const initiator = () => bus.initiator;
    this.gic = new Gicv2({
      cores,
      spis: GIC_SPIS,
      initiator,
      outputs: coreInputs,
      ...(hypervisor ? { virtualization: { maintenancePpi: PPI.GIC_MAINTENANCE } } : {}),
    });
    const { gic } = this;
    this.coreOutputs = Array.from({ length: cores }, (_, core) => ({
      physicalTimer: gic.ppi(core, PPI.TIMER_PHYSICAL),
      virtualTimer: gic.ppi(core, PPI.TIMER_VIRTUAL),
      hypervisorTimer: gic.ppi(core, PPI.TIMER_HYPERVISOR),
      pmu: gic.ppi(core, PPI.PMU),
    }));

    const flashBank = MAP.FLASH.size / 2;
    bus.attach(MAP.FLASH.base, new CfiFlash('flash0', flashBank));
    bus.attach(MAP.FLASH.base + flashBank, new CfiFlash('flash1', flashBank));

    bus.attach(MAP.GIC_DIST.base, gic.distributor);
    bus.attach(MAP.GIC_CPU.base, gic.cpuInterface);
    if (gic.virtual !== undefined) {
      bus.attach(MAP.GIC_HYP.base, gic.virtual.control);
      bus.attach(MAP.GIC_VCPU.base, gic.virtual.cpuInterface);
    }
    const messages = Array.from({ length: V2M_SPIS }, (_, i) => gic.spi(SPI.GIC_V2M + i));
    bus.attach(MAP.GIC_V2M.base, new Gicv2m('gicv2m', SPI.GIC_V2M, messages));

    this.uart = new Pl011('uart0', gic.spi(SPI.UART), options.transmit);
    bus.attach(MAP.UART.base, this.uart);
    bus.attach(MAP.RTC.base, new Pl031('rtc', gic.spi(SPI.RTC), clock, epoch));
    bus.attach(MAP.FW_CFG.base, new FwCfg('fw-cfg', cores, bus));
    this.gpio = new Pl061('gpio', gic.spi(SPI.GPIO));
    bus.attach(MAP.GPIO.base, this.gpio);

    for (let i = 0; i < VIRTIO_TRANSPORTS; i++) {
      bus.attach(MAP.VIRTIO.base + i * MAP.VIRTIO.size, new VirtioMmio(`virtio-mmio${i}`));
    }

    bus.attach(MAP.PCIE_MMIO.base, new UnmappedWindow('pcie-mmio', MAP.PCIE_MMIO.size));
    bus.attach(MAP.PCIE_PIO.base, new UnmappedWindow('pcie-pio', MAP.PCIE_PIO.size));
    bus.attachRam(MAP.RAM.base, ram);
    bus.attach(MAP.PCIE_ECAM.base, new PcieHost('pcie-ecam', MAP.PCIE_ECAM.size));
    bus.attach(MAP.PCIE_MMIO_HIGH.base, new UnmappedWindow('pcie-mmio-high', MAP.PCIE_MMIO_HIGH.size));

    this.powerOnState = bus.save();
  }

  /** The devicetree that describes this board; /chosen has only the console in it. */
  deviceTree(): DeviceTreeNode {
    const { cores, ramSize, hypervisor, cpuCompatible } = this;
    return virtDeviceTree({ cores, ramSize, hypervisor, cpuCompatible });
  }

  /** Presses and releases the poweroff key. */
  pressPowerButton(): void {
    const pin = this.gpio.pin(POWEROFF_PIN);
    pin.set(true);
    pin.set(false);
  }

  /**
   * Puts every device back to its state at power-on. Flash and the RTC keep theirs, RAM is not touched, and the
   * wires from the cores keep their levels.
   */
  reset(): void {
    const { distributor } = this.gic;
    for (const device of this.bus.devices) {
      if (KEPT_OVER_RESET.includes(device.name) || device === distributor) continue;
      device.load(this.powerOnState[device.name]);
    }
    // Last, when every device has lowered its interrupt.
    this.gic.resetDistributor();
  }

  save(): { clock: PlainData; devices: { [name: string]: PlainData } } {
    return { clock: this.clock.save(), devices: this.bus.save() };
  }

  load(state: { clock: PlainData; devices: { [name: string]: PlainData } }): void {
    this.bus.load(state.devices);
    this.clock.load(state.clock as ReturnType<Clock['save']>);
  }
}

/** Throws BoardError if the board cannot have so many cores or bytes of RAM. */
export function checkLimits(cores: number, ramSize: number): void {
  if (!Number.isInteger(cores) || cores < 1 || cores > MAX_CORES) {
    throw new BoardError(`board virt: ${cores} cores asked for, it has 1 to ${MAX_CORES}`);
  }
  if (ramSize <= 0 || ramSize > MAP.RAM.size || ramSize % 4096 !== 0) {
    throw new BoardError(
      `board virt: ${ramSize} bytes of RAM asked for, expected a multiple of 4096 up to ${MAP.RAM.size}`,
    );
  }
}

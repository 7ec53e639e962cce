/**
 * Board `virt`, QEMU 7.2's `-M virt,gic-version=2`: one to eight cores, RAM at 1 GiB, and just the devices that
 * a Linux kernel finds through the devicetree. With cores that have EL3, `secure=on`: `secure.ts`.
 *
 * The cores are not here: whoever runs them gives the wires to their interrupt inputs, takes the wires of their
 * timers, and answers PSCI.
 */
import { SECURE_SPACE, type Level } from '../../../engine/index.js';
import type { CoreOutputs } from '../../core-wires.js';
import { CfiFlash } from '../../devices/cfi-flash.js';
import { FwCfg } from '../../devices/fw-cfg.js';
import { PcieHost } from '../../devices/pcie-host.js';
import { Pl011 } from '../../devices/pl011.js';
import { Pl031 } from '../../devices/pl031.js';
import { Pl061 } from '../../devices/pl061.js';
import { UnmappedWindow } from '../../devices/unmapped-window.js';
import { VirtioMmio } from '../../devices/virtio-mmio.js';
import type { DeviceTreeNode } from '../../devicetree.js';
import { busMaster } from '../../dma.js';
import { Gicv2 } from '../../interrupts/gicv2/gicv2.js';
import { PRIVATE_INTERRUPTS, SGIS } from '../../interrupts/gicv2/interrupt-table.js';
import { Gicv2m } from '../../interrupts/gicv2/gicv2m.js';
import { psciAbove, type Conduit } from '../../psci/psci.js';
import type {
  Board,
  BoardKind,
  BoardOptions,
  BoardState,
  KernelDevices,
  Program,
  StartUp,
} from '../board.js';
import { DeviceBoard } from '../device-board.js';
import { qemuPlacement } from '../placement.js';
import { resetStub } from '../reset-stub.js';
import { virtDeviceTree } from './devicetree.js';
import { attachSecureDevices } from './secure.js';
import {
  COUNTER_FREQUENCY,
  GIC_SPIS,
  MAP,
  MAX_CORES,
  POWEROFF_PIN,
  PPI,
  SPI,
  V2M_SPIS,
  VIRTIO_TRANSPORTS,
} from './memory-map.js';

/** What Zircon's drivers know it by. */
const PLATFORM = { vendor: 1, product: 1, name: 'qemu' } as const;

export const virt: BoardKind = {
  name: 'virt',
  description: "QEMU's virtual board: GICv2, PL011, PL031, PSCI, generated devicetree",
  cores: { least: 1, most: MAX_CORES, usual: 1 },
  ram: { base: MAP.RAM.base, least: 2 ** 16, most: MAP.RAM.size, usual: 2 ** 30 },
  secureRam: MAP.SECURE_RAM,
  levels: [2, 1, 3],
  counterFrequency: COUNTER_FREQUENCY,
  peripheralBase: MAP.GIC_DIST.base,
  build: (options) => new VirtBoard(options),
};

export class VirtBoard extends DeviceBoard implements Board {
  readonly name = virt.name;
  readonly cores: number;
  readonly hypervisor: boolean;
  readonly secure: boolean;
  readonly ram: Board['ram'];
  readonly flash: Board['flash'];
  readonly placement: Board['placement'];
  /** By HVC at EL1; at EL2 by SMC, as if there were an EL3, or software there. */
  readonly psci: Conduit;
  readonly kernelDevices: KernelDevices = {
    platform: PLATFORM,
    interrupts: {
      kind: 'gicv2',
      distributor: MAP.GIC_DIST.base,
      cpuInterface: MAP.GIC_CPU.base,
      virtualization: { control: MAP.GIC_HYP.base, cpuInterface: MAP.GIC_VCPU.base },
      messages: MAP.GIC_V2M.base,
    },
    uart: { kind: 'pl011', base: MAP.UART.base, interrupt: PRIVATE_INTERRUPTS + SPI.UART },
    timer: {
      interrupt: SGIS + PPI.TIMER_PHYSICAL,
      virtualInterrupt: SGIS + PPI.TIMER_VIRTUAL,
    },
    rtc: { kind: 'pl031', base: MAP.RTC.base },
    peripherals: [{ base: MAP.FLASH.base, size: MAP.RAM.base - MAP.FLASH.base }],
  };
  readonly interrupts: Gicv2;
  readonly coreOutputs: readonly CoreOutputs[];
  readonly serialPorts: readonly [Pl011, ...Pl011[]];
  readonly linuxConsoles = ['ttyAMA0'];
  private readonly banks: readonly CfiFlash[];
  private readonly gpio: Pl061;
  private readonly cpuCompatible: string;
  private readonly rtc: Pl031;
  private readonly powerOnState: BoardState['devices'];

  constructor(options: BoardOptions) {
    super();
    const { cores, ram, hypervisor, secure, epoch, coreInputs } = options;
    this.cores = cores;
    this.hypervisor = hypervisor;
    this.secure = secure;
    this.ram = { base: MAP.RAM.base, size: ram.size };
    this.psci = hypervisor ? 'smc' : 'hvc';
    this.cpuCompatible = options.cpu.compatible;

    const { bus, clock } = this;
    const initiator = () => bus.initiator;
    const security = { isSecure: () => bus.secure };
    this.interrupts = new Gicv2({
      cores,
      spis: GIC_SPIS,
      initiator,
      outputs: coreInputs,
      ...(secure ? { security } : {}),
      ...(hypervisor ? { virtualization: { maintenancePpi: PPI.GIC_MAINTENANCE } } : {}),
    });
    const gic = this.interrupts;
    this.coreOutputs = Array.from({ length: cores }, (_, core) => ({
      timers: {
        physical: gic.ppi(core, PPI.TIMER_PHYSICAL),
        virtual: gic.ppi(core, PPI.TIMER_VIRTUAL),
        hypervisor: gic.ppi(core, PPI.TIMER_HYPERVISOR),
        secure: gic.ppi(core, PPI.TIMER_SECURE),
      },
      pmu: gic.ppi(core, PPI.PMU),
    }));

    const bankSize = MAP.FLASH.size / 2;
    this.banks = [new CfiFlash('flash0', bankSize), new CfiFlash('flash1', bankSize)];
    const places = this.banks.map((_, i) => ({
      base: MAP.FLASH.base + i * bankSize + (secure && i === 0 ? SECURE_SPACE : 0),
      size: bankSize,
    }));
    // A program may go over the end of the first bank, unless that is elsewhere.
    this.flash = secure ? places : [MAP.FLASH];
    this.placement = { ...qemuPlacement, firmware: places[0] };
    this.banks.forEach((bank, i) => bus.attach(places[i].base, bank));

    bus.attach(MAP.GIC_DIST.base, gic.distributor);
    bus.attach(MAP.GIC_CPU.base, gic.cpuInterface);
    if (gic.virtual !== undefined) {
      bus.attach(MAP.GIC_HYP.base, gic.virtual.control);
      bus.attach(MAP.GIC_VCPU.base, gic.virtual.cpuInterface);
    }
    const messages = Array.from({ length: V2M_SPIS }, (_, i) => gic.spi(SPI.GIC_V2M + i));
    bus.attach(MAP.GIC_V2M.base, new Gicv2m('gicv2m', SPI.GIC_V2M, messages));

    const uart = new Pl011('uart0', gic.spi(SPI.UART));
    bus.attach(MAP.UART.base, uart);
    this.serialPorts = secure ? [uart, attachSecureDevices(bus, gic, options)] : [uart];
    this.rtc = new Pl031('rtc', gic.spi(SPI.RTC), clock, epoch);
    bus.attach(MAP.RTC.base, this.rtc);
    bus.attach(MAP.FW_CFG.base, new FwCfg('fw-cfg', cores, busMaster(bus)));
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

  /** /chosen has only the console in it. */
  deviceTree(psci: Conduit | undefined): DeviceTreeNode {
    const { cores, ram, hypervisor, secure, cpuCompatible } = this;
    return virtDeviceTree({ cores, ramSize: ram.size, hypervisor, secure, psci, cpuCompatible });
  }

  /** Linux's boot protocol knows no EL3. */
  entryLevel(byProtocol: boolean): Level {
    if (this.secure && !byProtocol) return 3;
    return this.hypervisor ? 2 : 1;
  }

  /**
   * The first core; the others wait for PSCI, where it is. A bare-metal program gets at least the devicetree in X0.
   */
  startUp({ entry, argument, byProtocol }: Program): StartUp {
    const { base } = this.ram;
    const code = { name: 'reset stub', address: base, bytes: resetStub(argument, entry) };
    const start = { pc: byProtocol ? base : entry, x0: byProtocol ? 0 : argument };
    const el = this.entryLevel(byProtocol);
    const waits = psciAbove(this.psci, el) !== undefined;
    return {
      code: byProtocol ? [code] : [],
      cores: Array.from({ length: this.cores }, (_, core) => ({
        powered: core === 0 || !waits,
        el,
        ...start,
      })),
    };
  }

  openToNonSecure(): void {
    this.interrupts.openToNonSecure();
  }

  pressPowerButton(): void {
    const pin = this.gpio.pin(POWEROFF_PIN);
    pin.set(true);
    pin.set(false);
  }

  /** Flash keeps its content and the RTC its time, and the wires from the cores keep their levels. */
  reset(): void {
    this.bus.load(this.powerOnState, [...this.banks, this.rtc, this.interrupts.distributor]);
    for (const bank of this.banks) bank.reset();
    // Last, when every device has lowered its interrupt.
    this.interrupts.resetDistributor();
  }
}

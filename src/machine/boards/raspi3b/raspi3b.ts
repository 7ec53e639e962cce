/**
 * Board `raspi3b`, the Raspberry Pi 3 Model B as QEMU 7.2 models it: four Cortex-A53, 1 GiB of RAM that is under
 * whatever has no device, the peripherals of the BCM2837, and no firmware. Broadcom, "BCM2835 ARM Peripherals";
 * "BCM2836 ARM-local peripherals" (QA7).
 */
import type { CoreOutputs } from '../../core-wires.js';
import { unconnected } from '../../device.js';
import { Aux } from '../../devices/bcm2835/aux.js';
import { Cprman } from '../../devices/bcm2835/cprman.js';
import { Gpio } from '../../devices/bcm2835/gpio.js';
import { Mphi } from '../../devices/bcm2835/mphi.js';
import { Power } from '../../devices/bcm2835/power.js';
import { Rng } from '../../devices/bcm2835/rng.js';
import { COMPARES, SystemTimer } from '../../devices/bcm2835/system-timer.js';
import { Thermal } from '../../devices/bcm2835/thermal.js';
import { DmaChannel15, DmaController } from '../../devices/bcm2835/dma/controller.js';
import { FramebufferChannel } from '../../devices/bcm2835/gpu/framebuffer-channel.js';
import { Framebuffer } from '../../devices/bcm2835/gpu/framebuffer.js';
import { Mailbox } from '../../devices/bcm2835/gpu/mailbox.js';
import { PropertyChannel } from '../../devices/bcm2835/gpu/property-channel.js';
import { Pl011 } from '../../devices/pl011.js';
import { Unimplemented } from '../../devices/unimplemented.js';
import { busMaster, type BusMaster } from '../../dma.js';
import { Bcm2836Interrupts } from '../../interrupts/bcm2836/bcm2836.js';
import { SOURCE } from '../../interrupts/bcm2836/local-control.js';
import { Sdhci, Sdhost, SdSlot } from '../../sd/index.js';
import type { NetworkSocket } from '../../network-socket.js';
import { Dwc2, MacAddresses, macBytes } from '../../usb/index.js';
import type { Board, BoardKind, BoardOptions, BoardState, Program, StartUp } from '../board.js';
import { DeviceBoard } from '../device-board.js';
import { qemuPlacement } from '../placement.js';
import { gpuBus, type GpuBus } from './gpu-bus.js';
import {
  ARM_INTERRUPT,
  BOARD_REVISION,
  CORES,
  COUNTER_FREQUENCY,
  DMA_INTERRUPTS,
  GPU_INTERRUPT,
  LOCAL_CONTROL,
  MAC,
  MAP,
  PERIPHERALS,
  RAM_SIZE,
  UNIMPLEMENTED,
  VIDEO_RAM,
} from './memory-map.js';
import { ATAGS, FIRMWARE, SECONDARY_ENTRY, startUpCode } from './start-up.js';

export const raspi3b: BoardKind = {
  name: 'raspi3b',
  description: "QEMU's Raspberry Pi 3 Model B: four cores, the BCM2837's peripherals, devicetree by --dtb",
  cores: { least: CORES, most: CORES, usual: CORES },
  ram: { base: 0, least: RAM_SIZE, most: RAM_SIZE, usual: RAM_SIZE },
  levels: [3],
  drives: ['sd'],
  usb: true,
  counterFrequency: COUNTER_FREQUENCY,
  peripheralBase: PERIPHERALS.base,
  // Small kernels that were tried on QEMU alone, and leave translation off, are full of such accesses.
  laxAlignment: true,
  build: (options) => new Raspi3b(options),
};

export class Raspi3b extends DeviceBoard implements Board {
  readonly name = raspi3b.name;
  readonly cores = CORES;
  readonly hypervisor = true;
  readonly secure = true;
  readonly ram: Board['ram'] = { base: 0, size: VIDEO_RAM.base, isFixed: true };
  readonly flash = [];
  readonly placement = { ...qemuPlacement, firmware: FIRMWARE, atags: ATAGS };
  readonly psci = undefined;
  readonly kernelDevices = undefined;
  readonly interrupts: Bcm2836Interrupts;
  readonly coreOutputs: readonly CoreOutputs[];
  readonly serialPorts: Board['serialPorts'];
  readonly linuxConsoles = ['ttyAMA0', 'ttyS1'];
  readonly display: Framebuffer;
  readonly usb: Dwc2;
  readonly cards: readonly NetworkSocket[];
  private readonly rng: Rng;
  private readonly powerOnState: BoardState['devices'];

  /** @throws UsbError for a USB device that cannot be plugged in */
  constructor({ ram, coreInputs, power, seed, disks, usbDisks, usb = [], mac }: BoardOptions) {
    super();
    const { bus, clock } = this;
    bus.attachRam(0, ram);
    const gpu = gpuBus(bus, ram);

    this.interrupts = new Bcm2836Interrupts(coreInputs, clock);
    const { interrupts } = this;
    bus.attach(LOCAL_CONTROL, interrupts.local);
    gpu.attach(MAP.INTERRUPTS.base, interrupts.arm);
    this.coreOutputs = Array.from({ length: CORES }, (_, core) => ({
      timers: {
        physical: interrupts.timer(core, SOURCE.TIMER_PHYSICAL),
        virtual: interrupts.timer(core, SOURCE.TIMER_VIRTUAL),
        hypervisor: interrupts.timer(core, SOURCE.TIMER_HYPERVISOR),
        secure: interrupts.timer(core, SOURCE.TIMER_SECURE),
      },
      pmu: unconnected,
    }));

    const compares = Array.from({ length: COMPARES }, (_, i) =>
      interrupts.gpu(GPU_INTERRUPT.SYSTEM_TIMER + i),
    );
    gpu.attach(MAP.SYSTEM_TIMER.base, new SystemTimer(compares, clock));
    gpu.attach(MAP.MPHI.base, new Mphi(interrupts.gpu(GPU_INTERRUPT.HOSTPORT)));
    gpu.attach(MAP.POWER.base, new Power(power));
    gpu.attach(MAP.CPRMAN.base, new Cprman());
    this.rng = new Rng(seed);
    gpu.attach(MAP.RNG.base, this.rng);
    gpu.attach(MAP.THERMAL.base, new Thermal());

    const slot = new SdSlot('sd', clock, disks?.[0]);
    gpu.attach(MAP.GPIO.base, new Gpio(slot.select));
    const sdhostInterrupt = interrupts.gpu(GPU_INTERRUPT.SDHOST);
    gpu.attach(MAP.SDHOST.base, new Sdhost('sdhost', slot.wires('sdhost'), sdhostInterrupt));
    // It reaches memory as the cores do.
    const sdhci = new Sdhci('sdhci', slot, clock, interrupts.gpu(GPU_INTERRUPT.SDHCI), busMaster(bus));
    gpu.attach(MAP.SDHCI.base, sdhci);

    const uart0 = new Pl011('uart0', interrupts.gpu(GPU_INTERRUPT.UART0));
    gpu.attach(MAP.UART0.base, uart0);
    const uart1 = new Aux('uart1', interrupts.gpu(GPU_INTERRUPT.AUX));
    gpu.attach(MAP.AUX.base, uart1);
    this.serialPorts = [uart0, uart1];

    const gpuMemory = busMaster(gpu.map);
    this.attachDma(gpu, gpuMemory);
    this.display = new Framebuffer(gpu.map, VIDEO_RAM);
    const macs = new MacAddresses();
    // Without options QEMU has a card that nothing is done with, which has the first address.
    if (mac === undefined || mac === null) macs.next();
    this.attachMailbox(gpu, gpuMemory, macs.take(macBytes(mac ?? MAC)));

    this.usb = new Dwc2(interrupts.gpu(GPU_INTERRUPT.USB), gpuMemory, clock, usb, macs, usbDisks);
    this.cards = this.usb.cards;
    gpu.attach(MAP.DWC2.base, this.usb);
    gpu.attach(MAP.DWC2_FIFO.base, new Unimplemented('dwc2-fifo', MAP.DWC2_FIFO.size));
    for (const [name, { base, size }] of Object.entries(UNIMPLEMENTED)) {
      gpu.attach(base, new Unimplemented(name, size));
    }

    this.powerOnState = bus.save();
  }

  private attachDma(gpu: GpuBus, memory: BusMaster): void {
    const lines = Array.from({ length: DMA_INTERRUPTS }, (_, n) =>
      this.interrupts.gpu(GPU_INTERRUPT.DMA + n),
    );
    const dma = new DmaController('dma', lines, memory, this.clock);
    gpu.attach(MAP.DMA.base, dma);
    gpu.attach(MAP.DMA15.base, new DmaChannel15('dma15', dma));
  }

  private attachMailbox(gpu: GpuBus, memory: BusMaster, mac: Uint8Array): void {
    const { display, interrupts } = this;
    const channels = [
      new FramebufferChannel(memory, display),
      new PropertyChannel(memory, display, { revision: BOARD_REVISION, mac }),
    ];
    const line = interrupts.armOwn(ARM_INTERRUPT.MAILBOX);
    gpu.attach(MAP.MAILBOX.base, new Mailbox('mailbox', line, channels, display));
  }

  /** The board brings none: its firmware, which has them, is not there. */
  deviceTree(): undefined {
    return undefined;
  }

  /** Linux's boot protocol knows no EL3. */
  entryLevel(byProtocol: boolean): 2 | 3 {
    return byProtocol ? 2 : 3;
  }

  /** Linux's boot protocol begins at the board's code: the first core at 0, the others in their spin loop. */
  startUp({ entry, argument, byProtocol }: Program): StartUp {
    const start = (core: number): number => (!byProtocol ? entry : core === 0 ? 0 : SECONDARY_ENTRY);
    const el = this.entryLevel(byProtocol);
    return {
      code: byProtocol ? startUpCode(argument, entry) : [],
      cores: Array.from({ length: CORES }, (_, core) => ({ powered: true, pc: start(core), el, x0: 0 })),
    };
  }

  reset(): void {
    const { arm, local } = this.interrupts;
    this.bus.load(this.powerOnState, [this.rng, this.usb, arm, local]);
    this.rng.reset();
    this.usb.reset();
    // When no device raises its interrupt any more.
    arm.reset();
    local.reset();
  }
}

/**
 * The devicetree of board `virt`: node for node, property for property and in the order of QEMU 7.2's
 * `-M virt,gic-version=2,dumpdtb=`, phandles included. What is only there for Secure software says so, by the binding
 * bindings/arm/secure.txt. The random seeds in /chosen are the boot loader's to add.
 */
import { cells, cells64, empty, node, strings, type DeviceTreeNode } from '../../devicetree.js';
import { psciNode } from '../../psci/devicetree.js';
import type { Conduit } from '../../psci/psci.js';
import { APB_CLOCK, MAP, POWEROFF_PIN, PPI, SECURE_PIN, SPI, VIRTIO_TRANSPORTS } from './memory-map.js';

export interface VirtDeviceTreeOptions {
  cores: number;
  /** Bytes. */
  ramSize: number;
  /** The cores have EL2, and the GIC a virtual CPU interface. */
  hypervisor: boolean;
  /** The cores have EL3. */
  secure: boolean;
  psci: Conduit | undefined;
  /** The cores' name in the binding, `arm,cortex-a53`. */
  cpuCompatible: string;
}

// The first cell of an interrupt specifier and the trigger types, bindings/interrupt-controller/arm,gic.yaml.
const GIC_SPI = 0;
const GIC_PPI = 1;
const EDGE_RISING = 1;
const LEVEL_HIGH = 4;

const KEY_POWER = 116; // include/uapi/linux/input-event-codes.h

/** Phandles, numbered in the order in which QEMU hands them out. */
interface Phandles {
  clock: number;
  cpu(core: number): number;
  gic: number;
  v2m: number;
  gpio: number;
  secureGpio: number;
}

function phandles(cores: number): Phandles {
  const first = 0x8000;
  return {
    clock: first,
    cpu: (core) => first + cores - core,
    gic: first + cores + 1,
    v2m: first + cores + 2,
    gpio: first + cores + 3,
    secureGpio: first + cores + 4,
  };
}

const unit = (name: string, base: number): string => `${name}@${base.toString(16)}`;
interface Range {
  readonly base: number;
  readonly size: number;
}
const reg = (...ranges: Range[]): Uint8Array => cells64(...ranges.flatMap(({ base, size }) => [base, size]));

export function virtDeviceTree(options: VirtDeviceTreeOptions): DeviceTreeNode {
  const { cores, ramSize, hypervisor, secure, psci, cpuCompatible } = options;
  const handle = phandles(cores);
  const root = {
    'interrupt-parent': cells(handle.gic),
    model: strings('linux,dummy-virt'),
    '#size-cells': cells(2),
    '#address-cells': cells(2),
    compatible: strings('linux,dummy-virt'),
  };
  return node('', root, [
    ...(psci === undefined ? [] : [psciNode(psci)]),
    node(unit('memory', MAP.RAM.base), {
      reg: reg({ base: MAP.RAM.base, size: ramSize }),
      device_type: strings('memory'),
    }),
    platformBus(handle),
    node(unit('fw-cfg', MAP.FW_CFG.base), {
      'dma-coherent': empty,
      reg: reg(MAP.FW_CFG),
      compatible: strings('qemu,fw-cfg-mmio'),
    }),
    ...virtioTransports(),
    ...(secure ? securePower(handle) : []),
    gpioKeys(handle),
    node(unit('pl061', MAP.GPIO.base), pl061(handle, handle.gpio, SPI.GPIO, MAP.GPIO)),
    pcie(handle),
    node(unit('pl031', MAP.RTC.base), {
      'clock-names': strings('apb_pclk'),
      clocks: cells(handle.clock),
      interrupts: cells(GIC_SPI, SPI.RTC, LEVEL_HIGH),
      reg: reg(MAP.RTC),
      compatible: strings('arm,pl031', 'arm,primecell'),
    }),
    ...(secure ? secureUartAndRam(handle) : []),
    node(unit('pl011', MAP.UART.base), pl011(handle, SPI.UART, MAP.UART)),
    node('pmu', {
      interrupts: cells(GIC_PPI, PPI.PMU, ppiFlags(cores)),
      compatible: strings('arm,armv8-pmuv3'),
    }),
    gic(handle, hypervisor),
    ...flash(secure),
    cpus(handle, cores, cpuCompatible),
    timer(cores),
    node('apb-pclk', {
      phandle: cells(handle.clock),
      'clock-output-names': strings('clk24mhz'),
      'clock-frequency': cells(APB_CLOCK),
      '#clock-cells': cells(0),
      compatible: strings('fixed-clock'),
    }),
    ...(secure
      ? [node('secure-chosen', { 'stdout-path': strings(`/${unit('pl011', MAP.SECURE_UART.base)}`) })]
      : []),
    node('chosen', { 'stdout-path': strings(`/${unit('pl011', MAP.UART.base)}`) }),
  ]);
}

/** For Secure software only. */
const secureOnly = { 'secure-status': strings('okay'), status: strings('disabled') };

const pl011 = (handle: Phandles, interrupt: number, range: Range) => ({
  'clock-names': strings('uartclk', 'apb_pclk'),
  clocks: cells(handle.clock, handle.clock),
  interrupts: cells(GIC_SPI, interrupt, LEVEL_HIGH),
  reg: reg(range),
  compatible: strings('arm,pl011', 'arm,primecell'),
});

const pl061 = (handle: Phandles, phandle: number, interrupt: number, range: Range) => ({
  phandle: cells(phandle),
  'clock-names': strings('apb_pclk'),
  clocks: cells(handle.clock),
  interrupts: cells(GIC_SPI, interrupt, LEVEL_HIGH),
  'gpio-controller': empty,
  '#gpio-cells': cells(2),
  compatible: strings('arm,pl061', 'arm,primecell'),
  reg: reg(range),
});

/** The Secure GPIO, by whose pins Secure software switches the machine off and resets it. */
function securePower(handle: Phandles): DeviceTreeNode[] {
  const pin = (name: string, number: number): DeviceTreeNode =>
    node(name, {
      ...secureOnly,
      gpios: cells(handle.secureGpio, number, 0),
      compatible: strings(name),
    });
  return [
    pin('gpio-restart', SECURE_PIN.RESET),
    pin('gpio-poweroff', SECURE_PIN.POWEROFF),
    node(unit('pl061', MAP.SECURE_GPIO.base), {
      ...secureOnly,
      ...pl061(handle, handle.secureGpio, SPI.SECURE_GPIO, MAP.SECURE_GPIO),
    }),
  ];
}

function secureUartAndRam(handle: Phandles): DeviceTreeNode[] {
  return [
    node(unit('pl011', MAP.SECURE_UART.base), {
      ...secureOnly,
      ...pl011(handle, SPI.SECURE_UART, MAP.SECURE_UART),
    }),
    node(unit('secram', MAP.SECURE_RAM.base), {
      ...secureOnly,
      reg: reg(MAP.SECURE_RAM),
      device_type: strings('memory'),
    }),
  ];
}

/** Two banks, the first of which is for Secure software only, if there is such. */
function flash(secure: boolean): DeviceTreeNode[] {
  const size = MAP.FLASH.size / 2;
  const banks = [MAP.FLASH.base, MAP.FLASH.base + size].map((base) => ({ base, size }));
  const properties = (...ranges: Range[]) => ({
    'bank-width': cells(4),
    reg: reg(...ranges),
    compatible: strings('cfi-flash'),
  });
  if (!secure) return [node(unit('flash', banks[0].base), properties(...banks))];
  return [
    node(unit('flash', banks[1].base), properties(banks[1])),
    node(unit('secflash', banks[0].base), { ...secureOnly, ...properties(banks[0]) }),
  ];
}

/** A private interrupt's flags: bits [15:8] say which cores have it. */
const ppiFlags = (cores: number): number => (((1 << cores) - 1) << 8) | LEVEL_HIGH;

function platformBus(handle: Phandles): DeviceTreeNode {
  const { base, size } = MAP.PLATFORM_BUS;
  return node(unit('platform-bus', base), {
    'interrupt-parent': cells(handle.gic),
    ranges: cells(0, 0, base, size),
    '#address-cells': cells(1),
    '#size-cells': cells(1),
    compatible: strings('qemu,platform', 'simple-bus'),
  });
}

function virtioTransports(): DeviceTreeNode[] {
  return Array.from({ length: VIRTIO_TRANSPORTS }, (_, i) => {
    const base = MAP.VIRTIO.base + i * MAP.VIRTIO.size;
    return node(unit('virtio_mmio', base), {
      'dma-coherent': empty,
      interrupts: cells(GIC_SPI, SPI.VIRTIO + i, EDGE_RISING),
      reg: reg({ base, size: MAP.VIRTIO.size }),
      compatible: strings('virtio,mmio'),
    });
  });
}

function gpioKeys(handle: Phandles): DeviceTreeNode {
  const poweroff = node('poweroff', {
    gpios: cells(handle.gpio, POWEROFF_PIN, 0),
    'linux,code': cells(KEY_POWER),
    label: strings('GPIO Key Poweroff'),
  });
  return node('gpio-keys', { compatible: strings('gpio-keys') }, [poweroff]);
}

function pcie(handle: Phandles): DeviceTreeNode {
  // PCI address flags, phys.hi of the PCI bus binding: space code in bits [25:24].
  const IO = 0x0100_0000;
  const MEM32 = 0x0200_0000;
  const MEM64 = 0x0300_0000;
  const { PCIE_MMIO: mmio, PCIE_PIO: pio, PCIE_MMIO_HIGH: high } = MAP;
  const window = (space: number, pciBase: number, base: number, size: number): number[] => [
    space,
    ...[pciBase, base, size].flatMap((value) => [Math.floor(value / 2 ** 32), value >>> 0]),
  ];
  return node(unit('pcie', mmio.base), {
    'interrupt-map-mask': cells(0x1800, 0, 0, 7),
    'interrupt-map': cells(...interruptMap(handle.gic)),
    '#interrupt-cells': cells(1),
    ranges: cells(
      ...window(IO, 0, pio.base, pio.size),
      ...window(MEM32, mmio.base, mmio.base, mmio.size),
      ...window(MEM64, high.base, high.base, high.size),
    ),
    reg: reg(MAP.PCIE_ECAM),
    'msi-map': cells(0, handle.v2m, 0, 0x1_0000),
    'dma-coherent': empty,
    'bus-range': cells(0, 0xff),
    'linux,pci-domain': cells(0),
    '#size-cells': cells(2),
    '#address-cells': cells(3),
    device_type: strings('pci'),
    compatible: strings('pci-host-ecam-generic'),
  });
}

/** Pins INTA to INTD of four slots, rotated by the slot as on every PCI bus. */
function interruptMap(gic: number): number[] {
  const map: number[] = [];
  for (let slot = 0; slot < 4; slot++) {
    for (let pin = 0; pin < 4; pin++) {
      const unitInterrupt = [slot << 11, 0, 0, pin + 1];
      map.push(...unitInterrupt, gic, 0, 0, GIC_SPI, SPI.PCIE + ((slot + pin) % 4), LEVEL_HIGH);
    }
  }
  return map;
}

function gic(handle: Phandles, hypervisor: boolean): DeviceTreeNode {
  const virtual = hypervisor ? [MAP.GIC_HYP, MAP.GIC_VCPU] : [];
  const maintenance = hypervisor ? { interrupts: cells(GIC_PPI, PPI.GIC_MAINTENANCE, LEVEL_HIGH) } : {};
  const properties = {
    phandle: cells(handle.gic),
    ...maintenance,
    reg: reg(MAP.GIC_DIST, MAP.GIC_CPU, ...virtual),
    compatible: strings('arm,cortex-a15-gic'),
    ranges: empty,
    '#size-cells': cells(2),
    '#address-cells': cells(2),
    'interrupt-controller': empty,
    '#interrupt-cells': cells(3),
  };
  const v2m = node(unit('v2m', MAP.GIC_V2M.base), {
    phandle: cells(handle.v2m),
    reg: reg(MAP.GIC_V2M),
    'msi-controller': empty,
    compatible: strings('arm,gic-v2m-frame'),
  });
  return node(unit('intc', MAP.GIC_DIST.base), properties, [v2m]);
}

function cpus(handle: Phandles, cores: number, compatible: string): DeviceTreeNode {
  const all = Array.from({ length: cores }, (_, core) => core);
  const cluster = node(
    'cluster0',
    {},
    all.map((core) => node(`core${core}`, { cpu: cells(handle.cpu(core)) })),
  );
  const enable = cores > 1 ? { 'enable-method': strings('psci') } : {};
  return node('cpus', { '#size-cells': cells(0), '#address-cells': cells(1) }, [
    node('cpu-map', {}, [node('socket0', {}, [cluster])]),
    ...all.map((core) =>
      node(`cpu@${core}`, {
        phandle: cells(handle.cpu(core)),
        reg: cells(core),
        ...enable,
        compatible: strings(compatible),
        device_type: strings('cpu'),
      }),
    ),
  ]);
}

function timer(cores: number): DeviceTreeNode {
  const order = [PPI.TIMER_SECURE, PPI.TIMER_PHYSICAL, PPI.TIMER_VIRTUAL, PPI.TIMER_HYPERVISOR];
  return node('timer', {
    interrupts: cells(...order.flatMap((ppi) => [GIC_PPI, ppi, ppiFlags(cores)])),
    'always-on': empty,
    compatible: strings('arm,armv8-timer', 'arm,armv7-timer'),
  });
}

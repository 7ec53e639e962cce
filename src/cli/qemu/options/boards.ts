/** The machines as QEMU describes them: what `-machine` takes of each, and what it has unless told otherwise. */
import type { BoardName } from '../../../machine/index.js';
import type { CoreLimits } from './topology.js';

/** Values of a property that mean what the board is, whatever is asked for; `on or off` where both do. */
type Accepted = 'on or off' | readonly string[];

export interface QemuBoard {
  /** The class by which QEMU's messages call it. */
  readonly qemuClass: string;
  readonly ram: number;
  readonly cores: CoreLimits & { readonly usual: number };
  /** Most cores with the interrupt controller that it has, and how QEMU calls the machine there. */
  readonly mostWithGic?: { readonly count: number; readonly machine: string };
  /** Whether `-cpu` chooses its cores; else they are what they are. */
  readonly choosesCpu: boolean;
  /** Whether cores have EL2 and EL3 by properties, and not by what they are. */
  readonly choosesLevels: boolean;
  /** Properties of this machine beside those of every machine. */
  readonly properties: Readonly<Record<string, Accepted>>;
  /** The buses that devices can be plugged into. */
  readonly buses: readonly string[];
  /** Whether `-bios` and `-kernel` go together. */
  readonly firmwareWithKernel: boolean;
  /** The interfaces that drives have unless told otherwise, and those that there are. */
  readonly drives: { readonly usual: string; readonly present: readonly string[] };
}

/** Of every machine. */
export const commonProperties: Readonly<Record<string, Accepted>> = {
  'mem-merge': 'on or off',
  'dump-guest-core': 'on or off',
  graphics: 'on or off',
  'suppress-vmdesc': 'on or off',
  usb: ['off'],
};

export const qemuBoards: Readonly<Record<BoardName, QemuBoard>> = {
  virt: {
    qemuClass: 'virt-7.2-machine',
    ram: 128 * 2 ** 20,
    cores: { machine: 'virt-7.2', least: 1, most: 512, usual: 1, clusters: true },
    mostWithGic: { count: 8, machine: 'mach-virt' },
    choosesCpu: true,
    choosesLevels: true,
    properties: {
      acpi: ['off', 'auto'],
      'gic-version': ['2'],
      highmem: ['on'],
      'highmem-ecam': ['on'],
      'highmem-mmio': ['on'],
      'highmem-redists': 'on or off',
      iommu: ['none'],
      its: 'on or off',
      ras: ['off'],
    },
    buses: ['PCI', 'virtio-bus'],
    firmwareWithKernel: true,
    drives: { usual: 'virtio', present: [] },
  },
  raspi3b: {
    qemuClass: 'raspi3b-machine',
    ram: 2 ** 30,
    cores: { machine: 'raspi3b', least: 4, most: 4, usual: 4, clusters: false },
    choosesCpu: false,
    choosesLevels: false,
    properties: {},
    buses: ['usb-bus', 'sd-bus'],
    firmwareWithKernel: false,
    drives: { usual: 'sd', present: ['sd'] },
  },
};

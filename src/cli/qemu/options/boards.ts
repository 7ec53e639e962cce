/** The machines as QEMU describes them: what `-machine` takes of each, and what it has unless told otherwise. */
import type { BoardName } from '../../../machine/index.js';
import type { CoreLimits } from './topology.js';

/** What is said of devices that are to come. */
export const LATER = 'come with a later version';

/** Values of a property that mean what the board is, whatever is asked for; `on or off` where both do. */
type Accepted = 'on or off' | readonly string[];

/** How drives may be plugged in. */
export interface DriveInterface {
  /** Units; Infinity where each is a device of its own. */
  readonly units: number;
  /** What is said of one, where there are none here. */
  readonly missing?: string;
}

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
  /** Those that QEMU's has and there are not here, with the reason. */
  readonly missing: Readonly<Record<string, string>>;
  /** The buses that devices can be plugged into. */
  readonly buses: readonly string[];
  /** Whether QEMU plugs network cards into it by itself; there are none here. */
  readonly plugsCards: boolean;
  /** Whether `-bios` and `-kernel` go together. */
  readonly firmwareWithKernel: boolean;
  /**
   * The interface that drives have unless told otherwise, and those of QEMU's board: how many drives each takes, and why
   * there are none here. And what QEMU says of one that cannot be written to, where it refuses it.
   */
  readonly drives: {
    readonly usual: string;
    readonly interfaces: Readonly<Record<string, DriveInterface>>;
    readonly readOnlyRefused?: string;
  };
}

/** Of every machine. */
export const commonProperties: Readonly<Record<string, Accepted>> = {
  'mem-merge': 'on or off',
  'dump-guest-core': 'on or off',
  graphics: 'on or off',
  'suppress-vmdesc': 'on or off',
  // A board has USB or not, as QEMU's.
  usb: 'on or off',
};

const AS_IT_IS = 'the board is as it is';

/** Properties that every machine of QEMU's has, and there are not here, with the reason. */
export const missingProperties: Readonly<Record<string, string>> = {
  dumpdtb: 'the devicetree is only in the memory of the machine',
  'dt-compatible': AS_IT_IS,
  'phandle-start': AS_IT_IS,
  boot: 'firmware has no choice',
  memory: 'use -m',
  smp: 'use -smp',
  'memory-backend': 'there are no such objects',
  'memory-encryption': 'there are no such objects',
  'confidential-guest-support': 'there are no such objects',
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
      'default-bus-bypass-iommu': ['off'],
      'dtb-kaslr-seed': ['on'],
      'dtb-randomness': ['on'],
    },
    missing: { 'x-oem-id': 'there is no ACPI', 'x-oem-table-id': 'there is no ACPI' },
    buses: ['PCI', 'virtio-bus'],
    plugsCards: true,
    firmwareWithKernel: true,
    drives: {
      usual: 'virtio',
      interfaces: {
        virtio: { units: Infinity, missing: `virtio devices ${LATER}` },
        pflash: { units: 2, missing: 'use -bios, which goes into the flash' },
      },
    },
  },
  raspi3b: {
    qemuClass: 'raspi3b-machine',
    ram: 2 ** 30,
    cores: { machine: 'raspi3b', least: 4, most: 4, usual: 4, clusters: false },
    choosesCpu: false,
    choosesLevels: false,
    properties: {},
    missing: {},
    buses: ['usb-bus', 'sd-bus'],
    plugsCards: false,
    firmwareWithKernel: false,
    drives: {
      usual: 'sd',
      interfaces: { sd: { units: 1 } },
      readOnlyRefused: 'Cannot use read-only drive as SD card',
    },
  },
};

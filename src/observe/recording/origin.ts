/**
 * What a recorded machine was made of, so that the same one can be made again: a kernel and what goes with it, a Zircon
 * boot image, or a snapshot.
 */
import { parsePlacing, planBoot, type LoadedImage } from '../../boot/index.js';
import {
  parseZbiItemName,
  readFdt,
  readKernel,
  type Elf,
  type Kernel,
  type ZbiInput,
} from '../../images/index.js';
import { boardNamed, Machine, type Disk, type MachineConfiguration } from '../../machine/index.js';
import { addToBootImage, bootZircon, builtInBootImage } from '../../zircon/index.js';
import { loadSnapshot } from '../snapshot.js';
import { RecordingError } from './error.js';

export const systems = ['linux', 'zircon', 'snapshot'] as const;
export type System = (typeof systems)[number];
/** What a file is to the machine; `bootfs` and `item` are ones that were added to a Zircon boot image, `loaded` is put into
 * memory beside a kernel, and `data` likewise, of which there is no file. */
export const roles = [
  'kernel',
  'firmware',
  'loaded',
  'data',
  'initrd',
  'devicetree',
  'zbi',
  'bootfs',
  'item',
  'snapshot',
] as const;
export type Role = (typeof roles)[number];
/** Of which there can be several, each with a path. */
export const repeated: readonly Role[] = ['bootfs', 'item', 'loaded', 'data'];
/** What the machines of each system are made of. */
export const rolesOf: Readonly<Record<System, readonly Role[]>> = {
  linux: ['kernel', 'firmware', 'loaded', 'data', 'initrd', 'devicetree'],
  zircon: ['zbi', 'bootfs', 'item'],
  snapshot: ['snapshot'],
};

export interface OriginFile {
  readonly role: Role;
  /** How messages call it, and where it was found. */
  readonly name: string;
  /**
   * What it is in the boot image: of a file of role `bootfs` its path there, of an `item` its TYPE or TYPE:EXTRA. Of
   * what is loaded beside a kernel, how it is placed.
   */
  readonly path?: string;
  readonly bytes: Uint8Array;
}

/** All that makes a machine that has executed nothing yet, or that goes on from a snapshot. */
export interface Origin {
  readonly system: System;
  /** What the machine is; of a snapshot, what it says itself. */
  readonly machine: Partial<MachineConfiguration>;
  /** Words for the kernel's command line. */
  readonly append?: string;
  /** Where all randomness comes from; 0 unless given. */
  readonly seed?: bigint;
  readonly files: readonly OriginFile[];
  /** What is plugged in, with the content that it has at the start; nothing unless given. */
  readonly disks?: readonly Disk[];
}

/** Hears of the machine as soon as there is one, before anything happens on it, and of its kernel if that is an ELF file. */
export type Watcher = (machine: Machine, kernel?: Elf) => void;

/**
 * Makes the machine.
 * @throws RecordingError if a file is missing; ImageError, BootError, BoardError, ZirconError, SnapshotError
 */
export function makeMachine(origin: Origin, watch: Watcher = () => undefined): Machine {
  return makers[origin.system](origin, watch);
}

const makers: Readonly<Record<System, (origin: Origin, watch: Watcher) => Machine>> = {
  linux: makeLinux,
  zircon: makeZircon,
  snapshot: (origin, watch) => {
    const { bytes, name } = needed(origin, 'snapshot');
    const machine = loadSnapshot(bytes, name, origin.disks);
    watch(machine);
    return machine;
  },
};

const fileOf = ({ files }: Origin, role: Role): OriginFile | undefined =>
  files.find((file) => file.role === role);

function needed(origin: Origin, role: Role): OriginFile {
  const file = fileOf(origin, role);
  if (file === undefined) throw new RecordingError(`a machine of kind ${origin.system} has no ${role}`);
  return file;
}

/** What a part of the options is made of: nothing where a value is not given. */
const given = <K extends string, T>(key: K, value: T | undefined): { readonly [Key in K]?: T } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [Key in K]: T });

function makeLinux(origin: Origin, watch: Watcher): Machine {
  const { board = 'virt', ...others } = origin.machine;
  const seed = origin.seed ?? 0n;
  const firmware = fileOf(origin, 'firmware');
  const loaded = loadedImages(origin);
  const kernel =
    firmware === undefined && (loaded.length === 0 || fileOf(origin, 'kernel'))
      ? kernelOf(origin)
      : undefined;
  const devicetree = fileOf(origin, 'devicetree');
  const inputs = {
    ...given('kernel', kernel),
    ...given('firmware', firmware),
    loaded,
    ...given('initrd', fileOf(origin, 'initrd')),
    ...given('devicetree', devicetree && userDevicetree(devicetree)),
    ...given('append', origin.append),
    seed,
  };
  const disks = given('disks', origin.disks);
  const machine = new Machine({ ...others, board: boardNamed(board), seed, ...disks });
  machine.powerUp(planBoot(inputs, machine.board));
  watch(machine, kernel?.content.format === 'elf' ? kernel.content.elf : undefined);
  return machine;
}

function loadedImages({ files }: Origin): LoadedImage[] {
  return files.flatMap(({ role, name, path = '', bytes }) => {
    if (role !== 'loaded' && role !== 'data') return [];
    const placing = parsePlacing(path);
    if (placing === undefined)
      throw new RecordingError(`${name}: expected where it is loaded, found '${path}'`);
    return [{ name, bytes, placing, patches: role === 'data' }];
  });
}

function kernelOf(origin: Origin): { name: string; content: Kernel } {
  const { name, bytes } = needed(origin, 'kernel');
  return { name, content: readKernel(bytes, name) };
}

const userDevicetree = ({ name, bytes }: OriginFile) => ({
  name,
  tree: readFdt(bytes, name),
  size: bytes.length,
});

function makeZircon(origin: Origin, watch: Watcher): Machine {
  const { board = 'virt', cores, ramSize, epoch, instructionsPerSecond } = origin.machine;
  const { machine } = bootZircon(bootImage(origin), {
    board: boardNamed(board),
    ...given('cores', cores),
    ...given('ramSize', ramSize),
    ...given('epoch', epoch),
    ...given('instructionsPerSecond', instructionsPerSecond),
    ...given('append', origin.append),
    items: addedItems(origin),
    seed: origin.seed ?? 0n,
    onKernel: watch,
  });
  return machine;
}

function bootImage(origin: Origin): Uint8Array {
  const added = new Map(
    origin.files.flatMap(({ role, path, bytes }) =>
      role === 'bootfs' && path !== undefined ? [[path, bytes] as const] : [],
    ),
  );
  const zbi = fileOf(origin, 'zbi');
  return zbi === undefined ? builtInBootImage(added) : addToBootImage(zbi.bytes, added, zbi.name);
}

function addedItems({ files }: Origin): ZbiInput[] {
  return files.flatMap(({ role, name, path = '', bytes }) => {
    if (role !== 'item') return [];
    const item = parseZbiItemName(path);
    if (item === undefined)
      throw new RecordingError(`${name}: expected an item's TYPE[:EXTRA], found '${path}'`);
    return [{ ...item, payload: bytes }];
  });
}

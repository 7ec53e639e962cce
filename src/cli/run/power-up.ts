/** Machines from files: powered up with a kernel, or out of a snapshot. */
import type { Command } from 'commander';
import { placingText, type Placing } from '../../boot/index.js';
import { fileKind, kernelKind, ramdiskKind, type Elf, type FileKind } from '../../images/index.js';
import type { Disk, Machine, MachineOptions, SemihostingConfiguration } from '../../machine/index.js';
import {
  makeMachine,
  snapshotKind,
  type EventCategory,
  type Origin,
  type OriginFile,
  type Player,
  type Role,
} from '../../observe/index.js';
import { UsageError, type Shell } from '../command.js';
import { fileSize, inputName, readInput } from '../files/index.js';
import { epochOf } from './clock.js';
import type { Networks } from '../network/networks.js';
import { plugDrives, type Drives } from './drives.js';
import { nicCard } from './networks.js';
import type { BootOptions, RunOptions } from './options.js';
import { levelsOf } from './machine-option.js';
import { withProgress } from './progress.js';
import { Trace } from './trace.js';

/** A machine about to run, what it was made of, and who watches it. */
export interface Started {
  readonly machine: Machine;
  readonly origin: Origin;
  /** The kernel, where it has names for what is in it. */
  readonly elf?: Elf;
  readonly trace: Trace;
  /** Has it do what was recorded. */
  readonly player?: Player;
  /** Behind its disks. */
  readonly drives?: Drives;
  /** Behind its networks. */
  readonly networks?: Networks;
}

/** Makes the machine. */
export function startMachine(origin: Origin, categories: readonly EventCategory[], shell: Shell): Started {
  let trace: Trace | undefined;
  let elf: Elf | undefined;
  const machine = makeMachine(origin, (made, kernel) => {
    trace = new Trace(made, categories, shell.error);
    elf = kernel;
  });
  trace ??= new Trace(machine, categories, shell.error);
  return { machine, origin, trace, ...(elf && { elf }) };
}

/** Makes the machine that the options ask for, about to start its kernel. */
export function powerUp(options: BootOptions, drives: Drives, shell: Shell, networks?: Networks): Started {
  checkProgram(options);
  return startProgram(
    options,
    {
      machine: {
        board: options.machine.board,
        ...sizeAndTime(options),
        ...levelsOf(options.machine, options.el),
        cpu: options.cpu,
        networks: [...(networks?.configurations ?? [])],
        semihosting: semihostingOf(options),
        usb: [...plugDrives(options.device ?? [], options.drive ?? []), ...nicCard(options)],
      },
      ...(options.append === undefined ? {} : { append: options.append }),
      seed: options.seed,
      disks: drives.disks,
    },
    options,
    shell,
  );
}

/** What `--semihosting` asks for. Programs are told the kernel's name and its command line, as on QEMU. */
function semihostingOf(options: BootOptions): SemihostingConfiguration | null {
  const { semihosting, semihostingFiles, kernel, append } = options;
  if (semihosting !== true) {
    if (semihostingFiles !== undefined) throw new UsageError('--semihosting-files goes with --semihosting');
    return null;
  }
  const words = [kernel, append].filter((text) => text !== undefined);
  return { userspace: false, commandLine: words.join(' '), files: semihostingFiles !== undefined };
}

/** Makes a machine about to start a Zircon system: the built-in one, unless a boot image is among the files. */
export function startZircon(
  options: RunOptions & { readonly append?: string },
  files: readonly OriginFile[],
  shell: Shell,
): Started {
  const { append, seed, trace = [] } = options;
  const machine = sizeAndTime(options);
  return startMachine(
    { system: 'zircon', machine, ...(append === undefined ? {} : { append }), seed, files },
    trace,
    shell,
  );
}

/** The boot image of a Zircon system, where there is one. */
export const bootImage = (zbi: string | undefined): readonly OriginFile[] =>
  zbi === undefined ? [] : [{ role: 'zbi', ...readInput(zbi, fileKind.zbi) }];

/** What is said of any machine, whatever is on it. */
function sizeAndTime(
  options: RunOptions,
): Pick<MachineOptions, 'cores' | 'ramSize' | 'epoch' | 'instructionsPerSecond'> {
  const { smp, memory, instructionsPerSecond } = options;
  return {
    ...(smp === undefined ? {} : { cores: smp }),
    ...(memory === undefined ? {} : { ramSize: memory }),
    epoch: epochOf(options),
    ...(instructionsPerSecond === undefined ? {} : { instructionsPerSecond }),
  };
}

/** What a machine starts, by the paths. */
export interface ProgramFiles {
  readonly kernel?: string | undefined;
  readonly bios?: string | undefined;
  readonly initrd?: string | undefined;
  readonly dtb?: string | undefined;
  /** Files that are put into memory beside; and bytes that are, which are in no file. */
  readonly loaded?: readonly { readonly path: string; readonly placing: Placing }[];
  readonly data?: readonly { readonly name: string; readonly bytes: Uint8Array; readonly placing: Placing }[];
}

/** Makes a machine about to start a kernel or firmware. */
export function startProgram(
  { kernel, bios, initrd, dtb, loaded = [], data = [] }: ProgramFiles,
  origin: Omit<Origin, 'system' | 'files'>,
  options: RunOptions,
  shell: Shell,
): Started {
  const { ramSize } = origin.machine;
  const files: readonly (readonly [Role, string | undefined, FileKind])[] = [
    ['kernel', kernel, kernelKind(ramSize)],
    ['firmware', bios, fileKind.content],
    ['initrd', initrd, ramdiskKind(ramSize)],
    ['devicetree', dtb, fileKind.fdt],
  ];
  const given = files.flatMap(([role, path, kind]) => (path === undefined ? [] : [{ role, path, kind }]));
  const beside = loaded.map(({ path, placing }): Given => {
    return { role: 'loaded', path, kind: fileKind.content, place: placingText(placing) };
  });
  const patches = data.map(({ name, bytes, placing }): OriginFile => {
    return { role: 'data', name, bytes, path: placingText(placing) };
  });
  return loading([...given, ...beside], options, shell, (read) =>
    startMachine({ system: 'linux', ...origin, files: [...read, ...patches] }, options.trace ?? [], shell),
  );
}

/** There is one program to start, and what goes with a kernel goes with nothing else. */
function checkProgram({ kernel, bios, initrd, append }: BootOptions): void {
  if (kernel === undefined && bios === undefined)
    throw new UsageError('expected --kernel <file>, --bios <file> or --load <file>');
  if (bios === undefined) return;
  if (kernel !== undefined) throw new UsageError('--bios does not go with --kernel');
  if (initrd !== undefined) throw new UsageError('--initrd goes with --kernel');
  if (append !== undefined) throw new UsageError('--append goes with --kernel');
}

/** Makes the machine that a snapshot holds, with the disks that it was saved with. */
export function resume(
  path: string,
  options: RunOptions,
  shell: Shell,
  disks: readonly Disk[] = [],
): Started {
  return loading([{ role: 'snapshot', path, kind: snapshotKind }], options, shell, (files) =>
    startMachine({ system: 'snapshot', machine: {}, files, disks }, options.trace ?? [], shell),
  );
}

/** A file to be read; what is loaded beside a kernel has a place. */
type Given = {
  readonly role: Role;
  readonly path: string;
  readonly kind: FileKind;
  readonly place?: string;
};

/** Reads files and makes something of them, and says if that takes long. */
function loading<T>(
  files: readonly Given[],
  { quiet }: RunOptions,
  shell: Shell,
  make: (files: readonly OriginFile[]) => T,
): T {
  const what = `loading ${files.map(({ path }) => inputName(path)).join(', ')}`;
  const size = files.reduce((sum, { path }) => sum + fileSize(path), 0);
  return withProgress(what, size, quiet ? undefined : shell.error, () =>
    make(
      files.map(({ role, path, kind, place }) => ({
        role,
        ...readInput(path, kind),
        ...(place === undefined ? {} : { path: place }),
      })),
    ),
  );
}

/** A snapshot brings all that makes the machine and what runs on it. */
const madeBySnapshot: readonly string[] = [
  ...['kernel', 'bios', 'initrd', 'dtb', 'zbi', 'add', 'append', 'item'],
  ...[
    'device',
    'semihosting',
    'machine',
    'memory',
    'smp',
    'cpu',
    'el',
    'seed',
    'rtc',
    'instructions-per-second',
  ],
];

/** Throws UsageError if options are given that a snapshot to be loaded decides. */
export function refuseBesideLoad({ load }: RunOptions, command: Command): void {
  if (load !== undefined) refuseBeside('load', madeBySnapshot, command);
}

/** Throws UsageError if one of these options is given beside another. */
export function refuseBeside(option: string, others: readonly string[], command: Command): void {
  const isGiven = (name: string): boolean => {
    const found = command.options.find(({ long }) => long === `--${name}`);
    return found !== undefined && command.getOptionValueSource(found.attributeName()) === 'cli';
  };
  const given = others.find(isGiven);
  if (given !== undefined) throw new UsageError(`--${given} does not go with --${option}`);
}

/** The machine of `firstlight boot`, from files: powered up with a kernel, or out of a snapshot. */
import type { Command } from 'commander';
import { planBoot } from '../../boot/index.js';
import {
  fileKind,
  kernelKind,
  ramdiskKind,
  readFdt,
  readKernel,
  type Elf,
  type FileKind,
} from '../../images/index.js';
import { Machine } from '../../machine/index.js';
import { loadSnapshot, snapshotKind } from '../../observe/index.js';
import { UsageError, type Shell } from '../command.js';
import { fileSize, inputName, readInput, type Input } from '../files/index.js';
import { epochOf } from './clock.js';
import type { BootOptions, RunOptions } from './options.js';
import { withProgress } from './progress.js';

/** A machine about to run, and the file that was loaded where that has names for what is in it. */
export interface Started {
  readonly machine: Machine;
  readonly elf?: Elf;
}

/** Makes the machine that the options ask for, about to start its kernel. */
export function powerUp(options: BootOptions, shell: Shell): Started {
  if (options.kernel === undefined) throw new UsageError('expected --kernel <file> or --load <file>');
  const load = <T>(path: string, kind: FileKind, read: (input: Input) => T): T =>
    loadFile(path, kind, options, shell, read);
  const { kernel, initrd, dtb, memory } = options;
  const inputs = {
    kernel: load(kernel, kernelKind(memory), ({ name, bytes }) => ({
      name,
      content: readKernel(bytes, name),
    })),
    ...(initrd === undefined ? {} : { initrd: load(initrd, ramdiskKind(memory), (input) => input) }),
    ...(dtb === undefined
      ? {}
      : {
          devicetree: load(dtb, fileKind.fdt, ({ name, bytes }) => ({ name, tree: readFdt(bytes, name) })),
        }),
    ...(options.append === undefined ? {} : { append: options.append }),
    seed: options.seed,
  };
  const machine = new Machine({
    board: options.machine,
    ...(options.smp === undefined ? {} : { cores: options.smp }),
    ...(options.memory === undefined ? {} : { ramSize: options.memory }),
    ...(options.el === undefined ? {} : { hypervisor: options.el === 2 }),
    cpu: options.cpu,
    epoch: epochOf(options),
  });
  machine.powerUp(planBoot(inputs, machine.board));
  const { content } = inputs.kernel;
  return { machine, ...(content.format === 'elf' && { elf: content.elf }) };
}

/** Makes the machine that a snapshot holds. */
export function resume(path: string, options: RunOptions, shell: Shell): Started {
  const machine = loadFile(path, snapshotKind, options, shell, ({ name, bytes }) =>
    loadSnapshot(bytes, name),
  );
  return { machine };
}

function loadFile<T>(
  path: string,
  kind: FileKind,
  { quiet }: RunOptions,
  shell: Shell,
  read: (input: Input) => T,
): T {
  const what = `loading ${inputName(path)}`;
  const write = quiet ? undefined : shell.error;
  return withProgress(what, fileSize(path), write, () => read(readInput(path, kind)));
}

/** A snapshot brings all that makes the machine and what runs on it. */
const madeBySnapshot: readonly string[] = [
  ...['kernel', 'initrd', 'dtb', 'zbi', 'add', 'append'],
  ...['machine', 'memory', 'smp', 'cpu', 'el', 'seed', 'rtc'],
];

/** Throws UsageError if options are given that a snapshot to be loaded decides. */
export function refuseBesideLoad({ load }: RunOptions, command: Command): void {
  if (load === undefined) return;
  const given = madeBySnapshot.find((name) => command.getOptionValueSource(name) === 'cli');
  if (given !== undefined) throw new UsageError(`--${given} does not go with --load`);
}

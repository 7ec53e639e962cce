/** The machine of `firstlight boot`, from files: powered up with a kernel, or out of a snapshot. */
import type { Command } from 'commander';
import { planBoot } from '../../boot/index.js';
import { readFdt, readKernel } from '../../images/index.js';
import { Machine } from '../../machine/index.js';
import { loadSnapshot } from '../../observe/index.js';
import { UsageError, type Shell } from '../command.js';
import { fileSize, readInput } from '../files/index.js';
import type { BootOptions, RunOptions } from './options.js';
import { withProgress } from './progress.js';

/** Makes the machine that the options ask for, about to start its kernel. */
export function powerUp(options: BootOptions, shell: Shell): Machine {
  if (options.kernel === undefined) throw new UsageError('expected --kernel <file> or --load <file>');
  const load = <T>(path: string, read: (bytes: Uint8Array) => T): T => loadFile(path, options, shell, read);
  const { kernel, initrd, dtb } = options;
  const inputs = {
    kernel: { name: kernel, content: load(kernel, (bytes) => readKernel(bytes, kernel)) },
    ...(initrd === undefined ? {} : { initrd: { name: initrd, bytes: load(initrd, (bytes) => bytes) } }),
    ...(dtb === undefined
      ? {}
      : { devicetree: { name: dtb, tree: load(dtb, (bytes) => readFdt(bytes, dtb)) } }),
    ...(options.append === undefined ? {} : { append: options.append }),
    seed: options.seed,
  };
  const machine = new Machine({
    board: options.machine,
    ...(options.smp === undefined ? {} : { cores: options.smp }),
    ...(options.memory === undefined ? {} : { ramSize: options.memory }),
    ...(options.el === undefined ? {} : { hypervisor: options.el === 2 }),
    cpu: options.cpu,
  });
  machine.powerUp(planBoot(inputs, machine.board));
  return machine;
}

/** Makes the machine that a snapshot holds. */
export function resume(path: string, options: RunOptions, shell: Shell): Machine {
  return loadFile(path, options, shell, (bytes) => loadSnapshot(bytes, path));
}

function loadFile<T>(path: string, { quiet }: RunOptions, shell: Shell, read: (bytes: Uint8Array) => T): T {
  const write = quiet ? undefined : shell.error;
  return withProgress(`loading ${path}`, fileSize(path), write, () => read(readInput(path)));
}

/** A snapshot brings all that makes the machine and what runs on it. */
const madeBySnapshot: readonly string[] = [
  ...['kernel', 'initrd', 'dtb', 'zbi', 'add', 'append'],
  ...['machine', 'memory', 'smp', 'cpu', 'el', 'seed'],
];

/** Throws UsageError if options are given that a snapshot to be loaded decides. */
export function refuseBesideLoad({ load }: RunOptions, command: Command): void {
  if (load === undefined) return;
  const given = madeBySnapshot.find((name) => command.getOptionValueSource(name) === 'cli');
  if (given !== undefined) throw new UsageError(`--${given} does not go with --load`);
}

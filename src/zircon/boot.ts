/** From a boot image to a machine in which userboot is about to run: what a boot loader and `lk_main` do. */
import { bootItems, commandLineItems, loadedBootImage, withItems } from '../boot/index.js';
import type { ZbiInput } from '../images/index.js';
import { Machine, sizeText, type BoardKind, type BoardName } from '../machine/index.js';
import { commandLinesOf } from './launch/boot-image.js';
import { memoryLimit } from './command-line.js';
import { ZirconError } from './error.js';
import { Kernel, kernelOf, type KernelOptions } from './kernel.js';
import { launchUserboot, type Ramdisk } from './launch/userboot.js';
import { roundDownToPage } from './vm/layout.js';

/** RAM beside the boot image without which the kernel does not start. */
const LEAST_RAM = 8 * 2 ** 20;

export interface ZirconOptions {
  /** `virt` unless given. */
  readonly board?: BoardName | BoardKind;
  /** What the board can have; on board `virt` 1 to 8, and 1 unless given. */
  readonly cores?: number;
  /** Bytes of RAM; 1 GiB on board `virt` unless given. */
  readonly ramSize?: number;
  /** Words for the kernel command line, behind those of the boot image. */
  readonly append?: string;
  /** Further items for the boot image, in place of those of the same type and `extra` that tell of the board. */
  readonly items?: readonly ZbiInput[];
  /** What the clock of the day shows at the start, in seconds since 1970; 0 unless given. */
  readonly epoch?: number;
  /** How many instructions a core executes to a second of virtual time; 10^9 unless given. */
  readonly instructionsPerSecond?: number;
  /** Where ASLR and all other randomness comes from; 0 unless given. */
  readonly seed?: bigint;
  /** Gets the machine with its kernel before the first process is made, to watch from the start. */
  readonly onKernel?: (machine: Machine) => void;
}

const kibibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 10)} KiB`;

/** MiB of RAM that a boot image needs, which lies half-way up, but at most where ramdisks lie. */
function leastRam(image: number, ramdisk: number): number {
  const needed = image + LEAST_RAM;
  return Math.ceil(Math.min(2 * needed, ramdisk + needed) / 2 ** 20);
}

/**
 * Makes a machine with the kernel in place of EL1 and a boot image in RAM; running it runs the system. The kernel is
 * that of the machine until its first reset: `kernelOf` has the present one.
 * @throws ZirconError, BoardError
 */
export function bootZircon(
  file: Uint8Array,
  options: ZirconOptions = {},
): { machine: Machine; kernel: Kernel } {
  const { board, cores, ramSize, epoch, instructionsPerSecond } = options;
  const machine = new Machine({
    hypervisor: false,
    ...(board === undefined ? {} : { board }),
    ...(cores === undefined ? {} : { cores }),
    ...(ramSize === undefined ? {} : { ramSize }),
    ...(epoch === undefined ? {} : { epoch }),
    ...(instructionsPerSecond === undefined ? {} : { instructionsPerSecond }),
  });
  const { ram, placement } = machine.board;
  const offset = Math.min(placement.ramdisk, roundDownToPage(ram.size / 2));
  if (file.length === 0) throw new ZirconError('the boot image is empty');
  const append = options.append ?? '';
  const added = withItems(bootItems(machine.board), options.items ?? []);
  const image = loadedBootImage(file, [...commandLineItems(append), ...added]);
  if (offset + image.length + LEAST_RAM > ram.size) {
    throw new ZirconError(
      `RAM is too small: ${sizeText(ram.size)}, the boot image of ${kibibytes(image.length)} at 0x${(ram.base + offset).toString(16)} and ${sizeText(LEAST_RAM)} behind it do not fit; give the machine at least ${leastRam(image.length, placement.ramdisk)} MiB`,
    );
  }
  const commandLine = (image === file ? append : commandLinesOf(image).join(' ')).trim();
  const limit = memoryLimit(commandLine);
  if (image.length + LEAST_RAM > limit) {
    throw new ZirconError(
      `kernel.memory-limit-mb is too small: the boot image of ${kibibytes(image.length)} and ${sizeText(LEAST_RAM)} do not fit into ${sizeText(limit)}`,
    );
  }
  const address = ram.base + offset;
  // The cores have no firmware: they start with the kernel. A reset finds the boot image again.
  const starts = machine.cluster.cores.map(() => ({ powered: false, pc: 0, el: 1 as const, x0: 0 }));
  machine.powerUp({ segments: [{ address, bytes: image }], cores: starts });
  const ramdisk = { address, size: image.length };
  const onKernel = (): void => options.onKernel?.(machine);
  startAnewAtReset(machine);
  return {
    machine,
    kernel: startKernel(machine, { commandLine, seed: options.seed ?? 0n }, ramdisk, onKernel),
  };
}

function startKernel(
  machine: Machine,
  options: KernelOptions,
  ramdisk: Ramdisk,
  onKernel: (kernel: Kernel) => void,
): Kernel {
  const kernel = new Kernel(machine, options);
  onKernel(kernel);
  launchUserboot(kernel, ramdisk);
  kernel.start();
  return kernel;
}

/** From now on a reset of a machine that hosts a kernel starts one anew, with other random numbers. */
export function startAnewAtReset(machine: Machine): void {
  machine.restarted.add(() => {
    const before = kernelOf(machine);
    const ramdisk = machine.firmware?.segments[0];
    if (before === undefined || ramdisk === undefined) return;
    const { commandLine, random } = before;
    startKernel(
      machine,
      { commandLine, seed: random.u64() },
      { address: ramdisk.address, size: ramdisk.bytes.length },
      (kernel) => kernel.inheritListeners(before),
    );
  });
}

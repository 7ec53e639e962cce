/** The options of `firstlight boot`, and those that every running machine has, checked. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { boards, coreModels, type BoardName, type CoreModelName } from '../../machine/index.js';
import { machineCategories, type EventCategory } from '../../observe/index.js';

/** How a machine runs, whatever is on it. */
export interface RunOptions {
  readonly memory: number;
  readonly smp: number;
  readonly seed: bigint;
  readonly clock?: 'virtual' | 'host';
  readonly until?: RegExp;
  readonly failOn?: RegExp;
  readonly timeout?: number;
  readonly instructions?: number;
  readonly stats?: string;
  readonly save?: string;
  readonly load?: string;
  readonly trace?: readonly EventCategory[];
}

export interface BootOptions extends RunOptions {
  readonly machine: BoardName;
  readonly kernel?: string;
  readonly initrd?: string;
  readonly dtb?: string;
  readonly append?: string;
  readonly cpu: CoreModelName;
  readonly el: 1 | 2;
}

const units: Readonly<Record<string, number>> = { '': 2 ** 20, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** A size as QEMU takes it: a number with K, M or G, megabytes without. */
function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([KMG]?)B?$/i.exec(text);
  const size = match === null ? NaN : Number(match[1]) * units[match[2].toUpperCase()];
  if (!Number.isInteger(size) || size < 2 ** 20 || size % 65536 !== 0) {
    throw new InvalidArgumentError('expected a size from 1M in steps of 64K, such as 512M or 1G.');
  }
  return size;
}

function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('expected a whole number from 1.');
  return value;
}

function parseCores(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 8)
    throw new InvalidArgumentError('expected 1 to 8 cores.');
  return value;
}

function parseLevel(text: string): 1 | 2 {
  if (text === '1') return 1;
  if (text === '2') return 2;
  throw new InvalidArgumentError('expected exception level 1 or 2.');
}

function parseSeed(text: string): bigint {
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(text) || BigInt(text) >= 2n ** 64n) {
    throw new InvalidArgumentError('expected a number from 0 to 2^64 - 1.');
  }
  return BigInt(text);
}

function parseSeconds(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('expected seconds, above 0.');
  return value;
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError(
      error instanceof Error ? `${error.message}.` : 'expected a regular expression.',
    );
  }
}

function parseTrace(text: string, allowed: readonly EventCategory[]): EventCategory[] {
  return text.split(',').map((name) => {
    const category = allowed.find((each) => each === name);
    if (category === undefined) {
      throw new InvalidArgumentError(`'${name}' is not one of ${allowed.join(', ')}.`);
    }
    return category;
  });
}

/** `--trace` with the categories that the machine to be run has. */
export function addTraceOption(command: Command, allowed: readonly EventCategory[]): Command {
  return command.option(
    '--trace <list>',
    `show events on the error stream: ${allowed.join(', ')}`,
    (text: string) => parseTrace(text, allowed),
  );
}

/** Adds the options of `boot`. */
export function addBootOptions(command: Command): Command {
  command
    .addOption(new Option('-M, --machine <board>', 'board').choices(Object.keys(boards)).default('virt'))
    .option('--kernel <file>', 'kernel: Image (also gzip), ELF or raw code')
    .option('--initrd <file>', 'initial ramdisk')
    .option('--dtb <file>', "devicetree, instead of the board's own")
    .option('--append <text>', "the kernel's command line")
    .addOption(
      new Option('--cpu <model>', 'core model').choices(Object.keys(coreModels)).default('cortex-a53'),
    )
    .option('--el <level>', 'exception level at entry, 1 or 2', parseLevel, 2);
  return addTraceOption(addRunOptions(command), machineCategories);
}

/** Adds the options of whatever runs a machine. */
export function addRunOptions(command: Command): Command {
  return command
    .addOption(new Option('-m, --memory <size>', 'RAM, up to 3G').argParser(parseSize).default(2 ** 30, '1G'))
    .option('--smp <n>', 'cores, 1 to 8', parseCores, 1)
    .addOption(
      // Commander writes defaults into the help as JSON, which has no 64-bit numbers.
      new Option('--seed <n>', 'where all randomness comes from').argParser(parseSeed).default(0n, '0'),
    )
    .addOption(
      new Option(
        '--clock <kind>',
        'guest time: by instructions, or as the host (default on a terminal)',
      ).choices(['virtual', 'host']),
    )
    .option('--until <regex>', 'end with status 0 when a console line matches', parsePattern)
    .option('--fail-on <regex>', 'end with status 1 when a console line matches', parsePattern)
    .option('--timeout <seconds>', 'end with status 124 after so much wall time', parseSeconds)
    .option(
      '--instructions <n>',
      'end with status 0 after so many instructions, all cores together',
      parseCount,
    )
    .option('--stats <file>', 'write figures of the run as JSON')
    .option('--save <file>', 'write the machine to a snapshot at the end')
    .option('--load <file>', 'continue from a snapshot');
}

/** The options of `firstlight boot`, and those that every running machine has, checked. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { FASTEST_RATE, rateShape, SLOWEST_RATE, USUAL_RATE, type Level } from '../../engine/index.js';
import type { Cue } from '../../host/index.js';
import {
  boards,
  coreModels,
  usbKinds,
  type BoardKind,
  type CoreModelName,
  type UsbSpecification,
} from '../../machine/index.js';
import { machineCategories, type EventCategory } from '../../observe/index.js';
import { parseMachine, type MachineChoice } from './machine-option.js';
import { parseEngine, type EngineChoice } from './engine.js';
import type { GdbAddress } from './gdb-server.js';
import type { Allowed } from '../../host/sockets/index.js';
import type { Netdev } from '../network/user-netdev.js';
import { collectDrive, type DriveOptions } from './drives.js';
import { usualDirectory } from './region-file.js';
import { addAllowOption, addNetworkOptions } from './networks.js';
import { collectDevice, collectKeys } from './usb.js';

/** What the clock of the day shows at the start: the host's time, 1970, or so many seconds since then. */
export type Rtc = 'utc' | 'virtual' | number;

/** How a machine runs, whatever is on it. */
export interface RunOptions {
  /** Bytes of RAM, and cores: what the board usually has unless given. */
  readonly memory?: number;
  readonly smp?: number;
  readonly seed: bigint;
  /** Of each core, to a second of guest time: 10^9 unless given. */
  readonly instructionsPerSecond?: number;
  readonly clock?: 'virtual' | 'host';
  readonly rtc?: Rtc;
  readonly until?: RegExp;
  readonly failOn?: RegExp;
  readonly timeout?: number;
  readonly instructions?: number;
  readonly engine: EngineChoice;
  /** A directory, or `none`. */
  readonly keptRegions: string;
  readonly stats?: string;
  readonly save?: string;
  readonly screenshot?: string;
  readonly load?: string;
  /** The serial port at the terminal: all of them unless given. */
  readonly serial?: string;
  readonly record?: string;
  readonly embed?: true;
  readonly trace?: readonly EventCategory[];
  readonly diagnose?: true;
  readonly gdb?: GdbAddress;
  readonly halted?: true;
  /** Networks, where else the guest may go, and where frames are written to. */
  readonly netdev?: readonly Netdev[];
  readonly nic?: Netdev;
  readonly netAllow?: readonly Allowed[];
  readonly netDump?: string;
  readonly quiet?: true;
  readonly sendKeys?: readonly Cue[];
  /** The directory that the guest has by semihosting. */
  readonly semihostingFiles?: string;
}

export interface BootOptions extends RunOptions {
  readonly machine: MachineChoice;
  readonly kernel?: string;
  readonly bios?: string;
  readonly initrd?: string;
  readonly dtb?: string;
  readonly drive?: readonly DriveOptions[];
  readonly device?: readonly UsbSpecification[];
  readonly append?: string;
  readonly cpu: CoreModelName;
  readonly el?: Level;
  readonly semihosting?: true;
}

const units: Readonly<Record<string, number>> = { G: 2 ** 30, M: 2 ** 20, K: 2 ** 10 };

/** A size as QEMU takes it: a number with K, M or G, megabytes without. The board knows which ones can be. */
function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([KMG]?)B?$/i.exec(text);
  const size = match === null ? NaN : Number(match[1]) * units[match[2].toUpperCase() || 'M'];
  if (!Number.isInteger(size)) throw new InvalidArgumentError('expected a size, such as 512M or 1G.');
  return size;
}

export function parseCount(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('expected a whole number from 1.');
  return value;
}

/** What the boards can have of something, for the help: `virt: 1 to 8, 1 unless given`. */
function perBoard(kinds: readonly BoardKind[], text: (kind: BoardKind) => string): string {
  return kinds.map((kind) => `${kind.name}: ${text(kind)}`).join('; ');
}

/** A size as the user writes it. */
function sizeArgument(bytes: number): string {
  const [unit, size] = Object.entries(units).find((each) => bytes % each[1] === 0) ?? ['K', units.K];
  return `${bytes / size}${unit}`;
}

/** `an SD card`, for the help. */
function drivesOf({ drives = [] }: BoardKind): string {
  return drives.length === 0 ? 'none' : drives.map(() => 'an SD card').join(', ');
}

function parseLevel(text: string): Level {
  if (text === '1') return 1;
  if (text === '2') return 2;
  if (text === '3') return 3;
  throw new InvalidArgumentError('expected exception level 1, 2 or 3.');
}

function parseSeed(text: string): bigint {
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(text) || BigInt(text) >= 2n ** 64n) {
    throw new InvalidArgumentError('expected a number from 0 to 2^64 - 1.');
  }
  return BigInt(text);
}

function parseRate(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  const misfit = rateShape.misfit(value, '');
  if (misfit !== undefined)
    throw new InvalidArgumentError(`expected a whole number from ${SLOWEST_RATE} to ${FASTEST_RATE}.`);
  return value;
}

function parseSeconds(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('expected seconds, above 0.');
  return value;
}

/** As QEMU takes it: a day, or a day and a time, which is UTC unless it says otherwise. */
function parseRtc(text: string): Rtc {
  if (text === 'utc' || text === 'virtual') return text;
  const [, day, time, zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? [];
  const midnight = day === undefined ? NaN : Date.parse(`${day}T00:00Z`);
  const seconds = Date.parse(`${day}T${time ?? '00:00'}${zone}`) / 1000;
  // A 30th of February is a day in March for some.
  const isDay = Number.isFinite(midnight) && new Date(midnight).toISOString().startsWith(`${day}`);
  if (!isDay || !(seconds >= 0 && seconds < 2 ** 32)) {
    throw new InvalidArgumentError(
      'expected utc, virtual, or a time from 1970 to 2106 such as 2006-06-17T16:01:21 or 2006-06-17.',
    );
  }
  return seconds;
}

/** `1234`, `localhost:1234`, `[::1]:1234`. Without a host, nobody but this one's users can come. */
function parseGdbAddress(text: string): GdbAddress {
  const [, bracketed, plain, digits] = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65535)
    throw new InvalidArgumentError('expected a port, maybe behind a host: 1234, localhost:1234, [::1]:1234.');
  return { host: bracketed ?? plain ?? '127.0.0.1', port };
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
  addProgramOptions(command).option(
    '--semihosting',
    'let programs call by HLT #0xF000: a console, an exit status, and what --semihosting-files has',
  );
  addSemihostingFilesOption(command);
  addAllowOption(addNetworkOptions(command));
  return addTraceOption(
    addScreenshotOption(addKeysOption(addRunOptions(command, Object.values(boards)))),
    machineCategories,
  );
}

/** Adds those that say which board it is, and what it boots. */
export function addProgramOptions(command: Command): Command {
  const kinds = Object.values(boards);
  const levels = perBoard(
    kinds,
    ({ levels }) => `${levels.toSorted().join(' or ')}, ${levels[0]} unless given`,
  );
  return command
    .addOption(
      new Option(
        '-M, --machine <board>',
        `board: ${Object.keys(boards).join(', ')}; behind it ,secure=on for cores with EL3, ,virtualization=off for cores without EL2`,
      )
        .argParser(parseMachine)
        .default({ board: 'virt' } satisfies MachineChoice, 'virt'),
    )
    .option(
      '--kernel <file>',
      'kernel: Image (also gzip or EFI zboot), ELF or raw code; - for the standard input',
    )
    .option('--bios <file>', 'firmware in place of a kernel, at the highest exception level')
    .option('--initrd <file>', 'initial ramdisk')
    .option('--dtb <file>', "devicetree, instead of the board's own")
    .option(
      '--drive <file>',
      `disk (${perBoard(kinds, drivesOf)}), written to; behind commas format=raw, readonly, or snapshot, which leaves the file as it is; if=none,id=ID for --device usb-storage,drive=ID`,
      collectDrive,
    )
    .option(
      '--device <device>',
      `USB device (${perBoard(kinds, ({ usb }) => (usb === true ? usbKinds.join(', ') : 'none'))}); behind commas id=, port=, serial=, and what the device has of its own`,
      collectDevice,
    )
    .option('--append <text>', "the kernel's command line")
    .addOption(
      new Option('--cpu <model>', 'core model').choices(Object.keys(coreModels)).default('cortex-a53'),
    )
    .option(
      '--el <level>',
      `highest exception level of the cores (${levels}); a Linux kernel starts at EL2 or EL1`,
      parseLevel,
    );
}

/** For a command whose machine may have semihosting. */
export function addSemihostingFilesOption(command: Command): Command {
  return command.option(
    '--semihosting-files <directory>',
    'files for the semihosting calls of the guest, which gets at nothing outside of it; none unless given',
  );
}

/** For a command whose machine may have a keyboard. */
export function addKeysOption(command: Command): Command {
  return command.option(
    '--send-keys <[when:]keys>',
    'keys for the USB keyboard, such as "h i shift-1 ret": when the guest attends to it, at so many seconds of its time (20:...), or when a console line matches (/REGEX/:...)',
    collectKeys,
  );
}

/** For a command that makes a machine. */
export function addRateOption(command: Command): Command {
  return command.option(
    '--instructions-per-second <n>',
    `how many instructions a core executes to a second of guest time (${USUAL_RATE} unless given); with --clock host at first`,
    parseRate,
  );
}

/** Adds those that say how large and fast a machine is, which may be one of these boards, and where its randomness comes from. */
export function addSizeOptions(command: Command, kinds: readonly BoardKind[]): Command {
  const range = (least: string, most: string) => (least === most ? least : `${least} to ${most}`);
  const cores = ({ cores: { least, most, usual } }: BoardKind) =>
    `${range(String(least), String(most))}, ${usual} unless given`;
  const ram = ({ ram: { least, most, usual } }: BoardKind) =>
    `${range(sizeArgument(least), sizeArgument(most))}, ${sizeArgument(usual)} unless given`;
  command
    .option('-m, --memory <size>', `RAM, in M without a unit (${perBoard(kinds, ram)})`, parseSize)
    .option('--smp <n>', `cores (${perBoard(kinds, cores)})`, parseCount)
    .addOption(
      // Commander writes defaults into the help as JSON, which has no 64-bit numbers.
      new Option('--seed <n>', 'where all randomness comes from').argParser(parseSeed).default(0n, '0'),
    );
  return addRateOption(command);
}

/** Adds the options of whatever runs a machine, which may be one of these boards. */
export function addRunOptions(command: Command, kinds: readonly BoardKind[]): Command {
  addSizeOptions(command, kinds)
    .addOption(
      new Option(
        '--clock <kind>',
        'guest time: by instructions, or as the host (default on a terminal)',
      ).choices(['virtual', 'host']),
    )
    .option(
      '--rtc <time>',
      "what the clock of the day shows at the start: utc, as the host's (default with --clock host), virtual, which is 1970 (default otherwise), or a time such as 2006-06-17T16:01:21",
      parseRtc,
    )
    .option('--serial <port>', 'serial port at this terminal, such as uart1 (all of them unless given)')
    .option('--load <file>', 'continue from a snapshot');
  return addEndOptions(addRecordOptions(command));
}

/** For a command whose run can be recorded. */
export function addRecordOptions(command: Command): Command {
  return command
    .option('--record <file>', 'record the run, for firstlight replay')
    .option('--embed', 'put the boot files into the recording, so that it needs nothing else');
}

/** For a command whose machine may have a screen. */
export function addScreenshotOption(command: Command): Command {
  return command.option('--screenshot <file>', "write what the board's screen shows at the end, as PNG");
}

/** Adds the options that say how a run ends, and what is written then. */
export function addEndOptions(command: Command): Command {
  return command
    .option('--until <regex>', 'end with status 0 when a console line matches', parsePattern)
    .option('--fail-on <regex>', 'end with status 1 when a console line matches', parsePattern)
    .option('--timeout <seconds>', 'end with status 124 after so much wall time', parseSeconds)
    .option(
      '--instructions <n>',
      'end with status 0 after so many instructions, all cores together',
      parseCount,
    )
    .addOption(
      new Option(
        '--engine <name>',
        'what executes instructions: interpreter; translator, which makes WebAssembly of what is executed often; auto, what is fastest; lockstep, translator and interpreter side by side, up to the first difference. Behind translator and lockstep may stand hotness=<branches>, size=<instructions>, regions=<directory>, with commas',
      )
        .argParser(parseEngine)
        .default({ name: 'auto' } satisfies EngineChoice, 'auto'),
    )
    .addOption(
      new Option(
        '--kept-regions <directory>',
        'where the translator keeps what it has made for the next run, or none',
      )
        .env('FIRSTLIGHT_KEPT_REGIONS')
        .default(usualDirectory(), 'firstlight in the directory for caches'),
    )
    .option('--stats <file>', 'write figures of the run as JSON')
    .option('--save <file>', 'write the machine to a snapshot at the end')
    .option(
      '--gdb <[host:]port>',
      'let GDB at the machine, of this host unless another is named; 0 for a free port',
      parseGdbAddress,
    )
    .option('--halted', 'execute nothing before GDB has it run')
    .option('--diagnose', 'say on the error stream what the guest does: when it is silent, and at the end')
    .option('-q, --quiet', 'nothing on the error stream but errors and what --trace asks for');
}

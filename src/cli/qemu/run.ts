/** Runs a machine by QEMU's command line. */
import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { printable } from '../../images/index.js';
import type { SemihostingConfiguration } from '../../machine/index.js';
import { Debugger } from '../../debug/index.js';
import { UsageError, type Shell } from '../command.js';
import { Networks } from '../network/networks.js';
import { epochOf } from '../run/clock.js';
import { withDrives, type Drives } from '../run/drives.js';
import { startProgram, type ProgramFiles, type Started } from '../run/power-up.js';
import { checkRun, namedBy, runMachine, type Surroundings } from '../run/run.js';
import type { RunOptions } from '../run/options.js';
import { failure } from './endpoints/failure.js';
import { daemonShell, isDaemon, startDaemon } from './daemon.js';
import { QemuError } from './error.js';
import { cpuList, machineList, qemuHelp, versionText } from './help.js';
import { logItemHelp } from './log/items.js';
import { QemuLog } from './log/log.js';
import { deviceHelp } from './options/device-help.js';
import { readCommandLine } from './options/command-line.js';
import { configure, type Configuration } from './options/configuration.js';
import { semihostingCommandLine } from './options/semihosting.js';
import type { Settings } from './options/table.js';
import { Monitor } from './monitor/monitor.js';
import { MonitorHost } from './monitor/host.js';
import { Qmp } from './qmp/qmp.js';
import { finder, ownOptions, parseOwn, type QemuRunOptions } from './own-options.js';
import { withPidFile } from './pid-file.js';
import { Wiring } from './wiring.js';

/** @throws QemuError, UsageError, and whatever files and machines do */
export async function runQemu(args: readonly string[], shell: Shell): Promise<void> {
  const own = ownOptions();
  const { settings, rest } = readCommandLine(args, finder(own));
  const text = listAskedFor(settings, own);
  if (text !== undefined) {
    shell.out(text);
    return;
  }
  const given = parseOwn(own, rest);
  const configuration = configure(settings, (path) => fileError(path));
  if (settings.daemonizes && !isDaemon()) return startDaemon(args, shell);
  const daemon = settings.daemonizes ? daemonShell(shell) : undefined;
  await prepare(settings, configuration, given, daemon?.shell ?? shell, () => daemon?.ready());
}

/** `ready` is called when all is set up. */
async function prepare(
  settings: Settings,
  configuration: Configuration,
  given: QemuRunOptions,
  shell: Shell,
  ready: () => void,
): Promise<void> {
  checkMissing(configuration, given, shell);
  for (const text of configuration.warnings) shell.error(`firstlight: qemu: warning: ${text}\n`);
  const options = runOptions(settings, configuration, given);
  const { drives } = configuration;
  checkLogFile(settings);
  const files = [...filesOf(settings), ...drives.flatMap(({ path }) => namedBy('-drive', path))];
  checkRun(options, files, [...outputsOf(configuration), ...namedBy('-D', settings.log && settings.logFile)]);
  const { netdevs, dumps } = configuration;
  const networks = new Networks({ netdevs, allowed: options.netAllow ?? [], dumps });
  try {
    await withPidFile(settings.pidFile, () =>
      withDrives(drives, (opened) => run(settings, configuration, options, opened, networks, shell, ready)),
    );
  } finally {
    networks.close();
  }
}

async function run(
  settings: Settings,
  configuration: Configuration,
  options: RunOptions,
  drives: Drives,
  networks: Networks,
  shell: Shell,
  ready: () => void,
): Promise<void> {
  const started = start(settings, configuration, drives, networks, options, shell);
  const { machine } = started;
  const log = new QemuLog(machine, settings.log ?? [], settings.log && settings.logFile);
  const { halted, reboots, shutsDown } = settings;
  const debug = new Debugger(machine, { halted: halted || options.halted === true });
  const surroundings: Surroundings = {
    debug,
    endsOnReset: !reboots,
    staysOff: !shutsDown,
    connect: (events, output, lineByLine) => {
      const host = new MonitorHost(debug, events, {
        name: settings.name,
        reboots,
        uses: () => wiring.characters,
        networks,
        drives: configuration.drives,
      });
      const wiring: Wiring = new Wiring(
        configuration,
        machine,
        events,
        output,
        lineByLine,
        ({ qmp }, write) =>
          qmp === undefined
            ? new Monitor(host, write)
            : new Qmp(host, write, (text) => wiring.beside(`firstlight: ${text}\n`), qmp.isPretty),
        { ready, ended: (ending) => host.ended(ending), flush: () => log.flush() },
      );
      log.beside = (text) => wiring.beside(text);
      return wiring;
    },
  };
  try {
    await runMachine({ ...started, drives, networks }, options, shell, surroundings);
  } finally {
    log.close();
  }
}

/** What is said instead of running anything. */
function listAskedFor({ help, machine, cpu, devices }: Settings, own: Command): string | undefined {
  const isHelp = (word: string | undefined): boolean => word === 'help' || word === '?';
  if (help === 'log') return logItemHelp();
  if (help !== undefined) return help === 'version' ? versionText() : qemuHelp(own);
  if (machine.some(({ name, value }) => name === 'type' && isHelp(value))) return machineList();
  for (const { value } of devices) {
    const text = deviceHelp(value);
    if (text !== undefined) return text;
  }
  return isHelp(cpu) ? cpuList() : undefined;
}

/** Why a file cannot be read, in QEMU's words. */
function fileError(path: string, mode = constants.R_OK): string | undefined {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    return failure(error as NodeJS.ErrnoException);
  }
}

/** Says what is left out, or refuses it. @throws UsageError */
function checkMissing({ missing }: Configuration, { lenient }: QemuRunOptions, shell: Shell): void {
  for (const { text, reason } of missing) {
    if (lenient !== true) throw new UsageError(`${printable(text)}: ${reason} (--lenient leaves it out)`);
    shell.error(`firstlight: qemu: left out: ${printable(text)}: ${reason}\n`);
  }
}

/** Time is the host's unless it is asked otherwise, as on QEMU. */
function runOptions(
  { base, rate, seed = 0n }: Settings,
  { gdb }: Configuration,
  given: QemuRunOptions,
): RunOptions {
  if (rate !== undefined && given.instructionsPerSecond !== undefined)
    throw new UsageError('--instructions-per-second does not go with -icount shift=N');
  const time: Pick<RunOptions, 'clock' | 'instructionsPerSecond'> =
    rate === undefined ? { clock: 'host' } : { clock: 'virtual', instructionsPerSecond: rate };
  return { ...time, ...(gdb && { gdb }), ...given, seed, rtc: base };
}

/** @throws QemuError for a log that cannot be written */
function checkLogFile({ log, logFile }: Settings): void {
  const reason = log && logFile !== undefined ? fileError(dirname(logFile), constants.W_OK) : undefined;
  if (reason !== undefined) throw new QemuError(`Error opening logfile ${logFile}: ${reason}`);
}

const filesOf = ({ kernel, bios, initrd, dtb }: Settings) => [
  ...namedBy('-kernel', kernel),
  ...namedBy('-bios', bios),
  ...namedBy('-initrd', initrd),
  ...namedBy('-dtb', dtb),
];

/** The files that ports are written to. @throws QemuError where that cannot be */
const outputsOf = ({ serials, monitors, semihosting }: Configuration) =>
  [...serials, ...monitors, semihosting].flatMap((line) => {
    if (line?.connection.device.kind !== 'file') return [];
    const { path } = line.connection.device;
    const reason = fileError(dirname(path), constants.W_OK);
    if (reason !== undefined) throw new QemuError(`${line.text}: Could not open '${path}': ${reason}`);
    return namedBy(line.text.split(' ')[0], path);
  });

function start(
  settings: Settings,
  { machine, loaders, usb }: Configuration,
  { disks }: Drives,
  networks: Networks,
  options: RunOptions,
  shell: Shell,
): Started {
  const { kernel, bios, initrd, dtb, append } = settings;
  const { board, cores, ramSize, cpu, hypervisor, secure } = machine;
  const { instructionsPerSecond } = options;
  if (kernel === undefined && bios === undefined && loaders.length === 0)
    throw new UsageError('expected -kernel FILE, -bios FILE or -device loader,...');
  if (kernel !== undefined && bios !== undefined)
    throw new UsageError('-bios does not go with -kernel: firmware would find it through fw_cfg');
  checkFile(kernel, `could not load kernel '${kernel}'`);
  checkFile(bios, firmwareError(board, bios));
  checkFile(initrd, `could not load initrd '${initrd}'`);
  checkFile(dtb, `Couldn't open dtb file ${dtb}`);
  return startProgram(
    { kernel, bios, initrd, dtb, ...loadedFiles(loaders) },
    {
      machine: {
        ...{ board, cores, ramSize, cpu, epoch: epochOf(options), usb: [...usb] },
        networks: [...networks.configurations],
        semihosting: semihostingOf(settings, options),
        ...(instructionsPerSecond === undefined ? {} : { instructionsPerSecond }),
        ...(hypervisor === undefined ? {} : { hypervisor }),
        ...(secure === undefined ? {} : { secure }),
        ...(settings.hasDefaultNetwork ? {} : { mac: FIRST_MAC }),
      },
      ...(append === undefined ? {} : { append }),
      seed: options.seed,
      disks,
    },
    options,
    shell,
  );
}

function semihostingOf(
  settings: Settings,
  { semihostingFiles }: RunOptions,
): SemihostingConfiguration | null {
  const { semihosting } = settings;
  if (semihosting?.enabled !== true) return null;
  const { userspace } = semihosting;
  return {
    ...{ userspace, commandLine: semihostingCommandLine(settings) },
    files: semihostingFiles !== undefined,
  };
}

/** The address that the firmware tells where QEMU has no network of its own, whose card would have it. */
const FIRST_MAC = '52:54:00:12:34:56';

const firmwareError = (board: string, path = ''): string =>
  board === 'virt' ? `Could not find ROM image '${path}'` : `Failed to load firmware from ${path}`;

/** What the generic loader puts into memory. @throws QemuError for a file that cannot be read */
function loadedFiles(loaders: Configuration['loaders']): Pick<ProgramFiles, 'loaded' | 'data'> {
  const loaded = loaders.flatMap(({ text, loader }) => {
    if (loader.kind !== 'file') return [];
    const { path, placing } = loader;
    checkFile(path, `${text}: Cannot load specified image ${path}`);
    return [{ path, placing }];
  });
  const data = loaders.flatMap(({ text, loader }) => {
    return loader.kind === 'data' ? [{ name: text, bytes: loader.bytes, placing: loader.placing }] : [];
  });
  return { loaded, data };
}

/** @throws QemuError for a file that cannot be read */
function checkFile(path: string | undefined, message: string): void {
  const reason = path === undefined || path === '-' ? undefined : fileError(path);
  if (reason !== undefined) throw new QemuError(message, reason);
}

/** Running a machine on this terminal: what `boot` and `zircon` have in common. */
import { Debugger } from '../../debug/index.js';
import { Session, Silence, type Ending, type SessionOptions } from '../../host/index.js';
import { printable } from '../../images/index.js';
import type { Machine } from '../../machine/index.js';
import { diagnosisLine, diagnosisReport, type Diagnosis, type Player } from '../../observe/index.js';
import { UsageError, type Shell } from '../command.js';
import { checkOutputs, type NamedFile } from '../files/index.js';
import { exitStatus } from '../exit-status.js';
import { isInteractive, isOnHostClock } from './clock.js';
import { Console, type PortEnds, type PortEvents } from './console.js';
import { checkEngine, explained, regionFileFor, useEngine } from './engine.js';
import { GdbServer } from './gdb-server.js';
import { Interruption } from './interruption.js';
import type { BootOptions, RunOptions } from './options.js';
import { checkKept } from './region-file.js';
import type { Started } from './power-up.js';
import { record } from './record.js';
import { checkResults, writeResults } from './results.js';
import { DirectoryFiles } from './semihosting-files.js';

const LINE_FEED = 0x0a;

/** The file that an option names, if it does. */
export const namedBy = (option: string, path: string | undefined): readonly NamedFile[] =>
  path === undefined || path === '-' ? [] : [{ option, path }];

/** The files that `boot` starts a machine from. */
export function programFiles({ kernel, bios, initrd, dtb, drive = [] }: BootOptions): readonly NamedFile[] {
  return [
    ...namedBy('--kernel', kernel),
    ...namedBy('--bios', bios),
    ...namedBy('--initrd', initrd),
    ...namedBy('--dtb', dtb),
    ...drive.map(({ path }) => ({ option: '--drive', path })),
  ];
}

/** Throws FileError if what is to be written cannot be, or would go over one of the files that are read. */
export function checkRun(
  options: RunOptions,
  inputs: readonly NamedFile[],
  outputs: readonly NamedFile[] = [],
): void {
  const { save, screenshot, stats, record: recording, embed, load, gdb, halted } = options;
  if (embed === true && recording === undefined) throw new UsageError('--embed goes with --record');
  if (halted === true && gdb === undefined) throw new UsageError('--halted goes with --gdb');
  checkEngine(options.engine);
  checkKept(options.keptRegions);
  checkOutputs(
    [
      ...outputs,
      ...namedBy('--record', recording),
      ...namedBy('--stats', stats),
      ...namedBy('--screenshot', screenshot),
      ...namedBy('--save', save).map((file) => ({ ...file, mayReplace: '--load' })),
    ],
    [...inputs, ...namedBy('--load', load)],
  );
}

/** What a machine is run in, where that is not just this terminal. */
export interface Surroundings extends Pick<SessionOptions, 'endsOnReset' | 'staysOff'> {
  /** Makes the host's ends of the serial ports. */
  readonly connect: (events: PortEvents, shell: Shell, lineByLine: boolean) => PortEnds;
  /** Who has the machine stand still and go on. */
  readonly debug?: Debugger;
}

const onTerminal: Surroundings = {
  connect: (events, shell, lineByLine) => new Console(events, shell, lineByLine),
};

/** Runs the machine to its end, reports, and writes what the options ask for. */
export async function runMachine(
  started: Started,
  options: RunOptions,
  shell: Shell,
  surroundings = onTerminal,
): Promise<void> {
  const { machine, elf, trace, player, drives, networks } = started;
  checkResults(options, machine);
  if (options.sendKeys !== undefined && machine.board.usb?.input.takes('key') !== true)
    throw new UsageError('--send-keys goes with a keyboard, as --device usb-kbd');
  const files = filesFor(machine, options);
  const instructionsBefore = machine.instructions;
  const isMeasured = options.stats !== undefined;
  const regionFile = regionFileFor(options, started.origin, isMeasured);
  const lockstep = useEngine(machine, options.engine, isMeasured, regionFile);
  const terminal = surroundings.connect(
    {
      input: (bytes, port) => session.receive(bytes, port),
      quit: () => session.quit(),
      nudge: () => session.nudge(),
      moveGdb: (address) => {
        gdb?.close();
        gdb = undefined;
        if (address !== undefined && debug !== undefined)
          GdbServer.listen(debug, address, note).then(
            (server) => (gdb = server),
            (error: Error) => note(error.message),
          );
      },
    },
    shell,
    trace.active,
  );
  const ports = terminal.ports ?? portsAsked(machine, options);
  const note = (text: string): void => {
    if (options.quiet) return;
    terminal.flush();
    terminal.beside(`firstlight: ${text}\n`);
  };
  machine.logged.add(note);
  trace.write = (text) => terminal.beside(text);
  const tell = (diagnosis: Diagnosis): void => {
    terminal.flush();
    terminal.beside(`firstlight: ${diagnosisReport(diagnosis).join('\n  ')}\n`);
  };
  const debug = surroundings.debug ?? debuggerFor(started, options);
  let gdb = debug && options.gdb && (await GdbServer.listen(debug, options.gdb, note));
  await networks?.open(machine, note);
  const recording = await record(started, options, () => session.quit('interrupted'), shell);
  const silence = new Silence(machine, {
    elf,
    always: options.diagnose,
    asked: tell,
    silent: (diagnosis, seconds) => {
      note(`no output for ${seconds} s: ${diagnosisLine(diagnosis)}`);
      if (options.diagnose) tell(diagnosis);
    },
  });
  // While somebody has the machine stand still, it is not silent.
  debug?.resumed.add(() => silence.heard());
  const session = new Session(machine, {
    until: options.until,
    failOn: options.failOn,
    timeout: options.timeout,
    instructions: options.instructions,
    hostClock: isOnHostClock(options),
    cues: options.sendKeys,
    ports,
    inputOpen: (port) => terminal.isOpen(port),
    inputWanted: (isWanted, port) => terminal.wantInput(isWanted, port),
    transmit: (byte, port) => {
      // Where both go to one place, events stand before the line that they led to.
      if (byte === LINE_FEED) trace.flush();
      silence.heard();
      terminal.transmit(byte, port);
    },
    afterSlice: () => {
      terminal.flush();
      trace.flush();
      silence.afterSlice();
      drives?.sync();
      regionFile?.keep(machine, false);
    },
    backlog: () => shell.backlog?.() ?? terminal.backlog?.(),
    files,
    networks: networks?.feeds,
    replay: player,
    debug,
    endsOnReset: surroundings.endsOnReset,
    staysOff: surroundings.staysOff,
    attended: () => terminal.isAttended?.() === true,
  });
  const interruption = new Interruption(shell, () => {
    terminal.release();
    session.quit('interrupted');
  });
  if (drives !== undefined) drives.onFailure = () => session.quit('interrupted');
  const ask = (): void => silence.ask();
  process.on('SIGUSR1', ask);
  // What is typed into a replay does not enter.
  if (player !== undefined) terminal.wantInput(false, machine.serialPorts[0].name);
  const began = performance.now();
  if (isInteractive(options) && terminal.hint !== undefined) note(terminal.hint);
  const runToEnd = async (): Promise<Ending> => {
    try {
      await terminal.start();
      const ending = await session.run();
      lockstep?.finish();
      terminal.ended?.(ending);
      return ending;
    } finally {
      terminal.stop();
      files?.close();
      trace.flush();
      interruption.stop();
      process.off('SIGUSR1', ask);
    }
  };
  const ending = await explained(runToEnd, (line) => shell.error(`firstlight: ${line}\n`));
  const seconds = (performance.now() - began) / 1000;
  regionFile?.keep(machine, true);
  await recording?.finish(ending.kind);
  if (ending.kind === 'replayed') note(await told(player));
  report(ending, shell, () =>
    ports.some((port) => machine.wakesOnInputAt(port))
      ? 'it waits for input, which has ended'
      : diagnosisLine(silence.diagnosis()),
  );
  if (options.diagnose) tell(silence.diagnosis());
  const isFailure = ending.kind === 'failed' || ending.kind === 'halted';
  if (interruption.status !== undefined) shell.exit(interruption.status);
  gdb?.finish(ending.kind === 'exited' ? ending.status : isFailure ? exitStatus.no : exitStatus.done);
  writeResults(options, { machine, ending, seconds, instructionsBefore }, shell, () => recording?.check());
}

/** The serial ports that are to be at the terminal. @throws UsageError for one that the board does not have */
function portsAsked({ board, serialPorts, semihosting }: Machine, { serial }: RunOptions): readonly string[] {
  if (serial === undefined) return serialPorts.map(({ name }) => name);
  const names = board.serialPorts.map(({ name }) => name);
  if (names.includes(serial))
    return [serial, ...(semihosting === undefined ? [] : [semihosting.console.name])];
  throw new UsageError(
    `--serial ${serial}: expected a serial port of board ${board.name}, ${names.join(' or ')}`,
  );
}

/** What the guest has of the host's files. @throws UsageError */
function filesFor({ semihosting }: Machine, { semihostingFiles }: RunOptions): DirectoryFiles | undefined {
  if (semihostingFiles === undefined) return undefined;
  if (semihosting === undefined)
    throw new UsageError('--semihosting-files: the machine has no semihosting, which --semihosting gives it');
  return new DirectoryFiles(semihostingFiles);
}

/** Somebody for GDB to act through. */
function debuggerFor({ machine, player }: Started, { gdb, halted }: RunOptions): Debugger | undefined {
  return gdb && new Debugger(machine, { halted: halted === true, readOnly: player !== undefined });
}

/** How what was recorded ended, once it is clear that the replay ended the same. @throws DivergenceError */
async function told(player: Player | undefined): Promise<string> {
  await player?.verify();
  const end = player?.recording.end;
  return end === undefined
    ? 'replayed: the recording was cut off here'
    : `replayed: the run ended here (${printable(end.ending)})`;
}

/** Sets the exit status, and says why where the console does not. */
function report(ending: Ending, shell: Shell, why: () => string): void {
  switch (ending.kind) {
    case 'failed':
      shell.error(`firstlight: --fail-on matched: ${printable(ending.text)}\n`);
      shell.exit(exitStatus.no);
      return;
    case 'exited':
      shell.exit(ending.status);
      return;
    case 'halted':
      shell.exit(exitStatus.no);
      return;
    case 'stuck':
      shell.error(`firstlight: the guest is stuck: ${why()}\n`);
      shell.exit(exitStatus.no);
      return;
    case 'timeout':
      shell.error('firstlight: --timeout reached\n');
      shell.exit(exitStatus.timeout);
      return;
    default:
      shell.exit(exitStatus.done);
  }
}

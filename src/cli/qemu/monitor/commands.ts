/** The monitor's commands, as QEMU 7.2's `help` lists them. */
import { SECURE_SPACE } from '../../../engine/index.js';
import { UsageError } from '../../command.js';
import { QemuError } from '../error.js';
import { gdbAddress } from '../options/gdb.js';
import { refuseSnapshots } from './blocks.js';
import { MonitorError } from './error.js';
import { dump, type Formats } from './formats.js';
import type { MonitorHost } from './host.js';
import { infoRows } from './info.js';
import { inputRows } from './input.js';
import { physical, pieces, saveMemory, virtual } from './memory.js';
import { networkRows } from './networks.js';
import type { Reader } from './reader.js';
import { pictureFormats, screendump } from './screendump.js';

export interface Context {
  readonly host: MonitorHost;
  readonly formats: Formats;
  /** The core that is looked at. */
  core: number;
  readonly history: readonly string[];
  /** Says a line that comes later than the command's end. */
  readonly tell: (line: string) => void;
}

export interface MonitorRow {
  readonly parameters?: string;
  readonly help: string;
  /** Gives its lines. Reads all of what stands behind the name. @throws MonitorError */
  readonly run: (context: Context, reader: Reader, name: string) => Iterable<string> | void;
}

const act =
  (action: (context: Context) => void): MonitorRow['run'] =>
  (context, reader, name) => {
    reader.end(name);
    action(context);
  };

function examine(isPhysical: boolean): MonitorRow['run'] {
  return function* ({ host: { machine }, formats, core }, reader, name) {
    const format = formats.parse(reader.format());
    const address = reader.expression();
    reader.end(name);
    yield* dump(address, format, isPhysical ? physical(machine) : virtual(machine, core));
  };
}

function save(isPhysical: boolean): MonitorRow['run'] {
  return ({ host: { machine }, core }, reader, name) => {
    const [address, size, path] = [reader.expression(), reader.expression(), reader.word()];
    if (path === undefined) throw new MonitorError(`${name}: string expected`, true);
    reader.end(name);
    saveMemory(isPhysical ? physical(machine) : virtual(machine, core), address, size, path);
  };
}

const saveScreen: MonitorRow['run'] = ({ host: { machine } }, reader, name) => {
  const path = reader.word();
  if (path === undefined) throw new MonitorError(`${name}: filename expected`, true);
  const format = reader.options('f', name) === '' ? 'ppm' : (reader.word() ?? '');
  reader.end(name);
  const found = pictureFormats.find((each) => each === format);
  if (found === undefined) throw new QemuError(`invalid parameter value: ${format}`);
  screendump(machine, path, found);
};

/** BSD's checksum. */
const checksum = (bytes: Uint8Array, before: number): number =>
  bytes.reduce((sum, byte) => (((sum >>> 1) | (sum << 15)) + byte) & 0xffff, before);

function* gdbserver({ host }: Context, reader: Reader, name: string): Generator<string> {
  const device = reader.word() ?? 'tcp::1234';
  reader.end(name);
  try {
    const address = gdbAddress(name, device);
    host.moveGdb(address);
    yield address === undefined ? 'Disabled gdbserver' : `Waiting for gdb connection on device '${device}'`;
  } catch (error) {
    if (!(error instanceof QemuError || error instanceof UsageError)) throw error;
    throw new MonitorError(`Could not open gdbserver on device '${device}'`);
  }
}

/** Of a name, which may be left out or not. */
const noSnapshots =
  (isNamed: boolean): MonitorRow['run'] =>
  ({ host }, reader, name) => {
    if (reader.word() === undefined && isNamed) throw new MonitorError(`${name}: string expected`, true);
    reader.end(name);
    refuseSnapshots(host);
  };

/** By name; another name stands behind a bar. */
export const monitorRows: Readonly<Record<string, MonitorRow>> = {
  'cont|c': { help: 'resume emulation', run: act(({ host }) => host.resume()) },
  cpu: {
    parameters: 'index',
    help: 'set the default CPU',
    run: (context, reader, name) => {
      const index = Number(reader.expression());
      reader.end(name);
      if (index >= context.host.machine.cores) throw new MonitorError('invalid CPU index');
      context.core = index;
    },
  },
  gdbserver: {
    parameters: '[device]',
    help: "start gdbserver on given device (default 'tcp::1234'), stop with 'none'",
    run: gdbserver,
  },
  gva2gpa: {
    parameters: 'addr',
    help: 'print the guest physical address corresponding to a guest virtual address',
    run: function* ({ host: { machine }, core }, reader, name) {
      const place = machine.translate(core, reader.expression());
      reader.end(name);
      const found = place === undefined || place < SECURE_SPACE ? place : place - SECURE_SPACE;
      yield found === undefined ? 'Unmapped' : `gpa: ${found === 0 ? '0' : `0x${found.toString(16)}`}`;
    },
  },
  ...networkRows,
  'help|?': { parameters: '[cmd]', help: 'show the help', run: help },
  info: { parameters: '[subcommand]', help: 'show various information about the system state', run: info },
  loadvm: { parameters: 'tag', help: 'restore a VM snapshot from its tag', run: noSnapshots(true) },
  memsave: {
    parameters: 'addr size file',
    help: "save to disk virtual memory dump starting at 'addr' of size 'size'",
    run: save(false),
  },
  pmemsave: {
    parameters: 'addr size file',
    help: "save to disk physical memory dump starting at 'addr' of size 'size'",
    run: save(true),
  },
  mouse_button: inputRows.mouse_button,
  mouse_move: inputRows.mouse_move,
  'print|p': {
    parameters: '/fmt expr',
    help: 'print expression value (use $reg for CPU register access)',
    run: function* ({ formats }, reader, name) {
      const format = reader.format();
      const value = reader.expression();
      reader.end(name);
      yield formats.print(format, value);
    },
  },
  'quit|q': { help: 'quit the emulator', run: act(({ host }) => host.quit()) },
  savevm: {
    parameters: 'tag',
    help: 'save a VM snapshot. If no tag is provided, a new snapshot is created',
    run: noSnapshots(false),
  },
  screendump: {
    parameters: 'filename [-f format]',
    help: "save screen into a file; formats are 'png' and 'ppm', which it is unless given",
    run: saveScreen,
  },
  sendkey: inputRows.sendkey,
  'stop|s': { help: 'stop emulation', run: act(({ host }) => host.stop()) },
  sum: {
    parameters: 'addr size',
    help: 'compute the checksum of a memory region',
    run: function* ({ host: { machine } }, reader, name) {
      const [address, size] = [reader.expression(), reader.expression()];
      reader.end(name);
      let sum = 0;
      for (const bytes of pieces(physical(machine), address, size)) sum = checksum(bytes, sum);
      yield String(sum).padStart(5, '0');
    },
  },
  system_powerdown: { help: 'send system power down event', run: act(({ host }) => host.pressPowerButton()) },
  system_reset: { help: 'reset the system', run: act(({ host }) => host.reset()) },
  x: { parameters: '/fmt addr', help: "virtual memory dump starting at 'addr'", run: examine(false) },
  xp: { parameters: '/fmt addr', help: "physical memory dump starting at 'addr'", run: examine(true) },
};

/** The row of one of its names. */
export function rowOf(
  rows: Readonly<Record<string, MonitorRow>>,
  name: string,
): { readonly names: string; readonly row: MonitorRow } | undefined {
  const names = Object.keys(rows).find((each) => each.split('|').includes(name));
  return names === undefined ? undefined : { names, row: rows[names] };
}

const helpLine = (names: string, { parameters = '', help: text }: MonitorRow): string =>
  `${names} ${parameters} -- ${text}`;

function* help(_: Context, reader: Reader): Generator<string> {
  const [name, part] = [reader.word(), reader.word()];
  const isInfo = name === 'info' && part !== undefined;
  const rows = isInfo ? infoRows : monitorRows;
  const prefix = isInfo ? 'info ' : '';
  if (name === undefined) {
    for (const [names, row] of Object.entries(rows)) yield helpLine(names, row);
    return;
  }
  const found = rowOf(rows, isInfo ? part : name);
  if (found === undefined) throw new MonitorError(`unknown command: '${prefix}${isInfo ? part : name}'`);
  yield helpLine(prefix + found.names, found.row);
}

function* info(context: Context, reader: Reader): Generator<string> {
  const name = reader.word();
  if (name === undefined) {
    for (const [each, row] of Object.entries(infoRows)) yield helpLine(`info ${each}`, row);
    return;
  }
  const found = rowOf(infoRows, name);
  if (found === undefined) throw new MonitorError(`unknown command: 'info ${name}'`);
  yield* found.row.run(context, reader, found.names) ?? [];
}

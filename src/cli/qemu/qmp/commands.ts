/** QMP's commands, by name, as QEMU 7.2's QAPI schema has them. */
import { Formats } from '../monitor/formats.js';
import { physical, saveMemory, virtual } from '../monitor/memory.js';
import { perform } from '../monitor/perform.js';
import { pictureFormats, screendump } from '../monitor/screendump.js';
import { integer, oneOf, optional, required, string } from './arguments.js';
import { command, type QmpCommand, type QmpContext } from './command.js';
import { QmpError } from './error.js';
import { inputCommands } from './input.js';
import { queries } from './queries.js';

/** @throws QmpError */
function coreOf({ host: { machine } }: QmpContext, index = 0n): number {
  if (index < 0n || index >= BigInt(machine.cores))
    throw new QmpError("Parameter 'cpu-index' expects a CPU number");
  return Number(index);
}

/** What a client must begin with. */
export const NEGOTIATION = 'qmp_capabilities';

export const qmpCommands: Readonly<Record<string, QmpCommand>> = {
  ...queries,
  ...inputCommands,
  stop: command({}, ({ host }) => host.stop()),
  cont: command({}, ({ host }) => host.resume()),
  quit: command({}, ({ host }) => host.quit()),
  system_reset: command({}, ({ host }) => host.reset()),
  system_powerdown: command({}, ({ host }) => host.pressPowerButton()),
  system_wakeup: command({}, () => {
    throw new QmpError('wake-up from suspend is not supported by this guest');
  }),
  screendump: command(
    {
      filename: required(string),
      device: optional(string),
      head: optional(integer),
      format: optional(oneOf(...pictureFormats)),
    },
    ({ host: { machine } }, { filename, device, head, format = 'ppm' }) => {
      if (device !== undefined) throw new QmpError(`Device '${device}' not found`, 'DeviceNotFound');
      if (head !== undefined) throw new QmpError("'head' must be specified together with 'device'");
      screendump(machine, filename, format);
    },
  ),
  memsave: command(
    {
      val: required(integer),
      size: required(integer),
      filename: required(string),
      'cpu-index': optional(integer),
    },
    (context, { val, size, filename, 'cpu-index': index }) =>
      saveMemory(virtual(context.host.machine, coreOf(context, index)), val, size, filename),
  ),
  pmemsave: command(
    { val: required(integer), size: required(integer), filename: required(string) },
    ({ host }, { val, size, filename }) => saveMemory(physical(host.machine), val, size, filename),
  ),
  'human-monitor-command': command(
    { 'command-line': required(string), 'cpu-index': optional(integer) },
    (context, { 'command-line': line, 'cpu-index': index }) => {
      const { host, note } = context;
      const core = coreOf(context, index);
      let answer = '';
      perform({ host, formats: new Formats(), core, history: [], tell: note }, line, (text) => {
        answer += `${text}\r\n`;
      });
      return answer;
    },
  ),
  'query-commands': command({}, () => [NEGOTIATION, ...Object.keys(qmpCommands)].map((name) => ({ name }))),
};

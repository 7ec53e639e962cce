/** A line of the monitor's, carried out. */
import { printable } from '../../../images/index.js';
import { QemuError } from '../error.js';
import { monitorRows, rowOf, type Context } from './commands.js';
import { MonitorError } from './error.js';
import { Reader } from './reader.js';

/** `say` is given the lines of the answer. */
export function perform(context: Context, line: string, say: (line: string) => void): void {
  const [, name, rest] = /^\s*([^\s/]*)(.*)$/s.exec(line) ?? [];
  if (name === '' && rest.trim() === '') return;
  try {
    const found = rowOf(monitorRows, name);
    if (found === undefined) throw new MonitorError(`unknown command: '${printable(name)}'`);
    const reader = new Reader(rest, (register) => registerOf(context, register));
    for (const text of found.row.run(context, reader, found.names) ?? []) say(text);
  } catch (error) {
    if (error instanceof QemuError) {
      say(`Error: ${printable(error.message)}`);
      return;
    }
    if (!(error instanceof MonitorError)) throw error;
    say(printable(error.message));
    const help = name === 'info' ? `info ${rest.trim().split(/\s/)[0]}` : name;
    if (error.isSyntax) say(`Try "help ${printable(help)}" for more information`);
  }
}

function registerOf({ host: { machine }, core }: Context, name: string): bigint | undefined {
  const registers = machine.core(core);
  if (name === 'pc' || name === 'sp') return registers[name];
  const [, number] = /^x([12]?\d|30)$/.exec(name) ?? [];
  if (number !== undefined) return registers.x(Number(number));
  return machine.systemRegister(core, name.toUpperCase());
}

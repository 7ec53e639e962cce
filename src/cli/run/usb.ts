/** `--device` and `--send-keys`: USB devices, and keys for them. */
import { InvalidArgumentError } from 'commander';
import { attendedTo, lineOf, momentOf, type Cue } from '../../host/index.js';
import { printable } from '../../images/index.js';
import { usbKinds, type UsbSpecification } from '../../machine/index.js';
import { UsageError } from '../command.js';
import { QemuError } from '../qemu/error.js';
import { looseList, valueOf } from '../qemu/options/lists.js';
import { keyEvents } from '../qemu/options/keys.js';
import { parseUsbDevice } from '../qemu/options/usb.js';

/** What wrong use of an option throws where commander is to say which option it is. */
export function ofOption<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof QemuError || error instanceof UsageError)
      throw new InvalidArgumentError(`${printable(error.message)}.`);
    throw error;
  }
}

/** `--device`, which may be given again: a driver and its properties, as QEMU spells them. */
export const collectDevice = (text: string, before: readonly UsbSpecification[] = []): UsbSpecification[] =>
  ofOption(() => {
    const list = looseList(text, 'driver');
    const driver = valueOf(list.slice(0, 1), 'driver') ?? '';
    const device = parseUsbDevice(driver, list.slice(1));
    if (device === undefined)
      throw new UsageError(`expected one of ${usbKinds.join(', ')}, found '${driver}'`);
    return [...before, device];
  });

const NS = 1e9;

/** `[SECONDS:|/REGEX/:]KEYS`. */
function parseCue(text: string): Cue {
  const [, seconds, pattern, keys] = /^(?:(\d+(?:\.\d+)?):|\/(.*)\/:)?\s*(.*)$/s.exec(text) ?? [];
  const events = keys
    .split(/\s+/)
    .filter((word) => word !== '')
    .flatMap((chord) => keyEvents(chord));
  if (events.length === 0) throw new UsageError('expected keys, such as: h i shift-1 ret');
  if (seconds !== undefined) return momentOf(Math.round(Number(seconds) * NS), events);
  return pattern === undefined ? attendedTo(events) : lineOf(expression(pattern), events);
}

function expression(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'expected a regular expression');
  }
}

/** `--send-keys`, which may be given again. */
export const collectKeys = (text: string, before: readonly Cue[] = []): Cue[] =>
  ofOption(() => [...before, parseCue(text)]);

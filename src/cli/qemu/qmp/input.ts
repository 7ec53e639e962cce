/** QMP's `send-key` and `input-send-event`. */
import { keyCode, keyNames, TABLET_MOST, type Button, type InputEvent } from '../../../machine/index.js';
import { chordEvents } from '../options/keys.js';
import {
  boolean,
  integer,
  list,
  meaning,
  object,
  oneOf,
  optional,
  required,
  string,
  tagged,
} from './arguments.js';
import { command } from './command.js';
import { QmpError } from './error.js';

/** A key, by its name or its number: its code. */
const key = tagged({
  number: (value, path) => keyCode(`0x${integer(value, path).toString(16)}`) ?? 0,
  qcode: meaning((name) => (keyNames.includes(name) ? keyCode(name) : undefined)),
});

/** By QMP's names. The wheel of a mouse here does not go sideways. */
const buttons: Readonly<Record<string, Button | 'none'>> = {
  ...{ left: 'left', middle: 'middle', right: 'right', 'wheel-up': 'wheel up', 'wheel-down': 'wheel down' },
  ...{ side: 'side', extra: 'extra', 'wheel-left': 'none', 'wheel-right': 'none' },
};

/** How far a mouse can be moved at once is 32 bits. */
const narrow = (value: bigint): number => Number(BigInt.asIntN(32, value));
const inTablet = (value: bigint): number => Math.min(Math.max(narrow(value), 0), TABLET_MOST);

const move = object({ axis: required(oneOf('x', 'y')), value: required(integer) });

/** An event by its kind of QMP's; several kinds of one here. */
const event = tagged<Record<string, { readonly type: string; readonly event: InputEvent | undefined }>>({
  key: (value, path) => {
    const { key: code, down } = object({ key: required(key), down: required(boolean) })(value, path);
    return { type: 'key', event: { kind: 'key', code, down } };
  },
  btn: (value, path) => {
    const named = meaning((name) => (Object.hasOwn(buttons, name) ? buttons[name] : undefined));
    const { button, down } = object({ button: required(named), down: required(boolean) })(value, path);
    return { type: 'btn', event: button === 'none' ? undefined : { kind: 'button', button, down } };
  },
  rel: (value, path) => {
    const { axis, value: by } = move(value, path);
    return { type: 'rel', event: { kind: 'relative', axis, by: narrow(by) } };
  },
  abs: (value, path) => {
    const { axis, value: at } = move(value, path);
    return { type: 'abs', event: { kind: 'absolute', axis, at: inTablet(at) } };
  },
});

export const inputCommands = {
  'send-key': command(
    { keys: required(list(key)), 'hold-time': optional(integer) },
    ({ host }, { keys, 'hold-time': hold = 0n }) => host.sendInput(chordEvents(keys, narrow(hold))),
  ),
  'input-send-event': command(
    { device: optional(string), head: optional(integer), events: required(list(event)) },
    ({ host }, { device, events }) => {
      const { board } = host.machine;
      // No device has a screen of its own.
      if (device !== undefined) throw new QmpError(`Device '${device}' not found`, 'DeviceNotFound');
      if (host.state !== 'running') throw new QmpError('VM not running');
      const wrong = events.find(
        ({ event }) => event !== undefined && board.usb?.input.takes(event.kind) !== true,
      );
      if (wrong !== undefined) throw new QmpError(`Input handler not found for event type ${wrong.type}`);
      host.sendInput([...events.flatMap(({ event }) => event ?? []), { kind: 'sync' }]);
    },
  ),
};

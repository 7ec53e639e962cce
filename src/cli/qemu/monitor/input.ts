/** The monitor's `sendkey`, `mouse_move` and `mouse_button`, and what `info usb` tells. */
import type { Button, InputEvent } from '../../../machine/index.js';
import { QemuError } from '../error.js';
import { keyEvents } from '../options/keys.js';
import type { Context, MonitorRow } from './commands.js';
import { MonitorError } from './error.js';
import type { Reader } from './reader.js';

const word = (reader: Reader, name: string): string => {
  const found = reader.word();
  if (found === undefined) throw new MonitorError(`${name}: string expected`, true);
  return found;
};

/** As C's strtol reads a number: what is none is 0. */
function number(text: string): number {
  const [digits] = /^\s*[+-]?(0x[0-9a-f]+|\d+)/i.exec(text) ?? ['0'];
  const isNegative = digits.trim().startsWith('-');
  const size = digits.trim().replace(/^[+-]/, '');
  const value = Number(/^0[0-7]+$/.test(size) ? `0o${size.slice(1)}` : size);
  return (isNegative ? -value : value) | 0;
}

/** Buttons by their bits in `mouse_button`'s argument. */
const buttonBits: readonly (readonly [bit: number, button: Button])[] = [
  [1, 'left'],
  [2, 'middle'],
  [4, 'right'],
];

function sendKey({ host }: Context, reader: Reader, name: string): void {
  const keys = word(reader, name);
  const hold = reader.isAtEnd ? 0 : Number(BigInt.asIntN(32, reader.expression()));
  reader.end(name);
  try {
    host.sendInput(keyEvents(keys, hold));
  } catch (error) {
    if (error instanceof QemuError) throw new MonitorError(error.message);
    throw error;
  }
}

function moveMouse({ host }: Context, reader: Reader, name: string): void {
  const [x, y] = [number(word(reader, name)), number(word(reader, name))];
  const wheel = number(reader.word() ?? '0');
  reader.end(name);
  const button: Button = wheel > 0 ? 'wheel up' : 'wheel down';
  const turn: InputEvent[] = [
    { kind: 'button', button, down: true },
    { kind: 'sync' },
    { kind: 'button', button, down: false },
  ];
  host.sendInput([
    { kind: 'relative', axis: 'x', by: x },
    { kind: 'relative', axis: 'y', by: y },
    ...(wheel === 0 ? [] : turn),
    { kind: 'sync' },
  ]);
}

function pressButtons({ host }: Context, reader: Reader, name: string): void {
  const state = Number(BigInt.asUintN(32, reader.expression()));
  reader.end(name);
  const changed = state ^ host.mouseButtons;
  if (changed === 0) return;
  host.mouseButtons = state;
  const events = buttonBits
    .filter(([bit]) => (changed & bit) !== 0)
    .map(([bit, button]): InputEvent => ({ kind: 'button', button, down: (state & bit) !== 0 }));
  host.sendInput([...events, { kind: 'sync' }]);
}

export const inputRows: Readonly<Record<string, MonitorRow>> = {
  mouse_button: {
    parameters: 'state',
    help: 'change mouse button state (1=L, 2=M, 4=R)',
    run: pressButtons,
  },
  mouse_move: { parameters: 'dx dy [dz]', help: 'send mouse move events', run: moveMouse },
  sendkey: {
    parameters: 'keys [hold_ms]',
    help: "send keys to the VM (e.g. 'sendkey ctrl-alt-f1', default hold time=100 ms)",
    run: sendKey,
  },
};

/** By speed, Mb/s. */
export const SPEEDS = { full: '12', high: '480' } as const;

export const usbRow: MonitorRow = {
  help: 'show guest USB devices',
  run: ({ host: { machine } }, reader, name) => {
    reader.end(name);
    const { usb } = machine.board;
    if (usb === undefined) throw new MonitorError('Error: USB support not enabled');
    return usb.bus.devices.map(({ address, port, speed, product, id }) => {
      const named = id === undefined ? '' : `, ID: ${id}`;
      return `  Device 0.${address}, Port ${port.path}, Speed ${SPEEDS[speed]} Mb/s, Product ${product}${named}`;
    });
  },
};

/** What comes from a keyboard, a mouse or a tablet, as plain data; QEMU's InputEvent. */
import { integer, Shape } from '../../engine/index.js';

/** Buttons of a pointer; turning its wheel is pressing one of two as well. */
export const buttons = ['left', 'middle', 'right', 'wheel up', 'wheel down', 'side', 'extra'] as const;
export type Button = (typeof buttons)[number];
export const axes = ['x', 'y'] as const;
export type Axis = (typeof axes)[number];

/** Where a tablet's axis ends, which begins at 0. */
export const TABLET_MOST = 0x7fff;
/** How far a mouse can be moved at once. */
const FARTHEST = 2 ** 31;
/** A day. */
const LONGEST_DELAY = 86_400_000;

export type InputEvent =
  /** A key goes down or up: `code` is one of `keyCode`. */
  | { readonly kind: 'key'; readonly code: number; readonly down: boolean }
  | { readonly kind: 'button'; readonly button: Button; readonly down: boolean }
  /** A mouse is moved. */
  | { readonly kind: 'relative'; readonly axis: Axis; readonly by: number }
  /** A tablet's pen is put somewhere, from 0 to `TABLET_MOST`. */
  | { readonly kind: 'absolute'; readonly axis: Axis; readonly at: number }
  /** What has become of a pointer since the last one is to be told as one. */
  | { readonly kind: 'sync' }
  /** The keys behind it come so many ms of the guest's time later. */
  | { readonly kind: 'delay'; readonly ms: number };
export type InputKind = InputEvent['kind'];

const kinds = ['key', 'button', 'relative', 'absolute', 'sync', 'delay'] as const;

/** An event as three numbers, for files. */
export type InputNumbers = [kind: number, first: number, second: number];

export function inputNumbers(event: InputEvent): InputNumbers {
  const kind = kinds.indexOf(event.kind);
  switch (event.kind) {
    case 'key':
      return [kind, event.code, Number(event.down)];
    case 'button':
      return [kind, buttons.indexOf(event.button), Number(event.down)];
    case 'relative':
      return [kind, axes.indexOf(event.axis), event.by];
    case 'absolute':
      return [kind, axes.indexOf(event.axis), event.at];
    case 'sync':
      return [kind, 0, 0];
    case 'delay':
      return [kind, event.ms, 0];
  }
}

const byte = integer(0, 0xff);
const bit = integer(0, 1);
const zero = integer(0, 0);
const axis = integer(0, axes.length - 1);
/** By kind, of the two numbers behind it. */
const ranges: Readonly<Record<InputKind, readonly [Shape<number>, Shape<number>]>> = {
  key: [byte, bit],
  button: [integer(0, buttons.length - 1), bit],
  relative: [axis, integer(-FARTHEST, FARTHEST - 1)],
  absolute: [axis, integer(0, TABLET_MOST)],
  sync: [zero, zero],
  delay: [integer(1, LONGEST_DELAY), zero],
};

/** The numbers that events have. */
export const inputShape: Shape<InputNumbers> = new Shape<InputNumbers>(
  kinds.map((kind) => `${kind}: ${ranges[kind].map(({ text }) => text).join('; ')}`).join(' or '),
  (value, path) => {
    if (!Array.isArray(value) || value.length !== 3) return `${path}: expected an input event`;
    const [number, first, second] = value as unknown[];
    const kind = typeof number === 'number' ? kinds.at(number) : undefined;
    if (kind === undefined || number !== kinds.indexOf(kind)) return `${path}[0]: expected a kind of input`;
    const [one, two] = ranges[kind];
    return one.misfit(first, `${path}[1]`) ?? two.misfit(second, `${path}[2]`);
  },
);

/** The event of numbers that are of `inputShape`. */
export function inputEvent([number, first, second]: InputNumbers): InputEvent {
  const kind = kinds[number];
  const down = second === 1;
  switch (kind) {
    case 'key':
      return { kind, code: first, down };
    case 'button':
      return { kind, button: buttons[first], down };
    case 'relative':
      return { kind, axis: axes[first], by: second };
    case 'absolute':
      return { kind, axis: axes[first], at: second };
    case 'sync':
      return { kind };
    case 'delay':
      return { kind, ms: first };
  }
}

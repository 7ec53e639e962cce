/** What is done to the USB controller and its devices, one after the other, and what it gives. */
import type { Button, InputEvent, UsbSpecification } from '../../src/machine/index.js';

export type Operation =
  | { readonly kind: 'write'; readonly register: number; readonly value: number }
  | { readonly kind: 'read'; readonly register: number }
  /** Bytes of RAM. */
  | { readonly kind: 'store'; readonly address: number; readonly bytes: Uint8Array }
  | { readonly kind: 'load'; readonly address: number; readonly length: number }
  /** Time goes on until nothing is left to be done. */
  | { readonly kind: 'settle' }
  /** What a disk has been asked for is done; time stands still. */
  | { readonly kind: 'drain' }
  /** Whether the controller interrupts. */
  | { readonly kind: 'line' }
  /** Likewise, once these have come. */
  | { readonly kind: 'input'; readonly events: readonly InputEvent[] };

export const DWC2 = 0x3f98_0000;
/** Of the interrupt controller: which of interrupts 0 to 31 pend, and the controller's bit. */
export const PENDING_1 = 0x3f00_b204;
export const PENDING_USB = 1 << 9;
/** RAM for the controller's transfers, as the cores see it, and as the controller does. */
export const SCRATCH = 0x10_0000;
export const SCRATCH_OF_GPU = 0xc010_0000;

export const hex = (n: number): string => `0x${n.toString(16)}`;
const hexBytes = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export function describe(operation: Operation): string {
  switch (operation.kind) {
    case 'write':
      return `write ${hex(operation.register)} ${hex(operation.value)}`;
    case 'read':
      return `read ${hex(operation.register)}`;
    case 'store':
      return `store ${hex(operation.address)} ${hexBytes(operation.bytes)}`;
    case 'load':
      return `load ${hex(operation.address)}+${operation.length}`;
    case 'settle':
      return 'settle';
    case 'drain':
      return 'drain';
    case 'line':
      return 'interrupt';
    case 'input':
      return `input ${JSON.stringify(operation.events)}`;
  }
}

/** As `-device` has it. */
export function deviceOption({ kind, id, port, serial, ...rest }: UsbSpecification): string {
  const own =
    'version' in rest
      ? [`usb_version=${rest.version}`]
      : 'ports' in rest
        ? [`ports=${rest.ports}`]
        : 'drive' in rest
          ? [`drive=${rest.drive}`, `removable=${rest.removable ? 'on' : 'off'}`]
          : [];
  const named = Object.entries({ id, port, serial }).flatMap(([key, value]) =>
    value === null ? [] : `${key}=${value}`,
  );
  return [kind, ...named, ...own].join(',');
}

const qemuButtons: Readonly<Record<Button, string>> = {
  left: 'left',
  middle: 'middle',
  right: 'right',
  'wheel up': 'wheel-up',
  'wheel down': 'wheel-down',
  side: 'side',
  extra: 'extra',
};

/** As QMP's `input-send-event` has it; those that it has not are not sent. */
export function qmpEvent(event: InputEvent, keyName: (code: number) => string): object | undefined {
  switch (event.kind) {
    case 'key':
      return { type: 'key', data: { down: event.down, key: { type: 'qcode', data: keyName(event.code) } } };
    case 'button':
      return { type: 'btn', data: { down: event.down, button: qemuButtons[event.button] } };
    case 'relative':
      return { type: 'rel', data: { axis: event.axis, value: event.by } };
    case 'absolute':
      return { type: 'abs', data: { axis: event.axis, value: event.at } };
    default:
      return undefined;
  }
}

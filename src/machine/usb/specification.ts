/** Which USB devices a machine has: plain data, as its configuration has it. Names and properties are QEMU's. */
import {
  flag,
  integer,
  listOf,
  oneOf,
  Shape,
  nullOr,
  record,
  text,
  type Shaped,
} from '../../engine/index.js';

const printableText = text.where('text of one line', (value) => /^[\x20-\x7e]*$/.test(value));
/** More than fit into any bus. */
const MOST_DEVICES = 100;
/** A string descriptor has at most 126 letters. */
export const LONGEST_SERIAL = 126;

/** Of each: what the user calls it, the port that it is to be in, and its serial number, unless left to the machine. */
const common = {
  id: nullOr(printableText),
  port: nullOr(printableText),
  serial: nullOr(printableText.where('126 letters at most', ({ length }) => length <= LONGEST_SERIAL)),
};

export const inputKinds = ['usb-kbd', 'usb-mouse', 'usb-tablet'] as const;
/** `version`: of USB, 1 or 2; one of 1 is never fast. */
const inputShape = record({ kind: oneOf(...inputKinds), ...common, version: integer(1, 2) });
const hubShape = record({ kind: oneOf('usb-hub'), ...common, ports: integer(1, 8) });

/** `mac`: the card's address, as `52:54:00:12:34:56`; null for the next that is free. `netdev`: the network's name. */
export const macShape = text.where('an Ethernet address', (value) =>
  /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(value),
);
const netShape = record({
  kind: oneOf('usb-net'),
  ...common,
  mac: nullOr(macShape),
  netdev: nullOr(printableText),
});

/**
 * `disk`: which of the machine's disks it has, from 0; those that no such device has are for the board's drives. `drive`: what
 * the user calls that, which the device tells where it has no serial number of its own.
 */
const storageShape = record({
  kind: oneOf('usb-storage'),
  ...common,
  drive: printableText,
  disk: integer(0, MOST_DEVICES - 1),
  removable: flag,
});

export type StorageSpecification = Shaped<typeof storageShape>;
export type NetSpecification = Shaped<typeof netShape>;
export type InputSpecification = Shaped<typeof inputShape>;
export type HubSpecification = Shaped<typeof hubShape>;
export type UsbSpecification =
  InputSpecification | HubSpecification | NetSpecification | StorageSpecification;
export type UsbKind = UsbSpecification['kind'];

const shapes: { readonly [K in UsbKind]: Shape<UsbSpecification> } = {
  'usb-kbd': inputShape,
  'usb-mouse': inputShape,
  'usb-tablet': inputShape,
  'usb-hub': hubShape,
  'usb-net': netShape,
  'usb-storage': storageShape,
};
export const usbKinds = Object.keys(shapes) as readonly UsbKind[];

const isKind = (kind: unknown): kind is UsbKind => (usbKinds as readonly unknown[]).includes(kind);

const usbShape = new Shape<UsbSpecification>(
  [...new Set(Object.values(shapes).map((each) => each.text))].join(' or '),
  (value, path) => {
    const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
    return isKind(kind)
      ? shapes[kind].misfit(value, path)
      : `${path}.kind: expected one of ${usbKinds.join(', ')}`;
  },
);
export const usbListShape: Shape<UsbSpecification[]> = listOf(usbShape, MOST_DEVICES);

/** A device with what is usual, where nothing else is said. */
export function usbDevice(kind: UsbKind): UsbSpecification {
  const usual = { id: null, port: null, serial: null };
  switch (kind) {
    case 'usb-hub':
      return { kind, ...usual, ports: 8 };
    case 'usb-net':
      return { kind, ...usual, mac: null, netdev: null };
    case 'usb-storage':
      return { kind, ...usual, drive: '', disk: 0, removable: false };
    default:
      return { kind, ...usual, version: 2 };
  }
}

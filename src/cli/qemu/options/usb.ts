/** USB devices by QEMU's `-device` and `-usbdevice`, and by firstlight's `--device`, which reads the same. */
import {
  LONGEST_SERIAL,
  misplaced,
  USB_BUS,
  usbDevice,
  usbKinds,
  type UsbKind,
  type UsbSpecification,
} from '../../../machine/index.js';
import { UsageError } from '../../command.js';
import { QemuError } from '../error.js';
import type { Parameter } from './lists.js';
import { parseInteger, parseSwitch } from './values.js';

/** A device as it was written, for messages. */
export interface WrittenDevice {
  readonly text: string;
  readonly device: UsbSpecification;
}

const isKind = (driver: string): driver is UsbKind => (usbKinds as readonly string[]).includes(driver);

/** Takes a property over. */
type Take = (device: UsbSpecification, value: string, name: string) => UsbSpecification;

function uint32(name: string, value: string): number {
  const isNegative = /^-\d+$/.test(value);
  const number = isNegative ? 2n ** 64n - 1n : parseInteger(name, value);
  if (number >= 2n ** 32n) throw new QemuError(`Parameter '${name}' expects uint32_t`);
  return Number(number);
}

const common: Readonly<Record<string, Take>> = {
  id: (device, id) => ({ ...device, id }),
  bus: (device, bus) => {
    if (bus !== USB_BUS) throw new QemuError(`Bus '${bus}' not found`);
    return device;
  },
  port: (device, port) => ({ ...device, port }),
  serial: (device, serial) => {
    if (serial.length > LONGEST_SERIAL)
      throw new UsageError(`serial=${serial}: expected at most ${LONGEST_SERIAL} letters`);
    return { ...device, serial: serial === '' ? null : serial };
  },
  'msos-desc': (device, value, name) => {
    if (parseSwitch(name, value)) return device;
    throw new UsageError('msos-desc=off: Microsoft descriptors are always there');
  },
  pcap: () => {
    throw new UsageError('pcap: what is on the bus cannot be written to a file');
  },
  attached: ({ kind }) => {
    throw new QemuError(`Property '${kind}.attached' is not writable`);
  },
};
const version: Take = (device, value, name) => {
  const number = uint32(name, value);
  if (number !== 1 && number !== 2) throw new QemuError(`Invalid usb version ${number} for usb hid device`);
  return { ...device, version: number } as UsbSpecification;
};
/** There is one screen, whatever it is called. */
const ignore: Take = (device) => device;

const own: { readonly [K in UsbKind]: Readonly<Record<string, Take>> } = {
  'usb-kbd': { usb_version: version, display: ignore },
  'usb-mouse': { usb_version: version },
  'usb-tablet': { usb_version: version, display: ignore, head: ignore },
  'usb-net': {
    mac: (device, value) => {
      if (!/^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(value))
        throw new QemuError(`Property 'usb-net.mac' doesn't take value '${value}'`);
      const mac = value.toLowerCase().replaceAll('-', ':');
      return { ...device, mac } as UsbSpecification;
    },
    netdev: (device, netdev) => ({ ...device, netdev }) as UsbSpecification,
    bootindex: ignore,
  },
  'usb-storage': {
    drive: (device, drive) => ({ ...device, drive }) as UsbSpecification,
    removable: (device, value, name) =>
      ({ ...device, removable: parseSwitch(name, value) }) as UsbSpecification,
    bootindex: ignore,
  },
  'usb-hub': {
    ports: (device, value, name) => {
      const ports = uint32(name, value);
      if (ports < 1 || ports > 8) throw new QemuError(`num_ports (${ports}) out of range (1..8)`);
      return { ...device, ports } as UsbSpecification;
    },
    'port-power': (device, value, name) => {
      if (!parseSwitch(name, value)) return device;
      throw new UsageError('port-power=on: all ports always have power');
    },
  },
};

/**
 * The device of a driver's name and its properties; undefined for a driver that is none of these.
 * @throws QemuError for what QEMU refuses as well, UsageError for what only firstlight does
 */
export function parseUsbDevice(driver: string, list: readonly Parameter[]): UsbSpecification | undefined {
  if (!isKind(driver)) return undefined;
  const properties = { ...common, ...own[driver] };
  return list.reduce((device, { name, value }) => {
    if (!Object.hasOwn(properties, name)) throw new QemuError(`Property '${driver}.${name}' not found`);
    return properties[name](device, value, name);
  }, usbDevice(driver));
}

/** `-usbdevice`: the names of old. @throws QemuError, UsageError likewise */
export function parseOldName(name: string): UsbSpecification {
  switch (name) {
    case 'keyboard':
      return usbDevice('usb-kbd');
    case 'mouse':
      return usbDevice('usb-mouse');
    case 'tablet':
      return usbDevice('usb-tablet');
    case 'braille':
    case 'ccid':
    case 'wacom-tablet':
      throw new UsageError(`-usbdevice ${name}: such USB devices come with a later version`);
    default:
      throw new QemuError(`could not add USB device '${name}'`);
  }
}

/** Throws QemuError where one of them cannot be plugged in behind those before it. */
export function checkPlaces(devices: readonly WrittenDevice[]): void {
  const found = misplaced(devices.map(({ device }) => device));
  if (found !== undefined) throw new QemuError(`${devices[found.index].text}: ${found.message}`);
}

/** What a device says of itself: USB 2.0, 9.6, and the Microsoft OS descriptors 1.0 that QEMU's devices have. */

export type Speed = 'full' | 'high';

export const USB_DT = {
  DEVICE: 1,
  CONFIG: 2,
  STRING: 3,
  INTERFACE: 4,
  ENDPOINT: 5,
  DEVICE_QUALIFIER: 6,
  OTHER_SPEED_CONFIG: 7,
  DEBUG: 10,
  BOS: 15,
  DEVICE_CAPABILITY: 16,
  HID: 0x21,
  REPORT: 0x22,
  CS_INTERFACE: 0x24,
  HUB: 0x29,
} as const;

/** Of `EndpointDescriptor.address`: towards the host. */
export const USB_IN = 0x80;
export const TRANSFER_BULK = 2;
export const TRANSFER_INTERRUPT = 3;

/** Of `ConfigurationDescriptor.attributes`. */
export const ATTRIBUTE_ONE = 0x80;
export const ATTRIBUTE_SELF_POWERED = 0x40;
export const ATTRIBUTE_WAKEUP = 0x20;

export interface EndpointDescriptor {
  readonly address: number;
  readonly type: typeof TRANSFER_BULK | typeof TRANSFER_INTERRUPT;
  readonly maxPacketSize: number;
  readonly interval?: number;
}

export interface InterfaceDescriptor {
  readonly number: number;
  readonly alternate?: number;
  readonly class: number;
  readonly subclass?: number;
  readonly protocol?: number;
  /** The index of a string. */
  readonly name?: number;
  /** What a class adds, byte for byte. */
  readonly more?: readonly (readonly number[])[];
  readonly endpoints: readonly EndpointDescriptor[];
}

export interface ConfigurationDescriptor {
  readonly value: number;
  readonly interfaces: number;
  readonly name?: number;
  readonly attributes: number;
  /** In units of 2 mA. */
  readonly maxPower?: number;
  /** With each alternate setting on its own. */
  readonly settings: readonly InterfaceDescriptor[];
}

/** What a device is at one speed. */
export interface DeviceDescriptor {
  /** Version of USB in binary-coded decimals. */
  readonly usb: number;
  readonly class?: number;
  readonly maxPacketSize0: number;
  readonly configurations: readonly ConfigurationDescriptor[];
}

export interface Description {
  readonly vendor: number;
  readonly product: number;
  readonly release: number;
  /** Indices of strings. */
  readonly manufacturer: number;
  readonly name: number;
  readonly serial: number;
  readonly strings: Readonly<Record<number, string>>;
  readonly full: DeviceDescriptor;
  readonly high?: DeviceDescriptor;
  /** Whether it would be one of USB 3 at a port of that kind, which its binary object store tells at any port. */
  readonly superSpeed?: true;
  /** Whether it tells Windows by Microsoft's descriptors that it may be suspended by itself. */
  readonly microsoft?: true;
}

/** The string that says where Microsoft's descriptors are, and the request that it names. */
export const MICROSOFT_STRING = 0xee;
export const MICROSOFT_REQUEST = 0x51;
const MICROSOFT_SIGNATURE = `MSFT100${String.fromCharCode(MICROSOFT_REQUEST)}`;

const low = (value: number): number => value & 0xff;
const high = (value: number): number => (value >> 8) & 0xff;
const word = (value: number): number[] => [low(value), high(value)];
const long = (value: number): number[] => [...word(value), ...word(value >>> 16)];
const utf16 = (text: string): number[] => Array.from(text, (_, i) => word(text.charCodeAt(i))).flat();

export function deviceDescriptor(about: Description, device: DeviceDescriptor): number[] {
  // Microsoft's descriptors are for USB 2.0.
  const usb = about.microsoft === true ? Math.max(device.usb, 0x200) : device.usb;
  return [
    ...[18, USB_DT.DEVICE, ...word(usb), device.class ?? 0, 0, 0, device.maxPacketSize0],
    ...[...word(about.vendor), ...word(about.product), ...word(about.release)],
    ...[about.manufacturer, about.name, about.serial, device.configurations.length],
  ];
}

export const deviceQualifier = ({
  usb,
  class: kind = 0,
  maxPacketSize0,
  configurations,
}: DeviceDescriptor) => [
  ...[10, USB_DT.DEVICE_QUALIFIER, ...word(usb), kind, 0, 0, maxPacketSize0, configurations.length, 0],
];

export function configurationDescriptor(
  { value, interfaces, name = 0, attributes, maxPower = 0, settings }: ConfigurationDescriptor,
  type: number = USB_DT.CONFIG,
): number[] {
  const rest = settings.flatMap(interfaceDescriptor);
  return [9, type, ...word(9 + rest.length), interfaces, value, name, attributes, maxPower, ...rest];
}

const interfaceDescriptor = (setting: InterfaceDescriptor): number[] => [
  ...[9, USB_DT.INTERFACE, setting.number, setting.alternate ?? 0, setting.endpoints.length],
  ...[setting.class, setting.subclass ?? 0, setting.protocol ?? 0, setting.name ?? 0],
  ...(setting.more ?? []).flat(),
  ...setting.endpoints.flatMap(({ address, type, maxPacketSize, interval = 0 }) => {
    return [7, USB_DT.ENDPOINT, address, type, ...word(maxPacketSize), interval];
  }),
];

/** Of a string, or of the languages there are; undefined for one that the device has not. */
export function stringDescriptor(
  about: Description,
  index: number,
  own: ReadonlyMap<number, string>,
): number[] | undefined {
  if (index === 0) return [4, USB_DT.STRING, ...word(0x409)];
  const microsoft = about.microsoft === true && index === MICROSOFT_STRING ? MICROSOFT_SIGNATURE : undefined;
  const text = own.get(index) ?? microsoft ?? about.strings[index];
  if (text === undefined) return undefined;
  const length = low(2 * text.length + 2);
  return [length, USB_DT.STRING, ...utf16(text)].slice(0, Math.max(length, 2));
}

/**
 * Binary object store: that a device which can be a fast one has link power management (USB 2.0 ECN LPM, 4.1), and at
 * which speeds a device of USB 3 works, and how fast it wakes up (USB 3.0, 9.6.2.2).
 */
export function binaryObjectStore({ high: fast, superSpeed }: Description): number[] {
  const capabilities = [
    ...(fast === undefined ? [] : [[7, USB_DT.DEVICE_CAPABILITY, 2, 2, 0, 0, 0]]),
    // Full speed, high speed and 5 Gb/s; all that it does it does at full speed; 10 us out of U1, 32 us out of U2.
    ...(superSpeed === true
      ? [[10, USB_DT.DEVICE_CAPABILITY, 3, 0, ...word(0b1110), 1, 10, ...word(32)]]
      : []),
  ];
  const bytes = capabilities.flat();
  return [5, USB_DT.BOS, ...word(5 + bytes.length), capabilities.length, ...bytes];
}

/** "Microsoft OS 1.0 Descriptors Specification": no compatible identifier. */
function compatibleIdentifiers(): number[] {
  const functions = [0, 1, ...new Array<number>(22).fill(0)];
  const length = 16 + functions.length;
  return [...long(length), ...word(0x100), ...word(4), 1, 0, 0, 0, 0, 0, 0, 0, ...functions];
}

/** Likewise: one property, that the device may be suspended by itself. */
function extendedProperties(): number[] {
  const name = utf16('SelectiveSuspendEnabled\0');
  // QEMU counts six bytes more than there are.
  const beyond = [0, 0, 0, 0, 0, 0];
  const body = [...long(4), ...word(name.length), ...name, ...long(4), ...long(1), ...beyond];
  const property = [...long(4 + body.length), ...body];
  return [...long(10 + property.length), ...word(0x100), ...word(5), ...word(1), ...property];
}

/** What a device with Microsoft's descriptors answers by the index in the request. */
export const microsoftDescriptor = (index: number): number[] =>
  index === 4 ? compatibleIdentifiers() : index === 5 ? extendedProperties() : [];

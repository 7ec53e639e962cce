/** What QEMU's keyboard, mouse and tablet, 0627:0001, say of themselves: USB 2.0, 9.6; HID 1.11, 6.2. */
import {
  ATTRIBUTE_ONE,
  ATTRIBUTE_WAKEUP,
  TRANSFER_INTERRUPT,
  USB_DT,
  USB_IN,
  type Description,
  type DeviceDescriptor,
} from '../descriptors.js';

const CLASS_HID = 3;
const SUBCLASS_BOOT = 1;
export const REPORT_ENDPOINT = 1;

const strings = {
  1: 'QEMU',
  2: 'QEMU USB Mouse',
  3: 'QEMU USB Tablet',
  4: 'QEMU USB Keyboard',
  5: '42',
  6: 'HID Mouse',
  7: 'HID Tablet',
  8: 'HID Keyboard',
  9: '89126',
  10: '28754',
  11: '68284',
} as const;

interface Kind {
  /** Indices of strings: the product, the configuration, the serial number. */
  readonly product: keyof typeof strings;
  readonly configuration: keyof typeof strings;
  readonly serial: keyof typeof strings;
  readonly subclass: number;
  readonly protocol: number;
  /** Version of HID in binary-coded decimals. */
  readonly hid: number;
  readonly maxPacketSize: number;
  /** Of the endpoint where it is a fast device, in powers of two of 125 us. */
  readonly fastInterval: number;
  readonly report: readonly number[];
}

/** Ms between two looks at the endpoint. */
const INTERVAL = 10;
/** In units of 2 mA. */
const POWER = 50;

function device(kind: Kind, usb: number, maxPacketSize0: number, interval: number): DeviceDescriptor {
  const { length } = kind.report;
  const hid = [
    9,
    USB_DT.HID,
    kind.hid & 0xff,
    kind.hid >> 8,
    0,
    1,
    USB_DT.REPORT,
    length & 0xff,
    length >> 8,
  ];
  const endpoint = {
    address: USB_IN | REPORT_ENDPOINT,
    type: TRANSFER_INTERRUPT,
    maxPacketSize: kind.maxPacketSize,
    interval,
  } as const;
  const setting = {
    number: 0,
    class: CLASS_HID,
    subclass: kind.subclass,
    protocol: kind.protocol,
    more: [hid],
    endpoints: [endpoint],
  };
  const configuration = {
    value: 1,
    interfaces: 1,
    name: kind.configuration,
    attributes: ATTRIBUTE_ONE | ATTRIBUTE_WAKEUP,
    maxPower: POWER,
    settings: [setting],
  };
  return { usb, maxPacketSize0, configurations: [configuration] };
}

export interface HidDescription {
  readonly product: string;
  readonly report: readonly number[];
  /** The prefix of its serial number. */
  readonly serial: string;
  /** By the version of USB that it has. */
  readonly version: Readonly<Record<1 | 2, Description>>;
}

function describe(kind: Kind): HidDescription {
  const slow: Description = {
    vendor: 0x0627,
    product: 0x0001,
    release: 0,
    manufacturer: 1,
    name: kind.product,
    serial: kind.serial,
    strings,
    full: device(kind, 0x0100, 8, INTERVAL),
    microsoft: true,
  };
  return {
    product: strings[kind.product],
    report: kind.report,
    serial: strings[kind.serial],
    version: { 1: slow, 2: { ...slow, high: device(kind, 0x0200, 64, kind.fastInterval) } },
  };
}

const bytes = (hexadecimal: string): number[] =>
  (hexadecimal.match(/[0-9a-f]{2}/g) ?? []).map((digits) => parseInt(digits, 16));

/** Eight modifiers, a byte that is zero, six keys; out: five lamps. */
const keyboardReport = bytes(
  '0501 0906 a101 7501 9508 0507 19e0 29e7 1500 2501 8102 9501 7508 8101 9505 7501 0508 1901 2905 9102' +
    '9501 7503 9101 9506 7508 1500 25ff 0507 1900 29ff 8100 c0',
);
/** Five buttons, how far by X, by Y, and by the wheel. */
const mouseReport = bytes(
  '0501 0902 a101 0901 a100 0509 1901 2905 1500 2501 9505 7501 8102 9501 7503 8101 0501 0930 0931 0938' +
    '1581 257f 7508 9503 8106 c0 c0',
);
/** Three buttons, where by X and by Y, how far by the wheel. */
const tabletReport = bytes(
  '0501 0902 a101 0901 a100 0509 1901 2903 1500 2501 9503 7501 8102 9501 7505 8101 0501 0930 0931 1500' +
    '26ff7f 3500 46ff7f 7510 9502 8102 0501 0938 1581 257f 3500 4500 7508 9501 8106 c0 c0',
);

export const keyboardDescription = describe({
  product: 4,
  configuration: 8,
  serial: 11,
  subclass: SUBCLASS_BOOT,
  protocol: 1,
  hid: 0x0111,
  maxPacketSize: 8,
  fastInterval: 7,
  report: keyboardReport,
});
export const mouseDescription = describe({
  product: 2,
  configuration: 6,
  serial: 9,
  subclass: SUBCLASS_BOOT,
  protocol: 2,
  hid: 0x0001,
  maxPacketSize: 4,
  fastInterval: 7,
  report: mouseReport,
});
export const tabletDescription = describe({
  product: 3,
  configuration: 7,
  serial: 10,
  subclass: 0,
  protocol: 0,
  hid: 0x0001,
  maxPacketSize: 8,
  fastInterval: 4,
  report: tabletReport,
});

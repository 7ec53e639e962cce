/** What QEMU's network card, 0525:a4a2, says of itself: two configurations, RNDIS and CDC Ethernet. USB CDC 1.10, 5.2. */
import {
  ATTRIBUTE_ONE,
  ATTRIBUTE_SELF_POWERED,
  TRANSFER_BULK,
  TRANSFER_INTERRUPT,
  USB_DT,
  USB_IN,
  type ConfigurationDescriptor,
  type Description,
  type InterfaceDescriptor,
} from '../descriptors.js';

export const STATUS_ENDPOINT = 1;
export const DATA_ENDPOINT = 2;
/** Of the data endpoints; what is shorter ends a frame. */
export const PACKET = 64;
/** The values of the configurations. */
export const CONFIGURATION_RNDIS = 2;
const CONFIGURATION_CDC = 1;

const CLASS_COMMUNICATION = 2;
const CLASS_DATA = 10;
const SUBCLASS_ACM = 2;
const SUBCLASS_ETHERNET = 6;
const PROTOCOL_VENDOR = 0xff;
/** Ms between two looks at the status, and the bytes that it may have. */
const STATUS_INTERVAL = 32;
const STATUS_PACKET = 16;
/** In units of 2 mA. */
const POWER = 0x32;
/** A frame without its check sequence. */
export const ETHERNET_FRAME = 1514;

/** The string that is the card's address. */
export const ADDRESS_STRING = 3;
export const SERIAL_STRING = 10;
const NAMES = { data: 4, control: 5, rndisControl: 6, cdc: 7, rndis: 9 } as const;

const statusEndpoint = {
  address: USB_IN | STATUS_ENDPOINT,
  type: TRANSFER_INTERRUPT,
  maxPacketSize: STATUS_PACKET,
  interval: STATUS_INTERVAL,
} as const;
const dataEndpoints = [
  { address: USB_IN | DATA_ENDPOINT, type: TRANSFER_BULK, maxPacketSize: PACKET },
  { address: DATA_ENDPOINT, type: TRANSFER_BULK, maxPacketSize: PACKET },
] as const;
const data: InterfaceDescriptor = {
  number: 1,
  class: CLASS_DATA,
  name: NAMES.data,
  endpoints: dataEndpoints,
};

/** Functional descriptors, USB CDC 1.10, 5.2.3. */
const functional = (...bytes: readonly number[]): number[] => [
  bytes.length + 2,
  USB_DT.CS_INTERFACE,
  ...bytes,
];
const header = functional(0x00, 0x10, 0x01);
const union = functional(0x06, 0, 1);

const common = {
  interfaces: 2,
  attributes: ATTRIBUTE_ONE | ATTRIBUTE_SELF_POWERED,
  maxPower: POWER,
} as const;

const rndis: ConfigurationDescriptor = {
  ...common,
  value: CONFIGURATION_RNDIS,
  name: NAMES.rndis,
  settings: [
    {
      number: 0,
      class: CLASS_COMMUNICATION,
      subclass: SUBCLASS_ACM,
      protocol: PROTOCOL_VENDOR,
      name: NAMES.rndisControl,
      more: [header, functional(0x01, 0, 1), functional(0x02, 0), union],
      endpoints: [statusEndpoint],
    },
    data,
  ],
};

const cdc: ConfigurationDescriptor = {
  ...common,
  value: CONFIGURATION_CDC,
  name: NAMES.cdc,
  settings: [
    {
      number: 0,
      class: CLASS_COMMUNICATION,
      subclass: SUBCLASS_ETHERNET,
      name: NAMES.control,
      more: [
        header,
        union,
        functional(0x0f, ADDRESS_STRING, 0, 0, 0, 0, ETHERNET_FRAME & 0xff, ETHERNET_FRAME >> 8, 0, 0, 0),
      ],
      endpoints: [statusEndpoint],
    },
    // Switched off, as at first.
    { number: 1, class: CLASS_DATA, endpoints: [] },
    { ...data, alternate: 1 },
  ],
};

export const netDescription: Description = {
  vendor: 0x0525,
  product: 0xa4a2,
  release: 0,
  manufacturer: 1,
  name: 2,
  serial: SERIAL_STRING,
  strings: {
    1: 'QEMU',
    2: 'RNDIS/QEMU USB Network Device',
    3: '400102030405',
    4: 'QEMU USB Net Data Interface',
    5: 'QEMU USB Net Control Interface',
    6: 'QEMU USB Net RNDIS Control Interface',
    7: 'QEMU USB Net CDC',
    8: 'QEMU USB Net Subset',
    9: 'QEMU USB Net RNDIS',
    10: '1',
  },
  full: {
    usb: 0x0200,
    class: CLASS_COMMUNICATION,
    maxPacketSize0: 64,
    configurations: [rndis, cdc],
  },
};

/** What QEMU's memory stick, 46f4:0001, says of itself: SCSI by bulk-only transport. USB Mass Storage Class BBB 1.0, 4. */
import {
  ATTRIBUTE_ONE,
  ATTRIBUTE_SELF_POWERED,
  TRANSFER_BULK,
  USB_IN,
  type Description,
  type DeviceDescriptor,
} from '../descriptors.js';

export const IN_ENDPOINT = 1;
export const OUT_ENDPOINT = 2;

const CLASS_MASS_STORAGE = 8;
const SUBCLASS_SCSI = 6;
const PROTOCOL_BULK_ONLY = 0x50;

const atSpeed = (maxPacketSize0: number, maxPacketSize: number, name: number): DeviceDescriptor => ({
  usb: 0x0200,
  maxPacketSize0,
  configurations: [
    {
      value: 1,
      interfaces: 1,
      name,
      attributes: ATTRIBUTE_ONE | ATTRIBUTE_SELF_POWERED,
      settings: [
        {
          number: 0,
          class: CLASS_MASS_STORAGE,
          subclass: SUBCLASS_SCSI,
          protocol: PROTOCOL_BULK_ONLY,
          endpoints: [
            { address: USB_IN | IN_ENDPOINT, type: TRANSFER_BULK, maxPacketSize },
            { address: OUT_ENDPOINT, type: TRANSFER_BULK, maxPacketSize },
          ],
        },
      ],
    },
  ],
});

export const SERIAL_STRING = 3;

export const storageDescription: Description = {
  vendor: 0x46f4,
  product: 1,
  release: 0,
  manufacturer: 1,
  name: 2,
  serial: SERIAL_STRING,
  strings: {
    1: 'QEMU',
    2: 'QEMU USB HARDDRIVE',
    3: '1',
    4: 'Full speed config (usb 1.1)',
    5: 'High speed config (usb 2.0)',
    6: 'Super speed config (usb 3.0)',
  },
  full: atSpeed(8, 64, 4),
  high: atSpeed(64, 512, 5),
  superSpeed: true,
};

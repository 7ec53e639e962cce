/** Makes the devices that a machine is to have, in its bus. */
import { Clock } from '../clock.js';
import { Disk, MemoryStore } from '../disk/index.js';
import { Input } from '../input/index.js';
import { UsbBus, UsbError } from './bus.js';
import { keyboardDescription, mouseDescription, tabletDescription } from './hid/description.js';
import type { HidPlug } from './hid/hid-device.js';
import { Keyboard } from './hid/keyboard.js';
import { Mouse, Tablet } from './hid/pointer.js';
import { macBytes, MacAddresses } from './net/addresses.js';
import { ADDRESS_STRING, netDescription } from './net/description.js';
import { UsbNet } from './net/net.js';
import { UsbPort } from './port.js';
import type {
  InputSpecification,
  NetSpecification,
  StorageSpecification,
  UsbSpecification,
} from './specification.js';
import { SERIAL_STRING, storageDescription } from './storage/description.js';
import { UsbStorage } from './storage/storage.js';

const inputDevices = {
  'usb-kbd': { description: keyboardDescription, make: (plug: HidPlug) => new Keyboard(plug) },
  'usb-mouse': { description: mouseDescription, make: (plug: HidPlug) => new Mouse(plug) },
  'usb-tablet': { description: tabletDescription, make: (plug: HidPlug) => new Tablet(plug) },
} as const;

/** The first of some devices that cannot be plugged in behind those before it, and why; undefined if all can. */
export function misplaced(
  devices: readonly UsbSpecification[],
): { readonly index: number; readonly message: string } | undefined {
  const clock = new Clock();
  const empty = new Disk({ name: '', store: new MemoryStore() });
  const nobody = { attached: () => undefined, detached: () => undefined, wakeUp: () => undefined };
  const bus = new UsbBus(new UsbPort(nobody, '1', 0, ['full', 'high']), { stirred: () => undefined });
  const around = { clock, input: new Input(clock), macs: new MacAddresses(), disk: () => empty };
  for (const [index, device] of devices.entries()) {
    try {
      plugIn(bus, device, around);
    } catch (error) {
      if (error instanceof UsbError) return { index, message: error.message };
      throw error;
    }
  }
  return undefined;
}

/** What devices are made with, of the machine that they are in. */
export interface Surroundings {
  readonly clock: Clock;
  readonly input: Input;
  readonly macs: MacAddresses;
  /** One of the machine's; undefined where it has not so many. */
  disk(index: number): Disk | undefined;
}

/** @throws UsbError where it cannot be plugged in */
export function plugIn(bus: UsbBus, device: UsbSpecification, around: Surroundings): void {
  if (device.kind === 'usb-hub') bus.plugHub(device.id, device.port, device.serial, device.ports);
  else if (device.kind === 'usb-net') plugNet(bus, device, around.macs);
  else if (device.kind === 'usb-storage') plugStorage(bus, device, around);
  else plugInput(bus, device, around);
}

function plugNet(bus: UsbBus, device: NetSpecification, macs: MacAddresses): void {
  const { id, port, serial, netdev } = device;
  const { strings, serial: serialString } = netDescription;
  const named = { product: 'QEMU USB Network Interface', isHub: false, id, port, serial };
  bus.plug({ ...named, serialPrefix: strings[serialString], serialString }, (plug) => {
    const mac = device.mac === null ? macs.next() : macs.take(macBytes(device.mac));
    const address = Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const own = new Map([...plug.strings, [ADDRESS_STRING, address]]);
    return new UsbNet({ ...plug, strings: own }, id ?? undefined, mac, netdev ?? undefined);
  });
}

function plugStorage(bus: UsbBus, device: StorageSpecification, around: Surroundings): void {
  const { id, port, serial, drive, removable: isRemovable } = device;
  const disk = around.disk(device.disk);
  if (disk === undefined) throw new UsbError(`usb-storage: the machine has no disk ${device.disk}`);
  const named = { product: 'QEMU USB MSD', isHub: false, id, port, serial };
  const serialPrefix = storageDescription.strings[SERIAL_STRING];
  bus.plug({ ...named, serialPrefix, serialString: SERIAL_STRING }, (plug) => {
    const identity = { isRemovable, serial: serial ?? undefined, drive };
    return new UsbStorage(plug, id ?? undefined, disk, identity);
  });
}

function plugInput(bus: UsbBus, device: InputSpecification, { clock, input }: Surroundings): void {
  const { description, make } = inputDevices[device.kind];
  const { product, serial: serialPrefix, version } = description;
  const { serial: serialString } = version[2];
  const { id, port, serial } = device;
  const options = { product, isHub: false, id, port, serial, serialPrefix, serialString };
  bus.plug(options, (plug) =>
    make({ ...plug, id: id ?? undefined, version: device.version === 1 ? 1 : 2, clock, input }),
  );
}

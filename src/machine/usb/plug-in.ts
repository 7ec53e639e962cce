/** Makes the devices that a machine is to have, in its bus. */
import { Clock } from '../clock.js';
import { Input } from '../input/index.js';
import { UsbBus, UsbError } from './bus.js';
import { keyboardDescription, mouseDescription, tabletDescription } from './hid/description.js';
import type { HidPlug } from './hid/hid-device.js';
import { Keyboard } from './hid/keyboard.js';
import { Mouse, Tablet } from './hid/pointer.js';
import { UsbPort } from './port.js';
import type { InputSpecification, UsbSpecification } from './specification.js';

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
  const nobody = { attached: () => undefined, detached: () => undefined, wakeUp: () => undefined };
  const bus = new UsbBus(new UsbPort(nobody, '1', 0, ['full', 'high']), { stirred: () => undefined });
  const input = new Input(clock);
  for (const [index, device] of devices.entries()) {
    try {
      plugIn(bus, device, clock, input);
    } catch (error) {
      if (error instanceof UsbError) return { index, message: error.message };
      throw error;
    }
  }
  return undefined;
}

/** @throws UsbError where it cannot be plugged in */
export function plugIn(bus: UsbBus, device: UsbSpecification, clock: Clock, input: Input): void {
  if (device.kind === 'usb-hub') bus.plugHub(device.id, device.port, device.serial, device.ports);
  else plugInput(bus, device, clock, input);
}

function plugInput(bus: UsbBus, device: InputSpecification, clock: Clock, input: Input): void {
  const { description, make } = inputDevices[device.kind];
  const { product, serial: serialPrefix, version } = description;
  const { serial: serialString } = version[2];
  const { id, port, serial } = device;
  const options = { product, isHub: false, id, port, serial, serialPrefix, serialString };
  bus.plug(options, (plug) =>
    make({ ...plug, id: id ?? undefined, version: device.version === 1 ? 1 : 2, clock, input }),
  );
}

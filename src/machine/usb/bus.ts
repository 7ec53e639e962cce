/**
 * The devices that are plugged into one controller, and where: each into the first port that is free, and where only one
 * is left, QEMU puts a hub into it first. They stay where they are.
 */
import { record, type Shape } from '../../engine/index.js';
import { BoardError } from '../boards/limits.js';
import type { PlainData, Snapshotable } from '../device.js';
import type { UsbDevice, UsbListener } from './device.js';
import { Hub, HUB_PORTS } from './hub.js';
import type { UsbPort } from './port.js';

/** What cannot be plugged in, in QEMU's words. */
export class UsbError extends BoardError {}

/** How QEMU calls the bus of a board's only controller. */
export const USB_BUS = 'usb-bus.0';

/** A hub in a hub, and so on: so many at most. */
const DEEPEST = 5;

/** What a device is made of. */
export interface Plug {
  readonly port: UsbPort;
  readonly listener: UsbListener;
  readonly strings: ReadonlyMap<number, string>;
}
/** How a device wants to be plugged in. */
export interface PlugOptions {
  /** What its kind is called in messages. */
  readonly product: string;
  readonly isHub: boolean;
  readonly id: string | null;
  /** The path of its port; null for the next that is free. */
  readonly port: string | null;
  /** Its serial number; null for one made of `serialPrefix` and the path of its port. */
  readonly serial: string | null;
  readonly serialPrefix: string;
  /** The index of the string that is its serial number. */
  readonly serialString: number;
}

export type UsbBusState = { [path: string]: PlainData };

export class UsbBus implements Snapshotable<UsbBusState> {
  /** In the order in which they came, and so in that in which QEMU lists them. */
  readonly devices: UsbDevice[] = [];
  private free: UsbPort[];

  constructor(
    root: UsbPort,
    private readonly listener: UsbListener,
  ) {
    this.free = [root];
  }

  /** Plugs a device in, which `make` makes. @throws UsbError where it cannot be */
  plug<T extends UsbDevice>(options: PlugOptions, make: (plug: Plug) => T): T {
    const port = this.portFor(options);
    if (options.isHub && port.hubs === DEEPEST) throw new UsbError('usb hub chain too deep');
    this.free = this.free.filter((each) => each !== port);
    const serial = options.serial ?? `${options.serialPrefix}-${port.path}`;
    const device = make({
      port,
      listener: this.listener,
      strings: new Map([[options.serialString, serial]]),
    });
    port.device = device;
    this.devices.push(device);
    if (device instanceof Hub) this.free.push(...device.ports);
    port.attach();
    return device;
  }

  private portFor({ port: path, isHub, product }: PlugOptions): UsbPort {
    if (path !== null) {
      const wanted = this.free.find((each) => each.path === path);
      if (wanted === undefined) throw new UsbError(`usb port ${path} (bus ${USB_BUS}) not found (in use?)`);
      return wanted;
    }
    // The last port of the deepest hub takes a device as it is.
    if (this.free.length === 1 && !isHub && this.free[0].hubs < DEEPEST)
      this.plugHub(null, null, null, HUB_PORTS);
    const [port] = this.free;
    if (port === undefined)
      throw new UsbError(`tried to attach usb device ${product} to a bus with no free ports`);
    return port;
  }

  /** Plugs a hub in. @throws UsbError likewise */
  plugHub(id: string | null, port: string | null, serial: string | null, ports: number): void {
    const options = { product: 'QEMU USB Hub', isHub: true, id, port, serial };
    this.plug({ ...options, serialPrefix: '314159', serialString: 3 }, (plug) => {
      return new Hub(plug.port, plug.listener, id ?? undefined, plug.strings, ports);
    });
  }

  /** Nothing that devices have set to come later comes. */
  quiet(): void {
    for (const device of this.devices) device.reset();
  }

  get shape(): Shape<UsbBusState> {
    return record<UsbBusState>(
      Object.fromEntries(this.devices.map((device) => [device.port.path, device.shape as Shape<PlainData>])),
    );
  }
  save(): UsbBusState {
    return Object.fromEntries(this.devices.map((device) => [device.port.path, device.save()]));
  }
  load(state: UsbBusState): void {
    for (const device of this.devices) device.load(state[device.port.path] as ReturnType<UsbDevice['save']>);
  }
}

/** Where a device is plugged in: the root port of a controller, or one of a hub's. */
import type { Speed } from './descriptors.js';
import type { UsbDevice } from './device.js';

/** Whose port it is. */
export interface PortOwner {
  /** The port's device has been connected, or has gone; its speed is known. */
  attached(port: UsbPort): void;
  detached(port: UsbPort): void;
  /** The device, which may do so, wakes whoever has suspended it. */
  wakeUp(port: UsbPort): void;
}

export class UsbPort {
  device: UsbDevice | undefined;

  /**
   * @param path the numbers of the ports on the way from the controller: `1.3`
   * @param hubs hubs on that way
   */
  constructor(
    readonly owner: PortOwner,
    readonly path: string,
    readonly hubs: number,
    readonly speeds: readonly Speed[],
  ) {}

  /** What is plugged in is seen by the port's owner. */
  attach(): void {
    const { device } = this;
    if (device === undefined) return;
    device.speed = this.speeds.includes('high') && device.description.high !== undefined ? 'high' : 'full';
    this.owner.attached(this);
    device.state = 'attached';
    device.attach();
  }

  detach(): void {
    const { device } = this;
    if (device === undefined) return;
    this.owner.detached(this);
    device.state = 'detached';
  }

  /** As the controller resets what is at its own port. */
  reset(): void {
    this.detach();
    this.attach();
    this.device?.reset();
  }

  /** The device that has an address, if it is this one or behind it. */
  find(address: number): UsbDevice | undefined {
    const { device } = this;
    if (device?.state !== 'addressable') return undefined;
    return device.address === address ? device : device.behind(address);
  }
}

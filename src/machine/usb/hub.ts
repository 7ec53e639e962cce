/** QEMU's hub, 0409:55aa: USB 1.1, a port for each of up to eight devices at full speed. USB 2.0, chapter 11. */
import { integer, listOfExactly, record, type Shape } from '../../engine/index.js';
import {
  ATTRIBUTE_ONE,
  ATTRIBUTE_SELF_POWERED,
  ATTRIBUTE_WAKEUP,
  TRANSFER_INTERRUPT,
  USB_DT,
  USB_IN,
  type Description,
} from './descriptors.js';
import { OK, stall, UsbDevice, type Answer, type Setup, type UsbListener } from './device.js';
import { UsbPort, type PortOwner } from './port.js';
import {
  CLASS_FROM_DEVICE,
  CLASS_FROM_OTHER,
  CLASS_TO_DEVICE,
  CLASS_TO_OTHER,
  NUMBER,
  REQUEST,
} from './requests.js';
import type { Transaction } from './transaction.js';

export const HUB_PORTS = 8;
const CLASS_HUB = 9;
const STATUS_ENDPOINT = 1;
/** Bytes of the bitmap that says where something has changed: a bit for the hub, and one for each port. */
const STATUS_SIZE = (ports: number): number => Math.ceil((ports + 1) / 8);
/** As many as a hub of eight ports has, whichever this one has. */
const STATUS_PACKET = STATUS_SIZE(HUB_PORTS);

/** wPortStatus, and wPortChange as far as it goes; table 11-21. */
const CONNECTION = 1 << 0;
const ENABLE = 1 << 1;
const SUSPEND = 1 << 2;
const RESET = 1 << 4;
const POWER = 1 << 8;
/** Those whose changes wPortChange has. */
const WITH_CHANGES = 0x1f;

/** Features of ports, table 11-17. */
const PORT_ENABLE = 1;
const PORT_SUSPEND = 2;
const PORT_RESET = 4;
const PORT_POWER = 8;
/** Of the changes: the number of the change's bit from here on. */
const C_PORT_CONNECTION = 16;
const C_PORT_RESET = 20;

const description: Description = {
  vendor: 0x0409,
  product: 0x55aa,
  release: 0x0101,
  manufacturer: 1,
  name: 2,
  serial: 3,
  strings: { 1: 'QEMU', 2: 'QEMU USB Hub', 3: '314159' },
  full: {
    usb: 0x0110,
    class: CLASS_HUB,
    maxPacketSize0: 8,
    configurations: [
      {
        value: 1,
        interfaces: 1,
        attributes: ATTRIBUTE_ONE | ATTRIBUTE_SELF_POWERED | ATTRIBUTE_WAKEUP,
        settings: [
          {
            number: 0,
            class: CLASS_HUB,
            endpoints: [
              {
                address: USB_IN | STATUS_ENDPOINT,
                type: TRANSFER_INTERRUPT,
                maxPacketSize: STATUS_PACKET,
                interval: 0xff,
              },
            ],
          },
        ],
      },
    ],
  },
};

interface Port {
  readonly port: UsbPort;
  status: number;
  change: number;
}
const portShape = record({ status: integer(0, 0xffff), change: integer(0, 0xffff) });
type HubState = { ports: (typeof portShape.values)[] };

export class Hub extends UsbDevice<HubState> implements PortOwner {
  readonly kind = 'usb-hub';
  readonly product = 'QEMU USB Hub';
  readonly description = description;
  protected readonly ownShape: Shape<HubState>;
  private readonly downstream: readonly Port[];

  constructor(
    port: UsbPort,
    listener: UsbListener,
    id: string | undefined,
    strings: ReadonlyMap<number, string>,
    ports: number,
  ) {
    super(port, listener, id, strings);
    this.downstream = Array.from({ length: ports }, (_, i) => ({
      port: new UsbPort(this, `${port.path}.${i + 1}`, port.hubs + 1, ['full']),
      status: POWER,
      change: 0,
    }));
    this.ownShape = record<HubState>({ ports: listOfExactly(ports, portShape) });
  }

  get ports(): readonly UsbPort[] {
    return this.downstream.map(({ port }) => port);
  }

  attached(port: UsbPort): void {
    set(this.at(port), CONNECTION);
    this.stir();
  }
  detached(port: UsbPort): void {
    const at = this.at(port);
    for (const bit of [CONNECTION, ENABLE, SUSPEND]) clear(at, bit);
    this.stir();
  }
  wakeUp(port: UsbPort): void {
    const at = this.at(port);
    if ((at.status & SUSPEND) === 0) return;
    clear(at, SUSPEND);
    this.stir();
  }
  private at(port: UsbPort): Port {
    const found = this.downstream.find((each) => each.port === port);
    if (found === undefined) throw new Error(`port ${port.path}: it is not this hub's`);
    return found;
  }

  override behind(address: number): UsbDevice | undefined {
    for (const { port, status } of this.downstream) {
      const device = (status & ENABLE) === 0 ? undefined : port.find(address);
      if (device !== undefined) return device;
    }
    return undefined;
  }

  protected override resetOwn(): void {
    for (const port of this.downstream) {
      port.status = POWER;
      port.change = 0;
      if (port.port.device !== undefined) set(port, CONNECTION);
    }
  }

  protected transfer(transaction: Transaction): void {
    const { token, endpoint, data } = transaction;
    if (token !== 'in' || endpoint !== STATUS_ENDPOINT) return stall(transaction);
    const size = data.length === 1 ? 1 : STATUS_SIZE(this.downstream.length);
    let changed = 0;
    for (const [i, { change }] of this.downstream.entries()) if (change !== 0) changed |= 2 << i;
    if (data.length < size) transaction.outcome = 'babble';
    else if (changed === 0) transaction.outcome = 'nak';
    else transaction.send(Uint8Array.of(changed, changed >> 8).subarray(0, size));
  }

  protected classRequest({ request, value, index }: Setup): Answer {
    const port = this.downstream.at(index - 1);
    const isPort = index >= 1 && index <= this.downstream.length;
    switch (request) {
      case REQUEST.ENDPOINT_CLEAR_FEATURE:
        return value === 0 && index !== (USB_IN | STATUS_ENDPOINT) ? undefined : OK;
      case CLASS_FROM_DEVICE | NUMBER.GET_STATUS:
        return [0, 0, 0, 0];
      case CLASS_FROM_DEVICE | NUMBER.GET_DESCRIPTOR:
        return this.hubDescriptor();
      case CLASS_TO_DEVICE | NUMBER.SET_FEATURE:
      case CLASS_TO_DEVICE | NUMBER.CLEAR_FEATURE:
        return value <= 1 ? OK : undefined;
      default:
    }
    if (!isPort || port === undefined) return undefined;
    switch (request) {
      case CLASS_FROM_OTHER | NUMBER.GET_STATUS:
        return [port.status & 0xff, port.status >> 8, port.change & 0xff, port.change >> 8];
      case CLASS_TO_OTHER | NUMBER.SET_FEATURE:
        return this.setFeature(port, value);
      case CLASS_TO_OTHER | NUMBER.CLEAR_FEATURE:
        return clearFeature(port, value);
      default:
        return undefined;
    }
  }

  /** All ports have power; each tells of overcurrent. Section 11.23.2.1. */
  private hubDescriptor(): number[] {
    const ports = this.downstream.length;
    const removable = new Array<number>(Math.ceil((ports + 1) / 8)).fill(0);
    const power = new Array<number>(Math.ceil(ports / 8)).fill(0xff);
    const rest = [USB_DT.HUB, ports, 0x0a, 0, 1, 0, ...removable, ...power];
    return [rest.length + 1, ...rest];
  }

  private setFeature(port: Port, feature: number): Answer {
    switch (feature) {
      case PORT_SUSPEND:
        port.status |= SUSPEND;
        return OK;
      case PORT_RESET:
        // Over at once.
        set(port, RESET);
        clear(port, RESET);
        if (port.port.device !== undefined) {
          port.port.device.reset();
          set(port, ENABLE);
        }
        this.stir();
        return OK;
      case PORT_POWER:
        return OK;
      default:
        return undefined;
    }
  }

  protected saveOwn(): HubState {
    return { ports: this.downstream.map(({ status, change }) => ({ status, change })) };
  }
  protected loadOwn({ ports }: HubState): void {
    for (const [i, { status, change }] of ports.entries())
      Object.assign(this.downstream[i], { status, change });
  }
}

function clearFeature(port: Port, feature: number): Answer {
  switch (feature) {
    case PORT_ENABLE:
      port.status &= ~ENABLE;
      return OK;
    case PORT_SUSPEND:
      clear(port, SUSPEND);
      return OK;
    case PORT_POWER:
      // They always have it.
      return OK;
    default:
      if (feature < C_PORT_CONNECTION || feature > C_PORT_RESET) return undefined;
      port.change &= ~(1 << (feature - C_PORT_CONNECTION));
      return OK;
  }
}

function set(port: Port, bit: number): void {
  if ((port.status & bit) !== 0) return;
  port.status |= bit;
  port.change |= bit & WITH_CHANGES;
}
function clear(port: Port, bit: number): void {
  if ((port.status & bit) === 0) return;
  port.status &= ~bit;
  port.change |= bit & WITH_CHANGES;
}

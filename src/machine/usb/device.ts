/**
 * A USB device: its address, its configuration, its control endpoint with the standard requests. What else it can do its
 * class says. USB 2.0, chapters 8.5.3 and 9; where the specification leaves something open, as QEMU 7.2 does it.
 */
import { bytes, flag, integer, listOfExactly, oneOf, record, type Shape } from '../../engine/index.js';
import type { PlainData, Snapshotable } from '../device.js';
import {
  ATTRIBUTE_SELF_POWERED,
  binaryObjectStore,
  configurationDescriptor,
  deviceDescriptor,
  deviceQualifier,
  MICROSOFT_REQUEST,
  microsoftDescriptor,
  stringDescriptor,
  USB_DT,
  type ConfigurationDescriptor,
  type Description,
  type DeviceDescriptor,
  type Speed,
} from './descriptors.js';
import type { UsbPort } from './port.js';
import { REQUEST } from './requests.js';
import type { Transaction } from './transaction.js';

/** A setup packet, with the type and the number of the request as one: `REQUEST`. */
export interface Setup {
  readonly request: number;
  readonly value: number;
  readonly index: number;
  readonly length: number;
}

/** What a request leads to: bytes to be sent, or nothing; undefined for one that there is not. */
export type Answer = ArrayLike<number> | undefined;
/** The answer to a request that has been carried out. */
export const OK: readonly number[] = [];

/** Whom a device tells that it has something to say. */
export interface UsbListener {
  /** Endpoints that have had nothing to say may have now. */
  stirred(): void;
}

const FEATURE_REMOTE_WAKEUP = 1;
const STATUS_SELF_POWERED = 1;
const STATUS_REMOTE_WAKEUP = 2;

/** Most bytes that a control transfer moves. */
export const CONTROL_MOST = 4096;
const SETUP_SIZE = 8;
/** Interfaces that a device of QEMU's can have. */
const INTERFACES = 16;

const deviceStates = ['detached', 'attached', 'addressable'] as const;
/** Of a control transfer: what is awaited. */
const stages = ['setup', 'data', 'status'] as const;

const commonShape = record({
  address: integer(0, 0xff),
  state: oneOf(...deviceStates),
  speed: oneOf('full', 'high'),
  remoteWakeup: flag,
  /** The value of the configuration; 0 for none. */
  configuration: integer(0, 0xff),
  alternates: listOfExactly(INTERFACES, integer(0, 0xff)),
  stage: oneOf(...stages),
  setup: bytes(SETUP_SIZE),
  /** Bytes that the data stage has, and those of them that have been moved. */
  length: integer(0, CONTROL_MOST),
  done: integer(0, CONTROL_MOST),
  data: bytes(CONTROL_MOST),
});
type Common = typeof commonShape.values;
export type UsbDeviceState<Own extends PlainData> = { common: Common; own: Own };

export abstract class UsbDevice<Own extends PlainData = PlainData> implements Snapshotable<
  UsbDeviceState<Own>
> {
  /** The name of its kind, as `-device` has it. */
  abstract readonly kind: string;
  /** What QEMU's `info usb` calls it. */
  abstract readonly product: string;
  abstract readonly description: Description;
  /** Of what it has beside what all devices have. */
  protected abstract readonly ownShape: Shape<Own>;
  protected abstract saveOwn(): Own;
  protected abstract loadOwn(state: Own): void;

  address = 0;
  state: (typeof deviceStates)[number] = 'detached';
  speed: Speed = 'full';
  private remoteWakeup = false;
  private configuration = 0;
  private readonly alternates = new Array<number>(INTERFACES).fill(0);
  private stage: (typeof stages)[number] = 'setup';
  private readonly setup = new Uint8Array(SETUP_SIZE);
  private length = 0;
  private done = 0;
  private readonly data = new Uint8Array(CONTROL_MOST);

  /**
   * @param id what the user calls it
   * @param strings those that are its own, by index, beside those of its kind
   */
  constructor(
    readonly port: UsbPort,
    private readonly listener: UsbListener,
    readonly id: string | undefined,
    private readonly strings: ReadonlyMap<number, string>,
  ) {}

  /** Carries a transaction out, and says in it what has become of it. */
  handle(transaction: Transaction): void {
    transaction.outcome = 'done';
    if (transaction.endpoint !== 0) this.transfer(transaction);
    else if (transaction.token === 'setup') this.takeSetup(transaction);
    else if (transaction.token === 'in') this.sendControl(transaction);
    else this.takeControl(transaction);
  }

  /** A transaction with another endpoint than that of control. */
  protected abstract transfer(transaction: Transaction): void;

  /**
   * A request of the class.
   * @param data what was sent with it, `length` bytes, and behind that whatever was there
   */
  protected abstract classRequest(setup: Setup, data: Uint8Array): Answer;

  /** It has been plugged in, or its root port has. */
  attach(): void {}
  /** The state of its own after a reset of the port. */
  protected resetOwn(): void {}
  /** A device behind this one, which only hubs have. */
  behind(address: number): UsbDevice | undefined {
    void address;
    return undefined;
  }

  reset(): void {
    this.remoteWakeup = false;
    this.address = 0;
    this.state = 'addressable';
    this.resetOwn();
  }

  /** Something has come up that an endpoint may tell. */
  protected stir(): void {
    if (this.remoteWakeup) this.port.owner.wakeUp(this.port);
    this.listener.stirred();
  }

  /** Takes its configuration away, as a device does that is plugged in. */
  protected forgetConfiguration(): void {
    this.configuration = 0;
    this.alternates.fill(0);
  }

  /** The value of its configuration; 0 for none. */
  protected get configured(): number {
    return this.configuration;
  }

  // The control endpoint.

  private get request(): Setup {
    const { setup } = this;
    return {
      request: (setup[0] << 8) | setup[1],
      value: setup[2] | (setup[3] << 8),
      index: setup[4] | (setup[5] << 8),
      length: this.length,
    };
  }
  private get asks(): boolean {
    return (this.setup[0] & 0x80) !== 0;
  }

  private takeSetup(transaction: Transaction): void {
    const { setup } = this;
    if (transaction.data.length !== SETUP_SIZE) return stall(transaction);
    setup.set(transaction.take(SETUP_SIZE));
    transaction.moved = 0;
    this.done = 0;
    const length = setup[6] | (setup[7] << 8);
    if (length > CONTROL_MOST) return stall(transaction);
    this.length = length;
    if (this.asks) {
      const answer = this.perform(this.request);
      if (answer === undefined) return stall(transaction);
      this.length = Math.min(length, answer.length);
      // What nobody fetches is kept, too: a host that goes on behind a stall finds it.
      this.data.set(answer);
    }
    this.stage = this.asks || length > 0 ? 'data' : 'status';
    transaction.moved = SETUP_SIZE;
  }

  private sendControl(transaction: Transaction): void {
    if (this.stage === 'status') {
      // The end of a transfer to the device; that of one from it is the host's to say.
      if (this.asks) return;
      if (this.perform(this.request) === undefined) transaction.outcome = 'stall';
      this.stage = 'setup';
    } else if (this.stage === 'data' && this.asks) {
      const length = Math.min(this.length - this.done, transaction.left);
      transaction.send(this.data.subarray(this.done, this.done + length));
      this.advance(length);
    } else this.fail(transaction);
  }

  private takeControl(transaction: Transaction): void {
    if (this.stage === 'status') {
      if (this.asks) this.stage = 'setup';
    } else if (this.stage === 'data' && !this.asks) {
      const length = Math.min(this.length - this.done, transaction.left);
      this.data.set(transaction.take(length), this.done);
      this.advance(length);
    } else this.fail(transaction);
  }

  private advance(length: number): void {
    this.done += length;
    if (this.done >= this.length) this.stage = 'status';
  }

  private fail(transaction: Transaction): void {
    this.stage = 'setup';
    stall(transaction);
  }

  // Standard requests, USB 2.0, 9.4.

  private perform(setup: Setup): Answer {
    return this.standardRequest(setup) ?? this.classRequest(setup, this.data);
  }

  private standardRequest({ request, value, index, length }: Setup): Answer {
    switch (request) {
      case REQUEST.SET_ADDRESS:
        this.address = value & 0xff;
        return OK;
      case REQUEST.GET_DESCRIPTOR:
        return this.descriptor(value >> 8, value & 0xff)?.slice(0, length);
      case REQUEST.GET_CONFIGURATION:
        return [this.configuration];
      case REQUEST.SET_CONFIGURATION:
        return this.configure(value);
      case REQUEST.GET_STATUS:
        return [this.status(), 0];
      case REQUEST.CLEAR_FEATURE:
      case REQUEST.SET_FEATURE:
        if (value !== FEATURE_REMOTE_WAKEUP) return undefined;
        this.remoteWakeup = request === REQUEST.SET_FEATURE;
        return OK;
      case REQUEST.GET_INTERFACE:
        return index < (this.current?.interfaces ?? 0) ? [this.alternates[index]] : undefined;
      case REQUEST.SET_INTERFACE:
        return this.setInterface(index, value);
      case REQUEST.VENDOR_DEVICE | MICROSOFT_REQUEST:
      case REQUEST.VENDOR_INTERFACE | MICROSOFT_REQUEST:
        return this.description.microsoft === true ? microsoftDescriptor(index).slice(0, length) : undefined;
      default:
        return undefined;
    }
  }

  /** What it is at the speed of its port. */
  private get self(): DeviceDescriptor {
    const { full, high } = this.description;
    return this.speed === 'high' && high !== undefined ? high : full;
  }
  private get current(): ConfigurationDescriptor | undefined {
    return this.self.configurations.find(({ value }) => value === this.configuration);
  }

  private descriptor(type: number, index: number): readonly number[] | undefined {
    const { description, self } = this;
    const other = this.speed === 'high' ? description.full : description.high;
    switch (type) {
      case USB_DT.DEVICE:
        return deviceDescriptor(description, self);
      case USB_DT.CONFIG:
        return index < self.configurations.length
          ? configurationDescriptor(self.configurations[index])
          : undefined;
      case USB_DT.STRING:
        return stringDescriptor(description, index, this.strings) ?? OK;
      case USB_DT.DEVICE_QUALIFIER:
        return other && deviceQualifier(other);
      case USB_DT.OTHER_SPEED_CONFIG:
        if (other === undefined || index >= other.configurations.length) return undefined;
        return configurationDescriptor(other.configurations[index], USB_DT.OTHER_SPEED_CONFIG);
      case USB_DT.BOS:
        return binaryObjectStore(description);
      default:
        return undefined;
    }
  }

  /** A value that no configuration has leaves the one that is there, with its interfaces as at first. */
  private configure(value: number): Answer {
    const isOne = this.self.configurations.some((each) => each.value === value);
    if (value === 0 || isOne) this.configuration = value;
    this.alternates.fill(0);
    return OK;
  }

  private setInterface(index: number, value: number): Answer {
    const setting = this.current?.settings.find(
      ({ number, alternate = 0 }) => number === index && alternate === value,
    );
    if (setting === undefined) return undefined;
    this.alternates[index] = value;
    return OK;
  }

  /** Without a configuration, as with the first one. */
  private status(): number {
    const { attributes } = this.current ?? this.self.configurations[0];
    const isSelfPowered = (attributes & ATTRIBUTE_SELF_POWERED) !== 0;
    return (isSelfPowered ? STATUS_SELF_POWERED : 0) | (this.remoteWakeup ? STATUS_REMOTE_WAKEUP : 0);
  }

  get shape(): Shape<UsbDeviceState<Own>> {
    return record<UsbDeviceState<Own>>({ common: commonShape, own: this.ownShape });
  }

  save(): UsbDeviceState<Own> {
    const { address, state, speed, remoteWakeup, configuration, stage, length, done } = this;
    return {
      common: {
        ...{ address, state, speed, remoteWakeup, configuration, stage, length, done },
        alternates: [...this.alternates],
        setup: this.setup.slice(),
        data: this.data.slice(),
      },
      own: this.saveOwn(),
    };
  }

  load({ common, own }: UsbDeviceState<Own>): void {
    this.address = common.address;
    this.state = common.state;
    this.speed = common.speed;
    this.remoteWakeup = common.remoteWakeup;
    this.configuration = common.configuration;
    this.stage = common.stage;
    this.length = common.length;
    this.done = common.done;
    for (const [i, alternate] of common.alternates.entries()) this.alternates[i] = alternate;
    this.setup.set(common.setup);
    this.data.set(common.data);
    this.loadOwn(own);
  }
}

export function stall(transaction: Transaction): void {
  transaction.outcome = 'stall';
}

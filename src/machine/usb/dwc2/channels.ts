/**
 * The host channels: each moves the bytes of one transfer between memory and an endpoint. What is not over after its
 * first transaction goes on in the background, one transaction at a time, the channels in turn.
 *
 * A device that has nothing to say refuses again and again, and a network card does so nearly always. Once each channel
 * has been refused without anything having changed, nobody is asked any more until something happens; then it is as if
 * they had been asked all the time.
 */
import { count, flag, integer, listOfExactly, nullOr, record, type Shaped } from '../../../engine/index.js';
import type { Alarm, Clock } from '../../clock.js';
import type { BusMaster } from '../../dma.js';
import type { UsbDevice } from '../device.js';
import { Transaction, type Outcome, type Token } from '../transaction.js';
import {
  CHANNEL_SIZE,
  CHANNELS,
  characteristics,
  HCCHAR,
  HCCHAR_CHENA,
  HCDMA,
  HCINT,
  HCINT_BBLERR,
  HCINT_CHHLTD,
  HCINT_NAK,
  HCINT_STALL,
  HCINT_XACTERR,
  HCINT_XFERCOMPL,
  HCTSIZ,
  transferSize,
  withTransferSize,
} from './registers.js';

/** Most bytes of a transfer. */
const LARGEST = 0x1_0000;
/** Transfers up to this many bytes are moved packet by packet, since QEMU takes them for a network's. */
const SMALL = 1536;
/** Bytes that can be addressed. */
const ADDRESSES = 2 ** 32;
/** Ns between two transactions in the background. */
const PAUSE = 250_000;

/** HCINT's bits for what has become of a transaction. */
const failures: Readonly<Record<Exclude<Outcome, 'done' | 'pending'>, number>> = {
  'no device': HCINT_XACTERR,
  nak: HCINT_NAK,
  stall: HCINT_STALL,
  babble: HCINT_BBLERR,
};

const backgroundShape = record({
  isActive: flag,
  isSmall: flag,
  /** As they were when it became active, whatever becomes of HCCHAR. */
  device: integer(0, 0x7f),
  endpoint: integer(0, 0xf),
});
type Background = Shaped<typeof backgroundShape>;

export const channelsShape = record({
  background: listOfExactly(CHANNELS, backgroundShape),
  /** The channel whose turn is next. */
  next: integer(0, CHANNELS - 1),
  /** Refusals in a row that have changed nothing. */
  refusals: integer(0, CHANNELS),
  /** When it was last that one was asked, in ns, since asking has been found to be for nothing. */
  asleepSince: nullOr(count),
});
export type ChannelsState = Shaped<typeof channelsShape>;

/** What the channels need of their controller. */
export interface ChannelHost {
  readonly registers: Uint32Array;
  readonly memory: BusMaster;
  /** The device of an address on the bus; undefined for none, or while the port is disabled. */
  find(address: number): UsbDevice | undefined;
  /** HCINT of a channel has changed. */
  told(channel: number): void;
}

export class Channels {
  private readonly background: Background[] = Array.from({ length: CHANNELS }, () => ({
    isActive: false,
    isSmall: false,
    device: 0,
    endpoint: 0,
  }));
  private next = 0;
  private refusals = 0;
  private asleepSince: number | null = null;
  /** A transaction as soon as may be, and the one after the last. */
  private readonly soon: Alarm;
  private readonly later: Alarm;
  /** Reused by all transfers. */
  private readonly buffer = new Uint8Array(LARGEST);

  constructor(
    name: string,
    private readonly host: ChannelHost,
    private readonly clock: Clock,
  ) {
    this.soon = clock.alarm(`${name} work`, () => this.work());
    this.later = clock.alarm(`${name} transactions`, () => this.work());
  }

  /** A device may be ready now that was not. */
  stirred(): void {
    this.wake();
    this.soon.set(this.clock.now);
  }

  /** The guest has changed what channels do, or whom they reach. */
  wake(): void {
    this.refusals = 0;
    if (this.asleepSince === null) return;
    // The transactions that would have been meanwhile have changed whose turn it is, and nothing else.
    const missed = Math.floor((this.clock.now - this.asleepSince) / PAUSE);
    const { length } = this.background.filter(({ isActive }) => isActive);
    for (let i = 0; i < missed % length; i++) this.next = ((this.active() ?? 0) + 1) % CHANNELS;
    this.later.set(this.asleepSince + (missed + 1) * PAUSE);
    this.asleepSince = null;
  }

  /** A channel has been enabled: its first transaction is at once. */
  enable(channel: number): void {
    const { device, endpoint } = characteristics(this.register(channel, HCCHAR));
    const found = this.host.find(device);
    if (found === undefined) return;
    this.background[channel].isSmall = transferSize(this.register(channel, HCTSIZ)).bytes <= SMALL;
    this.transact(channel, device, endpoint, found);
    this.stirred();
  }

  /** As it is without anything to do. */
  stop(): void {
    this.soon.cancel();
    this.later.cancel();
  }

  /** The active channel whose turn is next. */
  private active(): number | undefined {
    for (let i = 0; i < CHANNELS; i++) {
      const channel = (this.next + i) % CHANNELS;
      if (this.background[channel].isActive) return channel;
    }
    return undefined;
  }

  /** A transaction in the background. */
  private work(): void {
    const channel = this.active();
    if (channel === undefined) return;
    const { now } = this.clock;
    const { device, endpoint } = this.background[channel];
    this.next = (channel + 1) % CHANNELS;
    const isNews = this.transact(channel, device, endpoint, this.host.find(device));
    this.refusals = isNews ? 0 : this.refusals + 1;
    if (this.refusals < this.background.filter(({ isActive }) => isActive).length || isNews) {
      this.later.set(now + PAUSE);
    } else {
      this.later.cancel();
      this.asleepSince = now;
    }
  }

  /** One transaction of a channel. Whether it has changed anything but that it has been. */
  private transact(channel: number, device: number, endpoint: number, found: UsbDevice | undefined): boolean {
    const hcchar = this.register(channel, HCCHAR);
    const hctsiz = this.register(channel, HCTSIZ);
    const { isIn, isControl, isRetried, maxPacketSize, ...asked } = characteristics(hcchar);
    const { bytes, packets, isSetup } = transferSize(hctsiz);
    // Such transfers never begin.
    if (bytes > LARGEST || maxPacketSize === 0) return false;
    const background = this.background[channel];
    const token: Token = isControl && isSetup ? 'setup' : isIn ? 'in' : 'out';
    const length = background.isSmall ? Math.min(bytes, maxPacketSize) : bytes;
    const transaction = this.carryOut(channel, token, endpoint, length, found);
    const { outcome, moved } = transaction;
    background.isActive = false;
    if (outcome === 'pending') return true;
    if (outcome === 'done') {
      const packetsMoved = Math.ceil(moved / maxPacketSize);
      const packetsLeft = Math.max(packets - packetsMoved, 0);
      const bytesLeft = Math.max(bytes - moved, 0);
      this.setRegister(channel, HCTSIZ, withTransferSize(hctsiz, bytesLeft, packetsLeft));
      this.setRegister(channel, HCDMA, this.register(channel, HCDMA) + moved);
      const isShort = isIn && token !== 'setup' && moved % maxPacketSize !== 0;
      if (isShort || packetsLeft === 0 || bytesLeft === 0 || moved === 0) {
        this.halt(channel, HCINT_XFERCOMPL);
        return true;
      }
    } else if (outcome !== 'nak' || !isRetried) {
      this.halt(channel, failures[outcome]);
      return true;
    }
    Object.assign(background, { isActive: true, device, endpoint: asked.endpoint });
    if (outcome === 'done') return true;
    const hcint = this.register(channel, HCINT);
    this.setRegister(channel, HCINT, hcint | HCINT_NAK);
    this.host.told(channel);
    return (hcint & HCINT_NAK) === 0;
  }

  private halt(channel: number, why: number): void {
    this.setRegister(channel, HCCHAR, this.register(channel, HCCHAR) & ~HCCHAR_CHENA);
    this.setRegister(channel, HCINT, this.register(channel, HCINT) | why | HCINT_CHHLTD);
    this.host.told(channel);
  }

  /** Has the device do it, with bytes from memory or to memory. */
  private carryOut(
    channel: number,
    token: Token,
    endpoint: number,
    length: number,
    device: UsbDevice | undefined,
  ): Transaction {
    const data = this.buffer.subarray(0, length);
    const address = this.register(channel, HCDMA);
    if (token !== 'in') this.readMemory(address, data);
    const transaction = new Transaction(token, endpoint, data);
    if (device === undefined) transaction.outcome = 'no device';
    else device.handle(transaction);
    if (token === 'in' && transaction.outcome === 'done')
      this.writeMemory(address, data.subarray(0, transaction.moved));
    return transaction;
  }

  /** RAM is read in its parts, of which devices' registers are none: there are zeros. */
  private readMemory(address: number, into: Uint8Array): void {
    const { memory } = this.host;
    for (let done = 0; done < into.length;) {
      const part = memory.ramAt((address + done) % ADDRESSES, into.length - done);
      if (part === undefined) return void into.fill(0, done);
      into.set(part.ram.read(part.offset, part.length), done);
      done += part.length;
    }
  }
  /** What would go to devices' registers goes nowhere. */
  private writeMemory(address: number, bytes: Uint8Array): void {
    const { memory } = this.host;
    for (let done = 0; done < bytes.length;) {
      const part = memory.ramAt((address + done) % ADDRESSES, bytes.length - done);
      if (part === undefined) return;
      memory.write(part.address, bytes.subarray(done, done + part.length));
      done += part.length;
    }
  }

  private register(channel: number, offset: number): number {
    return this.host.registers[(offset + channel * CHANNEL_SIZE) / 4];
  }
  private setRegister(channel: number, offset: number, value: number): void {
    this.host.registers[(offset + channel * CHANNEL_SIZE) / 4] = value;
  }

  save(): ChannelsState {
    const { background, next, refusals, asleepSince } = this;
    return { background: background.map((each) => ({ ...each })), next, refusals, asleepSince };
  }
  load({ background, next, refusals, asleepSince }: ChannelsState): void {
    for (const [i, each] of background.entries()) Object.assign(this.background[i], each);
    this.next = next;
    this.refusals = refusals;
    this.asleepSince = asleepSince;
  }
}

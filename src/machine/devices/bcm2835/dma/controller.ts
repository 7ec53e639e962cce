/**
 * The DMA controller of a BCM2835, sixteen channels: "BCM2835 ARM Peripherals", chapter 4, as far as QEMU 7.2 has it.
 *
 * As there, a chain of control blocks is carried out within the write that starts it. A chain may be longer than anybody
 * would wait for, or lead back to its beginning; so what costs more than `BURST`, all channels together, goes on as time
 * passes, in turns of `TURN`, and the channel stays ACTIVE meanwhile. Then it can be paused, aborted and reset.
 */
import { integer, LATEST, listOfExactly, nothing, record, type Shape } from '../../../../engine/index.js';
import type { Alarm, Clock } from '../../../clock.js';
import type { AccessSize, Device, Line } from '../../../device.js';
import type { BusMaster } from '../../../dma.js';
import { DmaChannel, type DmaChannelState } from './channel.js';

const CHANNELS = 16;
const CHANNEL_SIZE = 0x100;
/** The last channel is elsewhere. */
const CHANNELS_HERE = 15;
/** Of all channels from this one on, but the last, which has none; as bits in INT_STATUS. */
const SHARED_INTERRUPT = 11;
const SHARING_CHANNELS = 0x7800;
const INT_STATUS = 0xfe0;
const ENABLE = 0xff0;

/** Costs are in words of RAM that are moved. At once: as many as there is memory for pictures. */
const BURST = 2 ** 24;
/** As many as the bus of the GPU moves, in a nanosecond. */
const PACE = 1;
/** Nanoseconds. */
const TURN = 1_000_000;

export type DmaControllerState = {
  channels: DmaChannelState[];
  intStatus: number;
  enable: number;
  /** How much can be carried out at once, and at which time that was so. */
  credit: number;
  since: number;
};

export class DmaController implements Device<DmaControllerState> {
  readonly size = 0x1000;
  readonly shape: Shape<DmaControllerState>;
  private readonly channels: readonly DmaChannel[];
  private intStatus = 0;
  private enable = 0xffff;
  private credit = BURST;
  private since = 0;
  private readonly turn: Alarm;
  /** It does not hear what it writes itself. */
  private isAtWork = false;

  constructor(
    readonly name: string,
    /** Of channels 0 to 10, then the one that channels 11 to 14 share. */
    private readonly interrupts: readonly Line[],
    memory: BusMaster,
    private readonly clock: Clock,
  ) {
    this.turn = clock.alarm(name, () => this.goOn());
    this.channels = Array.from({ length: CHANNELS }, (_, channel) => {
      return new DmaChannel(memory, (level) => this.setInterrupt(channel, level));
    });
    this.shape = record<DmaControllerState>({
      channels: listOfExactly(CHANNELS, this.channels[0].shape),
      intStatus: integer(0, 0xffff),
      enable: integer(0, 0xffff),
      credit: integer(-BURST, BURST),
      since: integer(0, LATEST),
    });
  }

  accepts(_offset: number, size: AccessSize | 8): boolean {
    return size === 4;
  }

  read(offset: number): number {
    const channel = Math.floor(offset / CHANNEL_SIZE);
    if (channel < CHANNELS_HERE) return this.readChannel(channel, offset % CHANNEL_SIZE);
    if (this.isAtWork) return 0;
    if (offset === INT_STATUS) return this.intStatus;
    return offset === ENABLE ? this.enable : 0;
  }

  write(offset: number, _size: AccessSize, value: number): void {
    const channel = Math.floor(offset / CHANNEL_SIZE);
    if (channel < CHANNELS_HERE) this.writeChannel(channel, offset % CHANNEL_SIZE, value);
    else if (offset === ENABLE && !this.isAtWork) this.enable = value & 0xffff;
  }

  readChannel(channel: number, register: number): number {
    return this.isAtWork ? 0 : this.channels[channel].read(register);
  }

  writeChannel(channel: number, register: number, value: number): void {
    if (this.isAtWork) return;
    const starts = this.channels[channel].write(register, value);
    if (starts && this.isEnabled(channel)) this.run([channel]);
  }

  save(): DmaControllerState {
    const { channels, intStatus, enable, credit, since } = this;
    return { channels: channels.map((channel) => channel.save()), intStatus, enable, credit, since };
  }
  /** A reset has no clock's state behind it that would set the alarm. */
  load({ channels, intStatus, enable, credit, since }: DmaControllerState): void {
    this.turn.cancel();
    this.channels.forEach((channel, i) => channel.load(channels[i]));
    Object.assign(this, { intStatus, enable, credit, since });
  }

  private setInterrupt(channel: number, level: boolean): void {
    const bit = 1 << channel;
    this.intStatus = level ? this.intStatus | bit : this.intStatus & ~bit;
    const line = Math.min(channel, SHARED_INTERRUPT);
    const drivers = line === SHARED_INTERRUPT ? SHARING_CHANNELS : bit;
    if (channel < CHANNELS_HERE) this.interrupts[line].set((this.intStatus & drivers) !== 0);
  }

  private isEnabled(channel: number): boolean {
    return (this.enable & (1 << channel)) !== 0;
  }

  private goOn(): void {
    this.run([...this.channels.keys()].filter((channel) => this.channels[channel].running));
  }

  /** Lets channels run, each with its share of what can be carried out now. */
  private run(channels: readonly number[]): void {
    const { now } = this.clock;
    this.credit = Math.min(BURST, this.credit + Math.floor((now - this.since) * PACE));
    this.since = now;
    const share = Math.max(0, this.credit / channels.length);
    this.isAtWork = true;
    try {
      for (const channel of channels) {
        this.credit -= this.channels[channel].run(this.isEnabled(channel), share);
      }
    } finally {
      this.isAtWork = false;
    }
    if (this.channels.some(({ running }) => running)) this.turn.set(now + TURN);
  }
}

/** The registers of channel 15, which lie by themselves. */
export class DmaChannel15 implements Device<null> {
  readonly size = CHANNEL_SIZE;
  readonly shape = nothing;

  constructor(
    readonly name: string,
    private readonly controller: DmaController,
  ) {}

  accepts(_offset: number, size: AccessSize | 8): boolean {
    return size === 4;
  }
  read(offset: number): number {
    return this.controller.readChannel(CHANNELS - 1, offset);
  }
  write(offset: number, _size: AccessSize, value: number): void {
    this.controller.writeChannel(CHANNELS - 1, offset, value);
  }

  /** The controller has its state. */
  save(): null {
    return null;
  }
  load(): void {}
}

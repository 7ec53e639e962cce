/**
 * Keyboards and pointers of a board, and what comes for them from outside: each event goes to the device that takes such
 * events and was attended to last by the guest. Keys wait in line behind delays, as on QEMU (ui/input.c).
 */
import { flag, integer, listOf, Listeners, record, type Shape, type Shaped } from '../../engine/index.js';
import type { Alarm, Clock } from '../clock.js';
import type { Snapshotable } from '../device.js';
import {
  inputEvent,
  inputNumbers,
  inputShape,
  type InputEvent,
  type InputKind,
  type InputNumbers,
} from './events.js';

/** A keyboard or a pointer. */
export interface InputDevice {
  readonly takes: readonly InputKind[];
  /** Whether the guest has looked for what it has to say, since it was reset. */
  readonly isAttended: boolean;
  hear(event: InputEvent): void;
  /** What it has heard since the last time is one thing. */
  sync(): void;
}

/** Entries that wait, at most; what comes beyond is lost, as keys are that are typed faster than anybody reads. */
export const LONGEST_QUEUE = 0x1_0000;
const MS = 1_000_000;

/** Nothing waits without a delay. */
const isBehindDelay = ([first]: readonly InputNumbers[]): boolean =>
  first === undefined || inputEvent(first).kind === 'delay';

const stateShape = record({
  /** Devices by number, whom events are offered to in this order. */
  order: listOf(integer(0, 0xff), 0x100),
  /** By number, whether it has heard something that it has not been told to be one thing. */
  heard: listOf(flag, 0x100),
  /** What waits, a delay in front. */
  waiting: listOf(inputShape, LONGEST_QUEUE).where('a delay in front', isBehindDelay),
});
export type InputState = Shaped<typeof stateShape>;

export class Input implements Snapshotable<InputState> {
  /** Hear that the guest attends to a keyboard, which it has not done since that was reset. */
  readonly attended = new Listeners<() => void>();
  private readonly devices: InputDevice[] = [];
  private order: number[] = [];
  private readonly heard: boolean[] = [];
  private waiting: InputEvent[] = [];
  private readonly alarm: Alarm;

  constructor(private readonly clock: Clock) {
    this.alarm = clock.alarm('input', () => this.goOn());
  }

  get shape(): Shape<InputState> {
    const all = this.devices.length;
    return stateShape.where(
      `an order of ${all} devices`,
      ({ order, heard }) =>
        heard.length === all &&
        order.length === all &&
        order.toSorted((a, b) => a - b).every((n, i) => n === i),
    );
  }

  add(device: InputDevice): void {
    this.order.push(this.devices.length);
    this.devices.push(device);
    this.heard.push(false);
  }

  /** From now on a device is the first to be offered an event. */
  prefer(device: InputDevice): void {
    const number = this.devices.indexOf(device);
    this.order = [number, ...this.order.filter((each) => each !== number)];
  }

  /** Whether the guest attends to a keyboard. */
  get isAttended(): boolean {
    return this.devices.some((device) => device.takes.includes('key') && device.isAttended);
  }
  /** Whether there is a device that takes such events. */
  takes(kind: InputKind): boolean {
    return this.devices.some((device) => device.takes.includes(kind));
  }

  send(event: InputEvent): void {
    if (event.kind === 'delay' || (event.kind === 'key' && this.waiting.length > 0)) this.queue(event);
    else this.deliver(event);
  }

  /** Everything forgotten, as at power-on. */
  reset(state: InputState): void {
    this.alarm.cancel();
    this.load(state);
  }

  private queue(event: InputEvent): void {
    if (this.waiting.length >= LONGEST_QUEUE) return;
    this.waiting.push(event);
    if (event.kind === 'delay' && this.waiting.length === 1) this.delay(event.ms);
  }

  /** QEMU counts these in whole milliseconds. */
  private delay(ms: number): void {
    this.alarm.set((Math.floor(this.clock.now / MS) + ms) * MS);
  }

  /** A delay is over: what is behind it comes, up to the next one. */
  private goOn(): void {
    const next = this.waiting.findIndex(({ kind }, i) => i > 0 && kind === 'delay');
    const due = this.waiting.slice(1, next < 0 ? undefined : next);
    this.waiting = next < 0 ? [] : this.waiting.slice(next);
    for (const event of due) this.deliver(event);
    const [first] = this.waiting;
    if (first?.kind === 'delay') this.delay(first.ms);
  }

  private deliver(event: InputEvent): void {
    if (event.kind === 'sync') return this.sync();
    const number = this.order.find((each) => this.devices[each].takes.includes(event.kind));
    if (number === undefined) return;
    this.devices[number].hear(event);
    this.heard[number] = true;
    // Each key is a thing by itself.
    if (event.kind === 'key') this.sync();
  }

  private sync(): void {
    for (const number of this.order) {
      if (!this.heard[number]) continue;
      this.devices[number].sync();
      this.heard[number] = false;
    }
  }

  save(): InputState {
    return { order: [...this.order], heard: [...this.heard], waiting: this.waiting.map(inputNumbers) };
  }
  load({ order, heard, waiting }: InputState): void {
    this.order = [...order];
    for (const [i, each] of heard.entries()) this.heard[i] = each;
    this.waiting = waiting.map(inputEvent);
  }
}

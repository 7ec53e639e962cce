/** QEMU's usb-mouse and usb-tablet: what they hear becomes events, which wait until the guest fetches reports. */
import { flag, integer, listOfExactly, record, type Shaped } from '../../../engine/index.js';
import type { Button, InputEvent, InputKind } from '../../input/index.js';
import type { Answer } from '../device.js';
import { mouseDescription, tabletDescription } from './description.js';
import { HidDevice, hidShape, type HidPlug, type HidState } from './hid-device.js';

/** Events that there is room for, one of which is being made. */
const QUEUE = 16;
/** How far a report can tell at once. */
const STEP = 127;

const bits: Readonly<Record<Button, number>> = {
  left: 1,
  right: 2,
  middle: 4,
  side: 8,
  extra: 0x10,
  'wheel up': 0,
  'wheel down': 0,
};
/** The wheel's buttons turn it by so much. */
const turns: Readonly<Partial<Record<Button, number>>> = { 'wheel up': -1, 'wheel down': 1 };

const number32 = integer(-(2 ** 31), 2 ** 31 - 1);
const eventShape = record({
  /** Of a mouse, how far; of a tablet, where. */
  x: number32,
  y: number32,
  wheel: number32,
  buttons: integer(0, 0x1f),
});
type PointerEvent = Shaped<typeof eventShape>;
const ownShape = record({
  hid: hidShape,
  /** A ring. The one behind those that wait is being made; the one before them was the last that was told. */
  events: listOfExactly(QUEUE, eventShape),
  first: integer(0, QUEUE - 1),
  waiting: integer(0, QUEUE - 1),
  /** Whether it has been the first to hear of what comes, since the guest attends to it. */
  isPreferred: flag,
});
type Own = Shaped<typeof ownShape>;

const clamp = (value: number): number => Math.min(Math.max(value, -STEP), STEP);
const nothing = (): PointerEvent => ({ x: 0, y: 0, wheel: 0, buttons: 0 });

abstract class Pointer extends HidDevice<Own> {
  protected readonly ownShape = ownShape;
  private readonly events = Array.from({ length: QUEUE }, nothing);
  private first = 0;
  private waiting = 0;
  private isPreferred = false;
  private readonly input;

  constructor(plug: HidPlug, description: typeof mouseDescription) {
    super(plug, description);
    this.input = plug.input;
    this.input.add(this);
  }

  /** Takes another place, or way, into an event. */
  protected abstract move(event: PointerEvent, heard: InputEvent): void;
  /** Joins an event to one that is like it but for where the pointer is. */
  protected abstract join(before: PointerEvent, event: PointerEvent): void;
  /** What is left of an event for the one that follows it. */
  protected abstract following(event: PointerEvent): PointerEvent;
  /** Takes from an event what a report can tell; the report's bytes but the first and the last. */
  protected abstract tell(event: PointerEvent): number[];
  /** Whether all of an event but the wheel has been told. */
  protected abstract isTold(event: PointerEvent): boolean;

  private at(place: number): PointerEvent {
    return this.events[(this.first + place) & (QUEUE - 1)];
  }

  hear(heard: InputEvent): void {
    const event = this.at(this.waiting);
    if (heard.kind !== 'button') return this.move(event, heard);
    const { button, down } = heard;
    if (!down) event.buttons &= ~bits[button];
    else {
      event.buttons |= bits[button];
      event.wheel += turns[button] ?? 0;
    }
  }

  sync(): void {
    // The last place is for what is being made: while there is no other, that goes on.
    if (this.waiting === QUEUE - 1) return;
    const event = this.at(this.waiting);
    const before = this.at(this.waiting - 1);
    if (this.waiting > 0 && event.buttons === before.buttons) {
      this.join(before, event);
      before.wheel += event.wheel;
      event.wheel = 0;
      return;
    }
    Object.assign(this.at(this.waiting + 1), this.following(event), { wheel: 0, buttons: event.buttons });
    this.waiting++;
    this.stir();
  }

  protected get hasNews(): boolean {
    return this.waiting > 0;
  }

  /** Without news, the last report again, in which nothing moves. */
  protected nextReport(most: number): Uint8Array {
    this.takeOver();
    const event = this.at(this.waiting > 0 ? 0 : -1);
    const between = this.tell(event);
    const wheel = clamp(event.wheel);
    event.wheel -= wheel;
    if (this.waiting > 0 && event.wheel === 0 && this.isTold(event)) {
      this.first = (this.first + 1) & (QUEUE - 1);
      this.waiting--;
    }
    return Uint8Array.from([event.buttons, ...between, -wheel]).subarray(0, most);
  }

  protected takeReport(): Answer {
    return undefined;
  }

  protected override attendedNow(): void {
    super.attendedNow();
    this.takeOver();
  }
  protected override idleSet(): void {
    this.takeOver();
  }
  /** The guest attends to this pointer: it hears before others. */
  private takeOver(): void {
    if (this.isPreferred) return;
    this.isPreferred = true;
    this.input.prefer(this);
  }

  protected override resetOwn(): void {
    super.resetOwn();
    for (const event of this.events) Object.assign(event, nothing());
    this.first = 0;
    this.waiting = 0;
  }

  protected saveOwn(): Own {
    const { first, waiting, isPreferred } = this;
    const hid: HidState = this.saveHid();
    return { hid, events: this.events.map((event) => ({ ...event })), first, waiting, isPreferred };
  }
  protected loadOwn({ hid, events, first, waiting, isPreferred }: Own): void {
    this.loadHid(hid);
    for (const [i, event] of events.entries()) Object.assign(this.events[i], event);
    this.first = first;
    this.waiting = waiting;
    this.isPreferred = isPreferred;
  }
}

export class Mouse extends Pointer {
  readonly kind = 'usb-mouse';
  readonly takes: readonly InputKind[] = ['button', 'relative'];
  protected readonly hasProtocols = true;
  constructor(plug: HidPlug) {
    super(plug, mouseDescription);
  }

  protected move(event: PointerEvent, heard: InputEvent): void {
    if (heard.kind === 'relative') event[heard.axis] = (event[heard.axis] + heard.by) | 0;
  }
  protected join(before: PointerEvent, event: PointerEvent): void {
    before.x = (before.x + event.x) | 0;
    before.y = (before.y + event.y) | 0;
    event.x = 0;
    event.y = 0;
  }
  protected following(): PointerEvent {
    return nothing();
  }
  protected tell(event: PointerEvent): number[] {
    const [x, y] = [clamp(event.x), clamp(event.y)];
    event.x -= x;
    event.y -= y;
    return [x, y];
  }
  protected isTold({ x, y }: PointerEvent): boolean {
    return x === 0 && y === 0;
  }
}

export class Tablet extends Pointer {
  readonly kind = 'usb-tablet';
  readonly takes: readonly InputKind[] = ['button', 'absolute'];
  protected readonly hasProtocols = false;
  constructor(plug: HidPlug) {
    super(plug, tabletDescription);
  }

  protected move(event: PointerEvent, heard: InputEvent): void {
    if (heard.kind === 'absolute') event[heard.axis] = heard.at;
  }
  protected join(before: PointerEvent, { x, y }: PointerEvent): void {
    before.x = x;
    before.y = y;
  }
  protected following({ x, y }: PointerEvent): PointerEvent {
    return { ...nothing(), x, y };
  }
  protected tell({ x, y }: PointerEvent): number[] {
    return [x, x >> 8, y, y >> 8];
  }
  protected isTold(): boolean {
    return true;
  }
}

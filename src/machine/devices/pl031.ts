/**
 * PrimeCell real time clock (PL031), Arm DDI 0224: seconds since 1970, and an interrupt when they match.
 */
import { record, word, type Shaped } from '../../engine/index.js';
import type { Alarm, Clock } from '../clock.js';
import type { Device, Line } from '../device.js';

// Register offsets, DDI 0224 table 3-1.
const RTCDR = 0x00;
const RTCMR = 0x04;
const RTCLR = 0x08;
const RTCCR = 0x0c;
const RTCIMSC = 0x10;
const RTCRIS = 0x14;
const RTCMIS = 0x18;
const RTCICR = 0x1c;
const RTCPeriphID0 = 0xfe0;

const IDENTIFICATION = [0x31, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1];

const NS_PER_SECOND = 1e9;

const stateShape = record({ offset: word, match: word, load: word, imsc: word, ris: word });
export type Pl031State = Shaped<typeof stateShape>;

export class Pl031 implements Device<Pl031State> {
  readonly size = 0x1000;
  readonly shape = stateShape;
  private s: Pl031State;
  private readonly alarm: Alarm;

  /** @param epoch what the clock shows at virtual time 0, in seconds since 1970 */
  constructor(
    readonly name: string,
    private readonly interrupt: Line,
    private readonly clock: Clock,
    epoch: number,
  ) {
    this.s = { offset: epoch >>> 0, match: 0, load: 0, imsc: 0, ris: 0 };
    this.alarm = clock.alarm(`${name}.match`, () => this.matched());
  }

  read(offset: number): number {
    if (offset >= RTCPeriphID0) return IDENTIFICATION[(offset - RTCPeriphID0) >> 2];
    switch (offset) {
      case RTCDR:
        return this.seconds();
      case RTCMR:
        return this.s.match;
      case RTCLR:
        return this.s.load;
      case RTCCR:
        return 1; // the counter always runs
      case RTCIMSC:
        return this.s.imsc;
      case RTCRIS:
        return this.s.ris;
      case RTCMIS:
        return this.s.ris & this.s.imsc;
      default:
        return 0;
    }
  }

  write(offset: number, _size: number, value: number): void {
    switch (offset) {
      case RTCLR:
        this.s.offset = (this.s.offset + value - this.seconds()) >>> 0;
        this.s.load = value;
        this.setAlarm();
        break;
      case RTCMR:
        this.s.match = value;
        this.setAlarm();
        break;
      case RTCIMSC:
        this.s.imsc = value & 1;
        this.drive();
        break;
      case RTCICR:
        this.s.ris &= ~value;
        this.drive();
        break;
    }
  }

  save(): Pl031State {
    return { ...this.s };
  }

  load(state: Pl031State): void {
    this.s = { ...state };
    this.drive();
  }

  private seconds(): number {
    return (this.s.offset + Math.floor(this.clock.now / NS_PER_SECOND)) >>> 0;
  }

  /** Rings at the tick with which the seconds reach the match register; at once when they are there already. */
  private setAlarm(): void {
    const wait = (this.s.match - this.seconds()) >>> 0;
    if (wait === 0) {
      this.alarm.cancel();
      this.matched();
    } else {
      this.alarm.set((Math.floor(this.clock.now / NS_PER_SECOND) + wait) * NS_PER_SECOND);
    }
  }

  private matched(): void {
    this.s.ris = 1;
    this.drive();
  }

  private drive(): void {
    this.interrupt.set((this.s.ris & this.s.imsc) !== 0);
  }
}

/**
 * Frames: while something is connected, one begins each millisecond, or each eighth of one for a fast device. Nobody is
 * woken for one that nobody waits for: how many have passed is found out when somebody looks.
 */
import { count, flag, integer, record, type Shaped } from '../../../engine/index.js';
import type { Clock } from '../../clock.js';
import type { Speed } from '../descriptors.js';

/** By speed, in ns: of a frame, and of a bit. */
const LENGTHS: Readonly<Record<Speed, { readonly frame: number; readonly bit: number }>> = {
  full: { frame: 1_000_000, bit: 83 },
  high: { frame: 125_000, bit: 10 },
};
/** Bits that a frame's counter begins with. */
const FRAME_BITS = 11_999;
const NUMBER_MASK = 0xffff;
const HFNUM_MASK = 0x3fff;
const HFNUM_FRREM = 16;

export const framesShape = record({
  isRunning: flag,
  isFast: flag,
  /** When the present frame began, in ns. */
  began: count,
  number: integer(0, NUMBER_MASK),
  /** As HFNUM tells it: not of the first frame, in which that is as at reset. */
  told: integer(0, HFNUM_MASK),
});
export type FramesState = Shaped<typeof framesShape>;

export class Frames {
  private isRunning = false;
  private speed: Speed = 'full';
  private length = LENGTHS.full.frame;
  private began = 0;
  private number = 0;
  private told = HFNUM_MASK;

  constructor(private readonly clock: Clock) {}

  /** Something has been connected. */
  start(speed: Speed): void {
    this.isRunning = true;
    this.setSpeed(speed);
    this.began = this.clock.now;
  }
  stop(): void {
    this.isRunning = false;
  }
  private setSpeed(speed: Speed): void {
    this.speed = speed;
    this.length = LENGTHS[speed].frame;
  }
  /** The first frame begins anew, if there are any. */
  restart(): void {
    if (this.isRunning) this.began = this.clock.now;
  }

  /** When the next one begins, in ns; Infinity if none does. */
  get next(): number {
    return this.isRunning ? this.began + this.length : Infinity;
  }

  /** Comes to the present. Whether frames have begun meanwhile. */
  advance(): boolean {
    const { clock, length: frame } = this;
    if (!this.isRunning || clock.now < this.began + frame) return false;
    const passed = Math.floor((clock.now - this.began) / frame);
    // QEMU takes the counter's bits for nanoseconds, so that a frame has dozens of numbers.
    this.number = (this.number + passed * Math.floor(frame / FRAME_BITS)) & NUMBER_MASK;
    this.told = this.number & HFNUM_MASK;
    this.began += passed * frame;
    return true;
  }

  /** HFNUM: bits left in the frame above its number. */
  get hfnum(): number {
    const { frame, bit } = LENGTHS[this.speed];
    const passed = Math.max(this.clock.now - this.began, 0);
    const left = passed >= frame ? 0 : Math.max(FRAME_BITS - Math.floor(passed / bit), 0);
    return ((left << HFNUM_FRREM) | this.told) >>> 0;
  }

  save(): FramesState {
    const { isRunning, speed, began, number, told } = this;
    return { isRunning, isFast: speed === 'high', began, number, told };
  }
  load({ isRunning, isFast, began, number, told }: FramesState): void {
    this.setSpeed(isFast ? 'high' : 'full');
    Object.assign(this, { isRunning, began, number, told });
  }
}

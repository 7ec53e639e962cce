/**
 * The random number generator of the BCM2835, as QEMU 7.2 has it: a word is always ready. Where the words come from is
 * the machine's seed, so that the same run has the same ones. Linux, drivers/char/hw_random/bcm2835-rng.c.
 */
import { integer, record, word, type Shaped } from '../../../engine/index.js';
import type { AccessSize, Device } from '../../device.js';
import { SplitMix64 } from '../../random.js';

const RNG_CTRL = 0x0;
const RNG_STATUS = 0x4;
const RNG_DATA = 0x8;

/** How many words are ready, in the highest byte of the status. */
const STATUS_ONE_WORD = 1 << 24;
/** The part of the status that can be written: how many words are thrown away at first. */
const STATUS_WARM_UP = 0xf_ffff;

const stateShape = record({
  control: word,
  status: integer(0, STATUS_WARM_UP),
  /** Of the generator that the words come from. */
  random: record({ low: word, high: word }),
});
export type RngState = Shaped<typeof stateShape>;

export class Rng implements Device<RngState> {
  readonly name = 'rng';
  readonly size = 0x10;
  readonly shape = stateShape;
  private control = 0;
  private status = 0;
  private readonly random: SplitMix64;

  constructor(seed: bigint) {
    // A boot loader takes its numbers from the seed itself.
    this.random = new SplitMix64(~seed);
  }

  read(offset: number): number {
    switch (offset) {
      case RNG_CTRL:
        return this.control;
      case RNG_STATUS:
        return this.status | STATUS_ONE_WORD;
      case RNG_DATA:
        return Number(this.random.next() >> 32n);
      default:
        return 0;
    }
  }

  write(offset: number, _size: AccessSize, value: number): void {
    if (offset === RNG_CTRL) this.control = value;
    else if (offset === RNG_STATUS) this.status = value & STATUS_WARM_UP;
  }

  /** The words that come are not the same again. */
  reset(): void {
    this.control = 0;
    this.status = 0;
  }

  save(): RngState {
    const { control, status, random } = this;
    const { state } = random;
    return { control, status, random: { low: Number(state & 0xffff_ffffn), high: Number(state >> 32n) } };
  }

  load({ control, status, random: { low, high } }: RngState): void {
    this.control = control;
    this.status = status;
    this.random.state = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  }
}

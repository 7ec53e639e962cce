/**
 * QEMU's usb-kbd. It takes scan codes as a keyboard with a plug of its own would send them, and each report that is
 * fetched takes one of them into account.
 */
import { integer, listOf, record, type Shaped } from '../../../engine/index.js';
import { keyCode, type InputEvent } from '../../input/index.js';
import { OK, type Answer } from '../device.js';
import { keyboardDescription } from './description.js';
import { HidDevice, hidShape, type HidPlug } from './hid-device.js';
import { usages } from './usages.js';

/** Scan codes that wait, at most: those of a key that finds no room are lost. */
const QUEUE = 16;
/** Keys held down that it knows of, and those that a report tells. */
const HELD = 16;
const REPORT = 8;
const REPORTED = 6;
const ERROR_ROLLOVER = 1;

const RELEASED = 0x80;
const EXTENDED = 0x80;
const PREFIX_E0 = 0xe0;
const PREFIX_E1 = 0xe1;
const CODE_CTRL = 0x1d;
const CODE_NUM_LOCK = 0x45;
const PAUSE = keyCode('pause');

/** Usages from here on are modifiers, each with a bit, and the two prefixes. */
const FIRST_MODIFIER = 0xe0;
const LAST_MODIFIER = 0xe7;
const LAST_PREFIX = 0xe9;
/** Bits of the prefixes, 0xe0 and 0xe1, beside the modifiers. */
const AFTER_E0 = 1 << 8;
const AFTER_E1 = 1 << 9;

const byte = integer(0, 0xff);
const ownShape = record({
  hid: hidShape,
  queue: listOf(byte, QUEUE),
  /** A bit for each that is held down, and for the prefix that has come. */
  modifiers: integer(0, 0x3ff),
  /** Usages of keys held down. */
  held: listOf(byte, HELD),
  /** Lamps: num lock, caps lock, scroll lock, compose, kana. */
  lamps: byte,
});
type Own = Shaped<typeof ownShape>;

export class Keyboard extends HidDevice<Own> {
  readonly kind = 'usb-kbd';
  readonly takes = ['key'] as const;
  protected readonly ownShape = ownShape;
  protected readonly hasProtocols = true;
  private queue: number[] = [];
  private modifiers = 0;
  private held: number[] = [];
  private lamps = 0;
  private readonly input;

  constructor(plug: HidPlug) {
    super(plug, keyboardDescription);
    this.input = plug.input;
    this.input.add(this);
    this.input.prefer(this);
  }

  hear(event: InputEvent): void {
    if (event.kind !== 'key') return;
    const codes = scanCodes(event.code, event.down);
    if (this.queue.length + codes.length > QUEUE) return;
    this.queue.push(...codes);
    this.stir();
  }
  sync(): void {}

  protected get hasNews(): boolean {
    return this.queue.length > 0;
  }

  protected override attendedNow(): void {
    const isNew = !this.isAttended;
    super.attendedNow();
    if (isNew) for (const tell of this.input.attended.all) tell();
  }

  protected nextReport(most: number): Uint8Array {
    if (most < 2) return new Uint8Array();
    const code = this.queue.shift();
    if (code !== undefined) this.scan(code);
    const report = new Uint8Array(Math.min(REPORT, most));
    report[0] = this.modifiers & 0xff;
    const room = report.length - 2;
    if (this.held.length > REPORTED) report.fill(ERROR_ROLLOVER, 2);
    else report.set(this.held.slice(0, room), 2);
    return report;
  }

  private scan(code: number): void {
    const isRelease = (code & RELEASED) !== 0;
    const isExtended = (this.modifiers & AFTER_E0) !== 0;
    const usage = usages[(code & ~RELEASED) | (isExtended ? EXTENDED : 0)];
    this.modifiers &= ~AFTER_E0;
    if (usage === 0) return;
    if (usage >= FIRST_MODIFIER && usage <= LAST_PREFIX) return this.modify(usage, isRelease);
    const at = this.held.indexOf(usage);
    if (!isRelease) {
      if (at < 0 && this.held.length < HELD) this.held.push(usage);
    } else if (at >= 0) {
      // The last one takes its place.
      const last = this.held.pop()!;
      if (at < this.held.length) this.held[at] = last;
    }
  }

  /** A modifier, or the prefix of the next code. What follows 0xe1 and 0x1d is as if it followed 0xe0. */
  private modify(usage: number, isRelease: boolean): void {
    const bit = 1 << (usage & 0xf);
    if (usage === FIRST_MODIFIER && (this.modifiers & AFTER_E1) !== 0) this.modifiers ^= AFTER_E0 | AFTER_E1;
    else if (isRelease && usage <= LAST_MODIFIER) this.modifiers &= ~bit;
    else this.modifiers |= bit;
  }

  protected takeReport(data: Uint8Array): Answer {
    if (data.length > 0) this.lamps = data[0];
    return OK;
  }

  protected override resetOwn(): void {
    super.resetOwn();
    this.queue = [];
    this.modifiers = 0;
    this.held = [];
  }

  protected saveOwn(): Own {
    const { queue, modifiers, held, lamps } = this;
    return { hid: this.saveHid(), queue: [...queue], modifiers, held: [...held], lamps };
  }
  protected loadOwn({ hid, queue, modifiers, held, lamps }: Own): void {
    this.loadHid(hid);
    this.queue = [...queue];
    this.modifiers = modifiers;
    this.held = [...held];
    this.lamps = lamps;
  }
}

/** What a key sends: one code, one behind 0xe0, or all of those of Pause. */
function scanCodes(code: number, down: boolean): number[] {
  const released = down ? 0 : RELEASED;
  if (code === PAUSE) return [PREFIX_E1, CODE_CTRL | released, CODE_NUM_LOCK | released];
  return [...((code & EXTENDED) === 0 ? [] : [PREFIX_E0]), (code & ~EXTENDED) | released];
}

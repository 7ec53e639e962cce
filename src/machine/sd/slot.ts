/**
 * A board's one card slot, whose wires go to either of two controllers: on a Raspberry Pi the pins' functions (GPIO 48
 * to 53) decide which. The controller that has not got them sees an empty slot.
 */
import { oneOf, record, type Shape } from '../../engine/index.js';
import type { Clock } from '../clock.js';
import type { Line, Snapshotable } from '../device.js';
import type { Disk } from '../disk/index.js';
import { SdCard, type SdCardState } from './card/card.js';

const slotEnds = ['sdhci', 'sdhost'] as const;
type SlotEnd = (typeof slotEnds)[number];
export type SlotState = { at: SlotEnd; card: SdCardState };

/** What a controller has of the slot. */
export interface SdWires {
  /** A command, and the bytes of the response: 4, 16, or none. */
  command(index: number, argument: number): Uint8Array;
  /** Whether the card has data for the controller. */
  readonly isSending: boolean;
  /** Zeros where nothing is sent. */
  read(into: Uint8Array): void;
  write(bytes: Uint8Array): void;
  /** Whether there is a card. */
  readonly isInserted: boolean;
  /** Whether its switch says that nothing is to be written. */
  readonly isReadOnly: boolean;
  /** Called when the wires come (true) or go. QEMU's board takes that for a card, be there one or not. */
  onMove: (isInserted: boolean) => void;
}

const none = new Uint8Array(0);

export class SdSlot implements Snapshotable<SlotState> {
  /** Up: the wires are the SDHOST's. */
  readonly select: Line = { set: (level) => this.move(level ? 'sdhost' : 'sdhci') };
  private readonly card: SdCard;
  private readonly ends: Readonly<Record<SlotEnd, SdWires>>;
  private at: SlotEnd = 'sdhci';

  /** @param disk what the card in it holds; without one the slot is empty */
  constructor(name: string, clock: Clock, disk: Disk | undefined) {
    this.card = new SdCard(name, clock, disk);
    this.ends = { sdhci: this.end('sdhci'), sdhost: this.end('sdhost') };
  }

  wires(end: SlotEnd): SdWires {
    return this.ends[end];
  }

  get shape(): Shape<SlotState> {
    return record<SlotState>({ at: oneOf(...slotEnds), card: this.card.shape });
  }
  save(): SlotState {
    return { at: this.at, card: this.card.save() };
  }
  load({ at, card }: SlotState): void {
    this.at = at;
    this.card.load(card);
  }

  private move(to: SlotEnd): void {
    if (to === this.at) return;
    const from = this.at;
    this.at = to;
    this.ends[from].onMove(false);
    this.ends[to].onMove(true);
  }

  private end(end: SlotEnd): SdWires {
    const { card } = this;
    const has = (): boolean => this.at === end;
    return {
      command: (index, argument) => (has() ? card.perform(index, argument) : none),
      get isSending() {
        return has() && card.isSending;
      },
      read: (into) => {
        if (has()) card.read(into);
        else into.fill(0);
      },
      write: (bytes) => {
        if (has()) card.write(bytes);
      },
      get isInserted() {
        return has() && card.disk !== undefined;
      },
      get isReadOnly() {
        return has() && card.disk?.isReadOnly === true;
      },
      onMove: () => undefined,
    };
  }
}

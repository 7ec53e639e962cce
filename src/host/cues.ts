/**
 * What comes from keyboards at moments that are said beforehand: at a time of the guest's, when the guest first attends to
 * a keyboard, or when a line of the console matches. Each moment is one of the guest's alone, so the same run has it at
 * the same instruction.
 */
import type { InputEvent, Machine } from '../machine/index.js';
import { LineWatch } from './line-watch.js';

export interface Cue {
  readonly when:
    | { readonly kind: 'moment'; readonly ns: number }
    | { readonly kind: 'attended' }
    | { readonly kind: 'line'; readonly pattern: RegExp };
  readonly events: readonly InputEvent[];
}

/** At so many ns of the guest's time. */
export const momentOf = (ns: number, events: readonly InputEvent[]): Cue => {
  return { when: { kind: 'moment', ns }, events };
};
/** When the guest attends to a keyboard, or at once if it does already. */
export const attendedTo = (events: readonly InputEvent[]): Cue => ({ when: { kind: 'attended' }, events });
/** When a line of a serial port first matches. */
export const lineOf = (pattern: RegExp, events: readonly InputEvent[]): Cue => {
  return { when: { kind: 'line', pattern }, events };
};

export class Cues {
  /** In the order in which they were given; those at moments by their times. */
  private readonly moments: { readonly ns: number; readonly events: readonly InputEvent[] }[];
  private readonly lines: { readonly pattern: RegExp; readonly events: readonly InputEvent[] }[];
  private attended: readonly InputEvent[];
  /** Their moment is now. */
  private due: readonly InputEvent[] = [];
  private readonly leaveInput: () => void;

  constructor(
    private readonly machine: Machine,
    cues: readonly Cue[],
  ) {
    this.moments = cues
      .flatMap(({ when, events }) => (when.kind === 'moment' ? [{ ns: when.ns, events }] : []))
      .sort((a, b) => a.ns - b.ns);
    this.lines = cues.flatMap(({ when, events }) =>
      when.kind === 'line' ? [{ pattern: when.pattern, events }] : [],
    );
    this.attended = cues.flatMap(({ when, events }) => (when.kind === 'attended' ? events : []));
    const input = machine.board.usb?.input;
    this.leaveInput = input?.attended.add(() => this.nowAttended()) ?? (() => undefined);
    if (input?.isAttended === true) this.nowAttended();
  }

  /** The next moment of the guest's time, in ns; Infinity if there is none. */
  get next(): number {
    return this.moments.at(0)?.ns ?? Infinity;
  }

  /** Between two runs: what is due comes. */
  act(): void {
    const { machine, moments } = this;
    while (moments.length > 0 && moments[0].ns <= machine.now)
      this.due = [...this.due, ...moments.shift()!.events];
    if (this.due.length === 0) return;
    const { due } = this;
    this.due = [];
    machine.sendInput(due);
  }

  /** Watches a port's lines for those that are waited for there; each is for the first port that has it. */
  watch(): { hear(byte: number): void } {
    const watches = this.lines.map((line) => ({ line, watch: new LineWatch({ found: line.pattern }) }));
    return {
      hear: (byte) => {
        for (const { line, watch } of watches) {
          if (watch.hear(byte) === undefined || !this.lines.includes(line)) continue;
          this.lines.splice(this.lines.indexOf(line), 1);
          this.come(line.events);
        }
      },
    };
  }

  leave(): void {
    this.leaveInput();
  }

  private nowAttended(): void {
    const { attended } = this;
    this.attended = [];
    if (attended.length > 0) this.come(attended);
  }
  /** The machine stops at the present instruction for it. */
  private come(events: readonly InputEvent[]): void {
    this.due = [...this.due, ...events];
    this.machine.stop();
  }
}

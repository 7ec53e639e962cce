/**
 * Replays a recording on the machine that was made of its origin: runs to each position, has enter what entered there,
 * and looks at each mark whether the machine is as it was.
 */
import { printable } from '../../images/index.js';
import type { Machine, Position } from '../../machine/index.js';
import { stateHash } from '../snapshot.js';
import { DivergenceError } from './error.js';
import { coreChecksums } from './marks.js';
import type { Recording } from './recording.js';
import type { EventRecord } from './records.js';

/** Why `step` returned. */
export type PlayResult =
  /** So many instructions were executed. */
  | 'limit'
  /** Somebody called `machine.stop`. */
  | 'stopped'
  /** A core is where somebody wanted it to stop. */
  | 'break'
  /** The recording is at its end. */
  | 'replayed';

const count = (number: number): string => number.toLocaleString('en-US');

export class Player {
  private readonly events: Iterator<EventRecord, undefined>;
  private next: EventRecord | undefined;
  /** Instructions at the last mark that was right. */
  private rightUntil: number;

  constructor(
    private readonly machine: Machine,
    readonly recording: Recording,
  ) {
    this.events = recording.events();
    this.next = this.events.next().value;
    this.rightUntil = recording.from.instructions;
  }

  /**
   * Goes on, at most so many instructions.
   * @throws DivergenceError where the machine does not do what was recorded
   */
  step(instructions = Infinity): PlayResult {
    const last = this.machine.instructions + instructions;
    for (;;) {
      if (this.next === undefined) return 'replayed';
      const result = this.approach(this.next.at, last);
      if (result !== undefined) return result;
      this.take(this.next);
      this.next = this.events.next().value;
    }
  }

  /** At the end: compares all of the machine. @throws DivergenceError */
  async verify(): Promise<void> {
    const { end } = this.recording;
    if (end === undefined || end.stateHash === (await stateHash(this.machine))) return;
    throw this.astray('memory or devices differ, and the registers of no core');
  }

  /** Runs towards a position, but not beyond `last` instructions; undefined once it is there. */
  private approach(to: Position, last: number): PlayResult | undefined {
    const { machine } = this;
    if (machine.instructions < to.instructions) {
      const end = Math.min(to.instructions, last);
      const reason = machine.run({ instructions: end - machine.instructions });
      if (reason === 'stopped' || reason === 'break') return reason;
      if (machine.instructions < end) {
        const ends = reason === 'idle' ? 'waits for ever' : `is at its end (${reason})`;
        throw this.astray(`the machine ${ends}, and went on when it was recorded`);
      }
      if (machine.instructions < to.instructions) return 'limit';
    }
    if (machine.instructions === to.instructions && machine.now < to.now) {
      // Every core waits there, or a turn is over.
      const reason = machine.run({ instructions: 1, until: to.now });
      if (reason === 'stopped' || reason === 'break') return reason;
    }
    this.compare(to);
    return undefined;
  }

  private compare(to: Position): void {
    const { instructions, now } = this.machine;
    if (instructions > to.instructions)
      throw this.astray('the machine executes an instruction where it waited when it was recorded');
    if (now !== to.now)
      throw this.astray(`virtual time is ${count(now)} ns, and was ${count(to.now)} when it was recorded`);
  }

  private take({ event }: EventRecord): void {
    const { machine } = this;
    if (event.kind === 'mark' || event.kind === 'end') this.compareCores(event.cores);
    else {
      try {
        machine.journal.apply(event);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw this.astray(`the machine cannot take what is recorded: ${printable(error.message)}`);
      }
    }
  }

  private compareCores(recorded: readonly number[]): void {
    const present = coreChecksums(this.machine);
    if (present.length !== recorded.length)
      throw this.astray(`the machine has ${present.length} cores, the recording marks of ${recorded.length}`);
    const differing = [...present.keys()].filter((core) => present[core] !== recorded[core]);
    if (differing.length > 0) {
      const cores = `core${differing.length > 1 ? 's' : ''} ${differing.join(', ')}`;
      throw this.astray(`registers of ${cores} differ`);
    }
    this.rightUntil = this.machine.instructions;
  }

  private astray(what: string): DivergenceError {
    const { name } = this.recording;
    const { instructions } = this.machine;
    return new DivergenceError(
      `${name}: the replay goes astray at instruction ${count(instructions)}: ${what}; all was right at instruction ${count(this.rightUntil)}`,
    );
  }
}

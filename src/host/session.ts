/**
 * A machine that runs for somebody: in slices, so that the host's event loop keeps turning; its console shown,
 * watched for patterns, and fed; its clock virtual or tied to the host's.
 */
import { TextStream } from '../images/index.js';
import type { Machine } from '../machine/index.js';
import { resetMachine } from '../zircon/index.js';

/** How a session ended. */
export type Ending =
  | { readonly kind: 'powered off' }
  | { readonly kind: 'matched'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string }
  /** Nothing can wake the guest any more. */
  | { readonly kind: 'stuck' }
  /** A hosted kernel gave up. */
  | { readonly kind: 'halted' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'instructions' };

export interface SessionOptions {
  /** Ends the session when a line of the console matches. */
  readonly until?: RegExp | undefined;
  /** Ends it as failed when a line of the console matches. */
  readonly failOn?: RegExp | undefined;
  /** Wall time in seconds. */
  readonly timeout?: number | undefined;
  /** Ends the session after so many instructions, all cores together. */
  readonly instructions?: number | undefined;
  /** Ties the guest's time to the host's instead of counting instructions. */
  readonly hostClock?: boolean;
  /** Whether input may still come: then a guest that only input can wake is waited for. */
  readonly inputOpen?: () => boolean;
  /** Hears the console's bytes. */
  readonly transmit?: (byte: number) => void;
  /** Called after each slice. */
  readonly afterSlice?: () => void;
  /**
   * Resolves when whoever takes the console's bytes is ready for more; undefined if that is now. Until then the guest
   * stands still.
   */
  readonly backlog?: (() => Promise<void> | undefined) | undefined;
}

/** Virtual time between two looks at the host, in ns. */
const SLICE = 5_000_000;
/** A console line longer than this is matched by its end only. */
const LONGEST_LINE = 4096;

const yieldToHost = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });

/** A pattern that nobody else uses: with the flags g and y, it remembers where it is to go on. */
const ownPattern = (pattern: RegExp | undefined): RegExp | undefined => pattern && new RegExp(pattern);

export class Session {
  private line = '';
  private text = new TextStream();
  /** Input that the guest does not listen to yet. */
  private readonly input: number[] = [];
  private readonly until: RegExp | undefined;
  private readonly failOn: RegExp | undefined;
  private ending: Ending | undefined;
  private started = 0;
  private wake: () => void = () => {};
  /** Host time in ms at which virtual time was 0. */
  private epoch = 0;

  constructor(
    readonly machine: Machine,
    private readonly options: SessionOptions = {},
  ) {
    this.until = ownPattern(options.until);
    this.failOn = ownPattern(options.failOn);
  }

  /** Runs to the end. */
  async run(): Promise<Ending> {
    const leave = this.machine.transmitted.add((byte) => this.transmitted(byte));
    try {
      return await this.runToEnd();
    } finally {
      leave();
    }
  }

  private async runToEnd(): Promise<Ending> {
    const { machine, options } = this;
    this.started = performance.now();
    this.epoch = this.started - machine.now / 1e6;
    const last = machine.instructions + (options.instructions ?? Infinity);
    while (this.ending === undefined) {
      if (options.hostClock === true && !machine.idle) machine.skipTo(this.hostNow());
      const reason = machine.run({
        instructions: last - machine.instructions,
        until: machine.now + this.slice(),
      });
      this.deliver();
      options.afterSlice?.();
      if (this.ending !== undefined) break;
      if (reason === 'powered off' || reason === 'halted') this.end({ kind: reason });
      else if (reason === 'reset') resetMachine(machine);
      else if (machine.instructions >= last) this.end({ kind: 'instructions' });
      else if (this.overdue()) this.end({ kind: 'timeout' });
      else await this.rest();
      await this.catchUp();
    }
    return this.ending;
  }

  /** Ends the session from outside. */
  quit(kind: 'quit' | 'interrupted' = 'quit'): void {
    this.end({ kind });
    this.machine.stop();
    this.wake();
  }

  /** Console input. It is kept until the guest attends to its console. */
  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.input.push(byte);
    this.deliver();
    this.wake();
  }

  private deliver(): void {
    if (this.input.length === 0 || !this.machine.listening) return;
    this.machine.receive(this.input);
    this.input.length = 0;
  }

  private end(ending: Ending): void {
    this.ending ??= ending;
  }

  private overdue(): boolean {
    return performance.now() - this.started > (this.options.timeout ?? Infinity) * 1000;
  }

  private slice(): number {
    if (this.options.hostClock !== true) return SLICE;
    // An idle guest must not run ahead of the host's clock.
    return this.machine.idle ? Math.max(this.hostNow() - this.machine.now, 1) : SLICE;
  }

  private hostNow(): number {
    return (performance.now() - this.epoch) * 1e6;
  }

  /** Between two slices: lets the host act, and waits for it where the guest has nothing to do. */
  private async rest(): Promise<void> {
    const { machine, options } = this;
    if (machine.idle && machine.nextDeadline === Infinity) {
      if (options.inputOpen?.() !== true || !machine.wakesOnInput) {
        this.end({ kind: 'stuck' });
        return;
      }
      await this.sleep(Infinity);
    } else if (options.hostClock === true && machine.idle) {
      await this.sleep((machine.nextDeadline - this.hostNow()) / 1e6);
    } else {
      await yieldToHost();
    }
  }

  /** Waits for whoever takes the console's bytes. */
  private async catchUp(): Promise<void> {
    for (;;) {
      const backlog = this.ending === undefined ? this.options.backlog?.() : undefined;
      if (backlog === undefined) return;
      void backlog.then(() => this.wake());
      await this.sleep(Infinity);
      if (this.overdue()) this.end({ kind: 'timeout' });
    }
  }

  /** Sleeps until input comes, at most so many ms, and not past the timeout. */
  private sleep(ms: number): Promise<void> {
    const left = (this.options.timeout ?? Infinity) * 1000 - (performance.now() - this.started);
    const bounded = Math.min(Math.max(ms, 0), left + 1, 1000);
    return new Promise((resolve) => {
      const timer = setTimeout(done, bounded);
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
      this.wake = done;
    });
  }

  private transmitted(byte: number): void {
    this.options.transmit?.(byte);
    if (byte === 0x0a || byte === 0x0d) {
      this.line = '';
      this.text = new TextStream();
      return;
    }
    this.line += this.text.push(byte);
    if (this.line.length > LONGEST_LINE) this.line = this.line.slice(-LONGEST_LINE / 2);
    this.look(this.failOn, 'failed');
    this.look(this.until, 'matched');
  }

  /** Stops at the byte that completes a match, so that the same run stops at the same instruction. */
  private look(pattern: RegExp | undefined, kind: 'failed' | 'matched'): void {
    if (pattern === undefined || this.ending !== undefined) return;
    pattern.lastIndex = 0;
    if (!pattern.test(this.line)) return;
    this.end({ kind, text: this.line });
    this.machine.stop();
  }
}

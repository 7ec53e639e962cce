/**
 * A machine that runs for somebody: in slices, so that the host's event loop keeps turning; its console shown,
 * watched for patterns, and fed; its clock virtual or tied to the host's.
 */
import type { Debugger } from '../debug/index.js';
import { Errno, failed, type Machine, type SemihostingFiles, type SerialPort } from '../machine/index.js';
import type { Player } from '../observe/index.js';
import { Brake } from './brake.js';
import { Cues, type Cue } from './cues.js';
import { LineWatch } from './line-watch.js';
import { HostPace, ReplayPace, VirtualPace, type Pace } from './pace.js';
import { SerialInput } from './serial-input.js';

/** How a session ended. */
export type Ending =
  | { readonly kind: 'powered off' }
  /** The guest has asked for a reset. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'matched'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string }
  /** Nothing can wake the guest any more. */
  | { readonly kind: 'stuck' }
  /** A hosted kernel gave up. */
  | { readonly kind: 'halted' }
  /** The guest has left by semihosting, with a status from 0 to 255. */
  | { readonly kind: 'exited'; readonly status: number }
  /** The recording that was replayed is at its end. */
  | { readonly kind: 'replayed' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'instructions' };

/** What the host has for a network of the machine's. */
export interface NetworkFeed {
  /** Called when there is something. */
  onArrival: () => void;
  /** Whether something may come. */
  readonly isOpen: boolean;
  /** Tells the network of whatever it had before and has not any more. */
  begin(): void;
  /** Gives the network what there is. */
  deliver(): void;
}

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
  /** Has the machine do what was recorded; then nothing else enters. */
  readonly replay?: Player | undefined;
  /** Has the machine stand still, and go on, for somebody who debugs it. */
  readonly debug?: Debugger | undefined;
  /** Whether a reset ends the session; and whether a machine that is off stands still, for `debug`, instead of ending it. */
  readonly endsOnReset?: boolean | undefined;
  readonly staysOff?: boolean | undefined;
  /** Whether somebody is there who may yet have a machine go on that waits for ever. */
  readonly attended?: (() => boolean) | undefined;
  /**
   * The board's serial ports that somebody is at, by name; its console unless given. Patterns are looked for at each.
   * Input that names none is for the one that the guest attends to; of several, for the one that it has sent to last.
   */
  readonly ports?: readonly string[] | undefined;
  /** What keyboards send, and when. */
  readonly cues?: readonly Cue[] | undefined;
  /** Whether input may still come to a port: then a guest that only input can wake is waited for. */
  readonly inputOpen?: (port: string) => boolean;
  /** Tells whoever brings input to a port to pause, since so much of it waits for the guest, and later to go on. */
  readonly inputWanted?: (isWanted: boolean, port: string) => void;
  /** The host's files for the guest's semihosting calls; it may have none unless given. */
  readonly files?: SemihostingFiles | undefined;
  /** Behind the machine's networks. */
  readonly networks?: readonly NetworkFeed[] | undefined;
  /** Hears the bytes of a port. */
  readonly transmit?: (byte: number, port: string) => void;
  /** Called after each slice. */
  readonly afterSlice?: () => void;
  /**
   * Resolves when whoever takes the console's bytes is ready for more; undefined if that is now. Until then the guest
   * stands still.
   */
  readonly backlog?: (() => Promise<void> | undefined) | undefined;
}

/** A serial port that somebody is at. */
interface Line {
  readonly port: SerialPort;
  readonly watch: LineWatch<'failed' | 'matched'>;
  readonly cues: { hear(byte: number): void };
  readonly input: SerialInput;
}

/** Milliseconds after which a step ends even if what devices do by themselves has made it long. */
const LONGEST_STEP = 50;

/** Those who wait for their messages, and where they come from. */
const waiting: (() => void)[] = [];
let messages: MessageChannel | undefined;

/** Sends itself a message: timers of browsers wait 4 ms once they are nested (HTML Standard, 8.6 "Timers"). */
function afterMessage(resolve: () => void): void {
  if (messages === undefined) {
    messages = new MessageChannel();
    messages.port1.onmessage = () => waiting.shift()?.();
  }
  waiting.push(resolve);
  messages.port2.postMessage(null);
}

const yieldToHost = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else afterMessage(resolve);
  });

export class Session {
  private readonly lines: readonly Line[];
  private readonly cues: Cues;
  /** Input that names no port, and the port that the guest has sent to last. */
  private readonly input: SerialInput;
  private spoken: SerialPort | undefined;
  private ending: Ending | undefined;
  private started = 0;
  private wake: () => void = () => {};

  constructor(
    readonly machine: Machine,
    private readonly options: SessionOptions = {},
  ) {
    const { serialPorts } = machine;
    const { ports = [serialPorts[0].name], failOn: failed, until: matched } = options;
    this.cues = new Cues(machine, options.replay === undefined ? (options.cues ?? []) : []);
    this.lines = serialPorts
      .filter(({ name }) => ports.includes(name))
      .map((port) => ({
        port,
        watch: new LineWatch({ failed, matched }),
        cues: this.cues.watch(),
        input: new SerialInput(
          machine,
          () => (port.listening ? port : undefined),
          (isWanted) => options.inputWanted?.(isWanted, port.name),
        ),
      }));
    for (const feed of this.networks) feed.onArrival = () => this.wake();
    this.input = new SerialInput(
      machine,
      () => this.attended(),
      (isWanted) => ports.forEach((port) => options.inputWanted?.(isWanted, port)),
    );
  }

  /** Runs to the end. @throws DivergenceError where a replay goes astray */
  async run(): Promise<Ending> {
    const { machine } = this;
    const { debug } = this.options;
    const leave = [
      ...this.lines.map((line) => line.port.transmitted.add((byte) => this.transmitted(byte, line))),
      ...(debug === undefined
        ? []
        : [debug.resumed.add(() => this.wake()), debug.killed.add(() => this.quit())]),
    ];
    const pace = this.pace();
    const brake = new Brake(machine, LONGEST_STEP);
    try {
      return await this.runToEnd(pace, brake);
    } finally {
      brake.release();
      pace.leave();
      this.cues.leave();
      for (const each of leave) each();
    }
  }

  private pace(): Pace {
    const { machine, options, cues } = this;
    if (options.replay !== undefined) return new ReplayPace(machine, options.replay);
    const deliver = (): void => this.deliver();
    return options.hostClock === true
      ? new HostPace(machine, deliver, cues)
      : new VirtualPace(machine, deliver, cues);
  }

  private async runToEnd(pace: Pace, brake: Brake): Promise<Ending> {
    const { machine, options } = this;
    this.started = performance.now();
    for (const feed of this.networks) feed.begin();
    const last = machine.instructions + (options.instructions ?? Infinity);
    while (this.ending === undefined) {
      if (options.debug?.isHalted === true) {
        await this.standStill(pace);
        continue;
      }
      const reason = brake.during(() => pace.step(last - machine.instructions));
      if (options.replay === undefined) this.answerFiles();
      options.afterSlice?.();
      if (reason === 'break') options.debug?.reached();
      if (this.ending !== undefined) break;
      if (reason === 'powered off' && options.staysOff === true) options.debug?.stopNow();
      else if (reason === 'powered off' || reason === 'halted' || reason === 'replayed')
        this.end({ kind: reason });
      else if (reason === 'exited') this.end({ kind: reason, status: machine.semihosting?.exitStatus ?? 0 });
      else if (reason === 'reset') this.reset();
      else if (machine.instructions >= last) this.end({ kind: 'instructions' });
      else if (this.overdue()) this.end({ kind: 'timeout' });
      else await this.rest(pace.spare);
      await this.catchUp();
    }
    return this.ending;
  }

  /** What the guest asks for of the host's files is answered before it goes on. */
  private answerFiles(): void {
    const { machine, options } = this;
    const { semihosting } = machine;
    if (semihosting === undefined) return;
    for (let request = semihosting.request; request !== undefined; request = semihosting.request)
      machine.answerSemihosting(request.core, options.files?.perform(request) ?? failed(Errno.EACCES));
  }

  private reset(): void {
    if (this.options.endsOnReset === true) this.end({ kind: 'reset' });
    else this.machine.reset();
  }

  /** A debugger has the machine: its time does not pass. */
  private async standStill(pace: Pace): Promise<void> {
    const began = performance.now();
    await this.sleep(Infinity);
    pace.stood(performance.now() - began);
    if (this.overdue()) this.end({ kind: 'timeout' });
  }

  /** Ends the session from outside. */
  quit(kind: 'quit' | 'interrupted' = 'quit'): void {
    this.end({ kind });
    this.machine.stop();
    this.wake();
  }

  /** Something has been done to the machine, which may have waited. */
  nudge(): void {
    this.wake();
  }

  /** Input for a port, or for whichever the guest attends to. It is kept until the guest does, and takes it. */
  receive(bytes: Uint8Array, port?: string): void {
    const line = this.lines.find(({ port: { name } }) => name === port);
    (port === undefined ? this.input : line?.input)?.receive(bytes);
    this.wake();
  }

  private attended(): SerialPort | undefined {
    const ports = this.lines.map(({ port }) => port).filter(({ listening }) => listening);
    return ports.find((port) => port === this.spoken) ?? ports[0];
  }

  /** Gives the machine what it has room for. */
  private deliver(): void {
    for (const { input } of this.lines) input.deliver();
    this.input.deliver();
    for (const feed of this.networks) feed.deliver();
  }

  private get networks(): readonly NetworkFeed[] {
    return this.options.networks ?? [];
  }

  private end(ending: Ending): void {
    this.ending ??= ending;
  }

  private overdue(): boolean {
    return performance.now() - this.started > (this.options.timeout ?? Infinity) * 1000;
  }

  /** Between two steps: lets the host act, and waits as long as the guest has nothing to do. */
  private async rest(spare: number): Promise<void> {
    if (spare === 0) await yieldToHost();
    else if (spare < Infinity || this.mayBeWoken) await this.sleep(spare);
    else this.end({ kind: 'stuck' });
  }

  /** Whether somebody outside may yet have the guest go on, which waits for ever by itself. */
  private get mayBeWoken(): boolean {
    const { machine, options, lines } = this;
    if (options.debug?.isAttached === true || options.attended?.() === true) return true;
    if (this.networks.some(({ isOpen }) => isOpen)) return true;
    return lines.some(
      ({ port: { name } }) => options.inputOpen?.(name) === true && machine.wakesOnInputAt(name),
    );
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

  /** A match stops the machine at the byte that completes it, so that the same run stops at the same instruction. */
  private transmitted(byte: number, { port, watch, cues }: Line): void {
    this.spoken = port;
    this.options.transmit?.(byte, port.name);
    cues.hear(byte);
    const ending = watch.hear(byte);
    if (ending === undefined || this.ending !== undefined) return;
    this.end(ending);
    this.machine.stop();
  }
}

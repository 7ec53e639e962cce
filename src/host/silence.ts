/**
 * Notices that nothing has been seen of a guest for a while, and finds out what it does. Nothing is spent on it before,
 * but for the first few exceptions after the start, and nothing that it does is seen by the guest.
 */
import type { Machine } from '../machine/index.js';
import { diagnose, GuestSymbols, Watch, type Diagnosis } from '../observe/index.js';
import type { Elf } from '../images/index.js';

export interface SilenceOptions {
  /** Hears what a guest does that has sent nothing for so many seconds; of one silence once. */
  readonly silent: (diagnosis: Diagnosis, seconds: number) => void;
  /** Hears it after `ask`. */
  readonly asked: (diagnosis: Diagnosis) => void;
  /** The file that the guest was loaded from, for names of places. */
  readonly elf?: Elf | undefined;
  /** Watches from the start to the end, so that the diagnosis at any time knows what was before. */
  readonly always?: boolean | undefined;
}

/** Seconds of silence after which it is looked what the guest does; told is then only what leads nowhere. */
const SOON = 5;
/** Seconds after which it is told in any case. */
const LATE = 15;
/** Seconds that the guest is watched for. */
const WATCH = 1;

export class Silence {
  private readonly opening: Watch;
  private watch: Watch | undefined;
  private symbols: GuestSymbols | undefined;
  /** The guest has sent something since the last slice. */
  private isHeard = false;
  private hasSpoken = false;
  /** Host time in ms of the last sign of the guest. */
  private since = performance.now();
  /** Whether it has been looked into the present silence. */
  private isLooked = false;
  /** Host time in ms at which the watching began. */
  private began = 0;
  private isAsked = false;
  private isTold = false;
  /** Grows with every silence that has been told. */
  private patience = 1;

  constructor(
    private readonly machine: Machine,
    private readonly options: SilenceOptions,
  ) {
    this.opening = Watch.ofFirst(machine);
    if (options.always === true) this.watch = new Watch(machine);
  }

  /** The guest has sent a byte. */
  heard(): void {
    this.isHeard = true;
  }

  /** Wants to be told what the guest does, whether it is silent or not. */
  ask(): void {
    this.isAsked = true;
  }

  /** To be called between two slices of the run. */
  afterSlice(): void {
    const now = performance.now();
    if (this.isHeard) this.startAgain(now);
    if (this.watch !== undefined) this.watch.next();
    else if (this.isAsked || this.isDue(now)) {
      this.watch = new Watch(this.machine);
      this.began = now;
    }
    if (this.watch === undefined || now - this.began < WATCH * 1000) return;
    if (this.isAsked || this.isDue(now)) this.look(now);
    if (this.options.always === true) return;
    this.watch.stop();
    this.watch = undefined;
  }

  /** What the guest does now. */
  diagnosis(): Diagnosis {
    const watch = this.watch ?? new Watch(this.machine);
    this.symbols ??= new GuestSymbols(this.machine, this.options.elf);
    const diagnosis = diagnose(this.machine, { watch, opening: this.opening, symbols: this.symbols });
    if (watch !== this.watch) watch.stop();
    return diagnosis;
  }

  private startAgain(now: number): void {
    this.isHeard = false;
    this.hasSpoken = true;
    this.since = now;
    this.isLooked = false;
    if (this.isTold) this.patience *= 2;
    this.isTold = false;
  }

  private seconds(now: number): number {
    return (now - this.since) / 1000;
  }

  /** Whether the silence is to be looked into. A guest that has spoken and now listens is at somebody's service. */
  private isDue(now: number): boolean {
    if (this.isTold) return false;
    const silent = this.seconds(now);
    if (this.hasSpoken) return silent >= LATE * this.patience && !this.machine.listening;
    return silent >= LATE || (silent >= SOON && !this.isLooked);
  }

  private look(now: number): void {
    const diagnosis = this.diagnosis();
    if (this.isAsked) {
      this.isAsked = false;
      this.options.asked(diagnosis);
      return;
    }
    this.isLooked = true;
    const silent = this.seconds(now);
    if (!this.hasSpoken && silent < LATE && !diagnosis.leadsNowhere) return;
    this.isTold = true;
    this.options.silent(diagnosis, Math.round(silent));
  }
}

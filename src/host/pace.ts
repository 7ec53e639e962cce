/**
 * How a machine's time passes while it runs for somebody: by its instructions alone, as the host's clock, or as it was recorded. Either
 * way it runs in steps of a few milliseconds of the host's time, between which the host may act.
 */
import { FASTEST_RATE, SLOWEST_RATE } from '../engine/index.js';
import type { Machine, StopReason } from '../machine/index.js';
import type { Player, PlayResult } from '../observe/index.js';
import type { Cues } from './cues.js';

export interface Pace {
  /** Runs the machine for a step, at most so many instructions. */
  step(instructions: number): StopReason | PlayResult;
  /** Milliseconds for which the machine has nothing to do; Infinity if only input can wake it. */
  readonly spare: number;
  /** The machine has stood still for so many milliseconds, since somebody debugs it. */
  stood(milliseconds: number): void;
  /** Leaves the machine to others, its time passing by its instructions, as many to a second as it was made with. */
  leave(): void;
}

const bounded = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), most);

/** Whether nothing that is due can wake the machine. */
const isAsleep = (machine: Machine): boolean => machine.idle && machine.nextDeadline === Infinity;

/** As many instructions as take the host so many milliseconds, as found out by doing them. */
class Portion {
  /** At first few, since those of a guest that is debugged take a thousand times as long as others. */
  size = 100_000;

  constructor(private readonly milliseconds: number) {}

  /** So many instructions took so many milliseconds. */
  took(instructions: number, milliseconds: number): void {
    const change = bounded(this.milliseconds / milliseconds, 0.5, 2);
    // What ended early says nothing about more of them.
    if (change > 1 && instructions < this.size) return;
    this.size = bounded(Math.ceil(this.size * change), 100, 50_000_000);
  }
}

/** Milliseconds of the host's time that a step should take. */
const STEP = 10;
/** Virtual time between two moments at which input may enter, in ns. */
const SLICE = 1_000_000;

/**
 * Time is counted in instructions, and skips ahead while every core waits. Input enters only where a slice of virtual
 * time ends, so that where it does depends on the host as little as can be.
 */
export class VirtualPace implements Pace {
  private readonly portion = new Portion(STEP);
  private sliceEnd: number;

  /** `deliver` gives the machine what input there is; it is called where a slice ends. */
  constructor(
    private readonly machine: Machine,
    private readonly deliver: () => void,
    private readonly cues: Cues,
  ) {
    this.sliceEnd = machine.now + SLICE;
  }

  step(instructions: number): StopReason {
    const { machine } = this;
    const end = performance.now() + STEP;
    const last = machine.instructions + instructions;
    for (;;) {
      const reason = this.run(last - machine.instructions);
      if (machine.now >= this.sliceEnd || isAsleep(machine)) this.deliver();
      const isDone = machine.instructions >= last || performance.now() >= end || this.spare > 0;
      if (reason !== 'limit' || isDone) return reason;
    }
  }

  /** Runs to the end of a slice, unless that takes the host too long. */
  private run(instructions: number): StopReason {
    const { machine, portion, cues } = this;
    if (cues.next < Infinity && isAsleep(machine)) machine.skipTo(cues.next);
    cues.act();
    if (machine.now >= this.sliceEnd) this.sliceEnd = machine.now + SLICE;
    const before = machine.instructions;
    const began = performance.now();
    const reason = machine.run({
      instructions: Math.min(instructions, portion.size),
      until: isAsleep(machine) ? machine.now : Math.min(this.sliceEnd, cues.next),
    });
    portion.took(machine.instructions - before, performance.now() - began);
    return reason;
  }

  get spare(): number {
    return isAsleep(this.machine) && this.cues.next === Infinity ? Infinity : 0;
  }
  stood(): void {}
  leave(): void {}
}

/** Milliseconds of the host's time after which it is looked how far the machine has come. */
const LOOK = 4;
/** How far ahead of the host's clock the machine may be, in ns. */
const AHEAD = 4_000_000;
/** Milliseconds of the host's time over which the machine's speed is taken. */
const MEMORY = 100;
/** Virtual time in which a machine that is a little behind catches up, in ns. */
const CATCH_UP = 10_000_000;
/** How much slower or faster than the host's time that of the guest may pass, to come to where it is. */
const SLOWEST = 0.5;
const FASTEST = 2;
/** Rates that are set are multiples of this, and differ by so much from the one before. */
const RATE_STEP = 1_000_000;
const RATE_CHANGE = 0.1;
/** An idle guest that is further behind, in ns, since the host was asleep, say, does not live through all of it. */
const LONGEST_ABSENCE = 1_000_000_000;

/**
 * Time is the host's: a core is as fast as the host makes it, so that what a guest sees of time is as smooth as on a
 * computer of that speed, be that less than what the machine was made with or more.
 */
export class HostPace implements Pace {
  /** Host time in ms at which virtual time was 0. */
  private epoch: number;
  private readonly portion = new Portion(LOOK);
  /** Lately: instructions of each core, and ms of the host's time for them. */
  private readonly lately = { progress: 0, time: 0 };

  /** `deliver` gives the machine what input there is; it is called behind each step. */
  constructor(
    private readonly machine: Machine,
    private readonly deliver: () => void,
    private readonly cues: Cues,
  ) {
    this.epoch = performance.now() - machine.now / 1e6;
  }

  /** How far the machine is behind the host's clock, in whole ns. */
  private get lag(): number {
    return Math.floor((performance.now() - this.epoch) * 1e6) - this.machine.now;
  }

  step(instructions: number): StopReason {
    const reason = this.runStep(instructions);
    this.deliver();
    return reason;
  }

  private runStep(instructions: number): StopReason {
    const { machine } = this;
    const end = performance.now() + STEP;
    const last = machine.instructions + instructions;
    for (;;) {
      const most = last - machine.instructions;
      this.cues.act();
      const reason = machine.idle ? this.idle(most) : this.work(most);
      if (reason !== 'limit' || this.spare > 0) return reason;
      if (machine.instructions >= last || performance.now() >= end) return reason;
    }
  }

  /** Lets the time pass that the machine is behind, until something wakes a core. */
  private idle(instructions: number): StopReason {
    const { machine, lag } = this;
    if (lag > LONGEST_ABSENCE) machine.skipTo(machine.now + lag - LONGEST_ABSENCE);
    return machine.run({
      instructions: Math.min(instructions, this.portion.size),
      until: Math.min(machine.now + Math.max(0, this.lag), this.cues.next),
    });
  }

  private work(instructions: number): StopReason {
    const { machine, portion, lag } = this;
    this.steer(lag);
    const { now, idleTime, instructions: before } = machine;
    const began = performance.now();
    const reason = machine.run({
      instructions: Math.min(instructions, portion.size),
      until: Math.min(now + Math.max(0, lag) + AHEAD, this.cues.next),
    });
    const took = performance.now() - began;
    portion.took(machine.instructions - before, took);
    // Time that passes while every core waits says nothing about how fast instructions are.
    this.measured(((machine.now - now - (machine.idleTime - idleTime)) * machine.rate) / 1e9, took);
    return reason;
  }

  private measured(progress: number, took: number): void {
    const { lately } = this;
    const kept = Math.exp(-took / MEMORY);
    lately.progress = lately.progress * kept + progress;
    lately.time = lately.time * kept + took;
  }

  /** Has the cores be as fast as brings the machine to where the host's clock is. */
  private steer(lag: number): void {
    const { machine, lately } = this;
    if (lately.progress === 0) return;
    const speed = (lately.progress / lately.time) * 1000;
    const wanted = speed / bounded(1 + lag / CATCH_UP, SLOWEST, FASTEST);
    const rate = bounded(Math.round(wanted / RATE_STEP) * RATE_STEP, SLOWEST_RATE, FASTEST_RATE);
    if (Math.abs(rate / machine.rate - 1) > RATE_CHANGE) machine.setRate(rate);
  }

  get spare(): number {
    const { machine } = this;
    const next = Math.min(machine.nextDeadline, this.cues.next);
    if (machine.idle && next === Infinity) return Infinity;
    const due = machine.idle ? next - machine.now : -AHEAD / 2;
    return Math.max(0, (due - this.lag) / 1e6);
  }
  stood(milliseconds: number): void {
    this.epoch += milliseconds;
  }
  leave(): void {
    const { machine } = this;
    const { instructionsPerSecond } = machine.options;
    if (machine.rate !== instructionsPerSecond) machine.setRate(instructionsPerSecond);
  }
}

/** A machine does what a recording says, as fast as the host can. */
export class ReplayPace implements Pace {
  private readonly portion = new Portion(STEP);

  constructor(
    private readonly machine: Machine,
    private readonly player: Player,
  ) {}

  /** @throws DivergenceError */
  step(instructions: number): PlayResult {
    const { machine, player, portion } = this;
    const before = machine.instructions;
    const began = performance.now();
    const result = player.step(Math.min(instructions, portion.size));
    portion.took(machine.instructions - before, performance.now() - began);
    return result;
  }

  readonly spare = 0;
  stood(): void {}
  leave(): void {}
}

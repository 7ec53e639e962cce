/**
 * Virtual time: nanoseconds since the machine started, and the alarms that devices set on it.
 *
 * Whoever runs the cores moves the clock; devices only read it and set alarms. Nothing here knows the host's
 * time, so two runs with the same inputs see the same times. Nanoseconds are a number below 2^53 (104 days).
 */
import { count, integer, LATEST, listOf, oneOf, record, tuple, type Shape } from '../engine/index.js';
import type { Snapshotable } from './device.js';

/** An alarm owned by one device. It has a fixed name, so that a snapshot can find it again. */
export interface Alarm {
  /** Rings once when the clock reaches `ns`; a time not after the present rings at the next advance. */
  set(ns: number): void;
  cancel(): void;
  /** When it will ring, in nanoseconds, or Infinity when it is not set. */
  readonly deadline: number;
}

export type ClockState = {
  now: number;
  sequence: number;
  alarms: [name: string, ns: number, order: number][];
};

/** Beyond whatever an alarm is set to. */
const FARTHEST = 2 ** 63;

const isOnceEach = (alarms: ClockState['alarms']): boolean =>
  new Set(alarms.map(([name]) => name)).size === alarms.length;

class ClockAlarm implements Alarm {
  deadline = Infinity;
  /** Alarms for the same nanosecond ring in the order in which they were set. */
  order = 0;

  constructor(
    readonly ring: () => void,
    private readonly changed: (alarm: ClockAlarm, before: number) => void,
  ) {}

  set(ns: number): void {
    const before = this.deadline;
    this.deadline = ns;
    this.changed(this, before);
  }

  cancel(): void {
    this.set(Infinity);
  }
}

export class Clock implements Snapshotable<ClockState> {
  private present = 0;
  private sequence = 0;
  private next: ClockAlarm | undefined;
  /** The deadline that the run loop knows of: told by onDeadlineChange, or read after an advance. */
  private announced = Infinity;
  private readonly alarms = new Map<string, ClockAlarm>();
  private readonly all: ClockAlarm[] = [];
  /** Called when the next deadline moved, so that the run loop can shorten its budget. */
  onDeadlineChange: (deadline: number) => void = () => undefined;

  /** The present, in virtual nanoseconds. */
  get now(): number {
    return this.present;
  }

  /** When the next alarm rings, in nanoseconds; Infinity when none is set. */
  get deadline(): number {
    return this.next === undefined ? Infinity : this.next.deadline;
  }

  /** Makes an alarm, not yet set. Throws an Error if the name is taken. */
  alarm(name: string, ring: () => void): Alarm {
    if (this.alarms.has(name)) throw new Error(`alarm ${name}: the name is taken`);
    const alarm = new ClockAlarm(ring, (changed, before) => this.rearranged(changed, before));
    this.alarms.set(name, alarm);
    this.all.push(alarm);
    return alarm;
  }

  /**
   * Moves the present to `ns` without ringing anything: for reading a device in the middle of an instruction.
   * Time never goes back: an earlier `ns` changes nothing.
   */
  moveTo(ns: number): void {
    if (ns > this.present) this.present = ns;
  }

  /** Moves the present to `ns`, ringing each alarm that falls due on the way, at its own time and in order. */
  advanceTo(ns: number): void {
    for (let due = this.next; due !== undefined && due.deadline <= ns; due = this.next) {
      this.moveTo(due.deadline);
      due.deadline = Infinity;
      this.findNext();
      this.announced = this.deadline;
      due.ring();
    }
    this.moveTo(ns);
  }

  get shape(): Shape<ClockState> {
    const alarm = tuple<[string, number, number]>(oneOf(...this.alarms.keys()), integer(0, FARTHEST), count);
    return record<ClockState>({
      now: integer(0, LATEST),
      sequence: count,
      alarms: listOf(alarm).where('each alarm once', isOnceEach),
    });
  }

  save(): ClockState {
    const alarms: ClockState['alarms'] = [];
    for (const [name, { deadline, order }] of this.alarms) {
      if (deadline !== Infinity) alarms.push([name, deadline, order]);
    }
    return { now: this.present, sequence: this.sequence, alarms };
  }

  load(state: ClockState): void {
    this.present = state.now;
    this.sequence = state.sequence;
    for (const alarm of this.alarms.values()) alarm.deadline = Infinity;
    for (const [name, ns, order] of state.alarms) {
      const alarm = this.alarms.get(name);
      if (alarm === undefined) continue;
      alarm.deadline = ns;
      alarm.order = order;
    }
    this.findNext();
    this.announced = this.deadline;
    this.onDeadlineChange(this.announced);
  }

  private rearranged(alarm: ClockAlarm, before: number): void {
    alarm.order = this.sequence++;
    if (alarm === this.next) {
      if (alarm.deadline >= before) this.findNext();
    } else if (alarm.deadline < this.deadline) this.next = alarm;
    if (this.deadline === this.announced) return;
    this.announced = this.deadline;
    this.onDeadlineChange(this.announced);
  }

  /** A board has some dozens of alarms, of which a few are set: a scan beats keeping a heap. */
  private findNext(): void {
    let next: ClockAlarm | undefined;
    for (const alarm of this.all) {
      if (alarm.deadline === Infinity) continue;
      const earlier =
        next === undefined ||
        alarm.deadline < next.deadline ||
        (alarm.deadline === next.deadline && alarm.order < next.order);
      if (earlier) next = alarm;
    }
    this.next = next;
  }
}

/** A core's system part on 64 KiB of physical memory, for tests: no run loop, no devices. */
import { coreModels } from '../core-models.js';
import { CoreState } from '../state.js';
import { STATE_END } from '../layout.js';
import { SystemCounter } from './counters/system-counter.js';
import type { CoreOptions, Halves, Regime, SystemEnvironment, TimerName, TlbScope } from './environment.js';
import type { Level } from './processor-state.js';
import { System } from './system.js';

const PAGES = Math.ceil(STATE_END / 65536);
/** Physical address of the memory that page tables are put into, and its size in bytes. */
export const TABLES = 0x4000_0000;
export const TABLES_SIZE = 0x10_0000;

export class TestCore implements SystemEnvironment {
  readonly state = new CoreState(new WebAssembly.Memory({ initial: PAGES }));
  readonly tables = new DataView(new ArrayBuffer(TABLES_SIZE));
  readonly system: System;
  /** What was asked of the environment, in order. */
  readonly calls: string[] = [];
  readonly lines: Partial<Record<TimerName | 'pmu', boolean>> = {};
  readonly hasSmcFirmware: boolean = false;
  time = 0;
  interrupts = 0;
  firmware = false;

  constructor(options: Partial<CoreOptions> = {}, el: 0 | Level = options.el2 === false ? 1 : 2) {
    this.system = new System(this.state, this, {
      index: 0,
      cores: 1,
      model: coreModels['cortex-a53'],
      el2: true,
      el3: false,
      counter: new SystemCounter(62_500_000),
      peripheralBase: 0x800_0000,
      ...options,
    });
    this.system.reset(0x4008_0000n, el);
    this.calls.length = 0;
  }

  now(): number {
    return this.time;
  }
  visibleNow(): number {
    return this.time;
  }
  instructions(): number {
    return this.time;
  }
  secureAddress(physical: number): number {
    return physical;
  }
  readPhysical(address: number, bytes: 4 | 8, out: Halves): boolean {
    const offset = address - TABLES;
    if (offset < 0 || offset >= TABLES_SIZE) return false;
    out[0] = this.tables.getInt32(offset, true);
    out[1] = bytes === 8 ? this.tables.getInt32(offset + 4, true) : 0;
    return true;
  }
  flushTlb(scope: TlbScope, shared: boolean): void {
    this.calls.push(`flushTlb ${scope}${shared ? ' shared' : ''}`);
  }
  flushTlbPage(regime: Regime, low: number, high: number, shared: boolean): void {
    const address = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    this.calls.push(`flushTlbPage ${regime} 0x${address.toString(16)}${shared ? ' shared' : ''}`);
  }
  flushTlbAsid(asid: number, shared: boolean): void {
    this.calls.push(`flushTlbAsid 0x${asid.toString(16)}${shared ? ' shared' : ''}`);
  }
  addressSpaceChanged(): void {
    this.calls.push('addressSpaceChanged');
  }
  isReadable(): boolean {
    return false;
  }
  contextChanged(): void {
    this.calls.push('contextChanged');
  }
  deadlineChanged(): void {
    this.calls.push('deadlineChanged');
  }
  interruptLines(): number {
    return this.interrupts;
  }
  timerLine(timer: TimerName, level: boolean): void {
    this.lines[timer] = level;
  }
  pmuLine(level: boolean): void {
    this.lines.pmu = level;
  }
  waitForInterrupt(): void {
    this.calls.push('waitForInterrupt');
  }
  waitForEvent(): void {
    this.calls.push('waitForEvent');
  }
  sendEvent(): void {
    this.calls.push('sendEvent');
  }
  yield(): void {
    this.calls.push('yield');
  }
  firmwareCall(): boolean {
    return this.firmware;
  }
  semihostingCall(): 'none' {
    return 'none';
  }
  log(message: string): void {
    this.calls.push(message);
  }

  /** Writes a descriptor at an offset from TABLES. */
  describe(offset: number, descriptor: bigint): void {
    this.tables.setBigUint64(offset, descriptor, true);
  }
}

/**
 * Loads and stores that miss the fast path: TLB misses, page crossings, devices, alignment checks, watchpoints,
 * pages with code. Values pass through SCRATCH.
 */
import type { DeviceBus } from './bus.js';
import { EXTERNAL_ABORT } from './bus.js';
import { codePageOf, type CodePages } from './code-pages.js';
import { EL, RAM_OFFSET, SCRATCH } from './layout.js';
import type { GuestRam } from './ram.js';
import type { CoreState } from './state.js';
import type { System, Translation } from './system/index.js';
import type { Tlb } from './tlb/tlb.js';
import { ACCESS_ALIGNED, ACCESS_ALIGNMENT_SHIFT, ACCESS_UNPRIVILEGED } from './access-flags.js';

/** What the access needs from its core. */
export interface AccessContext {
  /** Whether somebody outside wants the core to stop before the access. */
  stopsBefore(low: number, high: number, bytes: number, write: boolean, level: number): boolean;
  /** Whether somebody outside watches the page, at a virtual address in halves and at a physical one. */
  isWatched(low: number, high: number, physical: number): boolean;
  readonly system: System;
  readonly tlb: Tlb;
  /** The instruction word, for syndromes. */
  word(): number;
  /** Before a device is touched, by a Secure access or another: brings the clock to the present. */
  beforeDevice(secure: boolean): void;
  /** After a device was touched: looks whether it changed what to do next. */
  afterDevice(): void;
}

/** One access, as it is taken apart. Reused, so that accesses allocate nothing. */
interface Request {
  core: AccessContext;
  el: number;
  write: boolean;
  /** Alignment in bytes that Device memory asks for. */
  alignment: number;
  /** Whether that alignment is checked for Normal memory too. */
  checked: boolean;
}

export class MemoryAccess {
  private readonly u8: Uint8Array;
  private readonly view: DataView;
  private readonly words = new Uint32Array(2);
  private readonly request = { el: 0, write: false, alignment: 1, checked: false } as Request;

  constructor(
    private readonly state: CoreState,
    private readonly ram: GuestRam,
    private readonly code: CodePages,
    private readonly bus: DeviceBus,
  ) {
    this.u8 = state.u8;
    this.view = new DataView(state.memory.buffer);
  }

  /** Does the access that generated code describes. False: an exception was taken, or the core stops before it. */
  access(core: AccessContext, low: number, high: number, access: number, write: boolean): boolean {
    const bytes = access & 0x1f;
    const { request } = this;
    const level = this.state.low(EL);
    request.core = core;
    request.el = (access & ACCESS_UNPRIVILEGED) !== 0 && level === 1 ? 0 : level;
    request.write = write;
    request.alignment = access >>> ACCESS_ALIGNMENT_SHIFT;
    request.checked = (access & ACCESS_ALIGNED) !== 0 || core.system.checksAlignment;
    if (bytes < 16) return this.element(low, high, bytes, SCRATCH);
    // A 16-byte access is two of 8 bytes, as far as faults go; but its alignment is that of the whole.
    if (!this.aligned(low, high)) return false;
    const second = (low + 8) | 0;
    const secondHigh = second >>> 0 < 8 ? (high + 1) | 0 : high;
    request.alignment = Math.min(request.alignment, 8);
    return this.element(low, high, 8, SCRATCH) && this.element(second, secondHigh, 8, SCRATCH + 8);
  }

  /**
   * Has the TLB allow an access that generated code describes, if it can be done there unseen; whether it does. Nothing
   * that the guest could tell happens.
   */
  fillTlb(core: AccessContext, low: number, high: number, access: number, write: boolean): boolean {
    const bytes = access & 0x1f;
    const alignment = access >>> ACCESS_ALIGNMENT_SHIFT;
    const level = this.state.low(EL);
    const el = (access & ACCESS_UNPRIVILEGED) !== 0 && level === 1 ? 0 : level;
    const { system, tlb } = core;
    if (tlb.devicePage(el, low, high) !== undefined) return false;
    if ((low & 0xfff) + bytes > 4096 || (low & (alignment - 1)) !== 0) return false;
    const translation = system.translate(low, high, write ? 'write' : 'read', el);
    if (translation.fault) return false;
    const offset = this.ram.offsetOf(translation.physical);
    if (offset < 0) return false;
    const filled = this.fill(core, el, low, high, translation, offset, write);
    return filled && (!write || !this.code.has(codePageOf(translation.physical)));
  }

  /** Enters a translation to RAM into the TLB, unless each access is to be looked at; whether it did. */
  private fill(
    core: AccessContext,
    el: number,
    low: number,
    high: number,
    translation: Translation,
    offset: number,
    write: boolean,
  ): boolean {
    const { system, tlb } = core;
    const { physical } = translation;
    if (system.checksAlignment || this.isStrict(core, translation, offset)) return false;
    if (system.watchesPage(low, high) || core.isWatched(low, high, physical)) return false;
    tlb.fill(el, low, high, offset, translation.write && !this.code.has(codePageOf(physical)), translation);
    for (const each of system.listeners.all)
      each.translated(low, high, write ? 'write' : 'read', el, translation);
    return true;
  }
  /** Whether it is Device memory that takes aligned accesses only. */
  private isStrict(core: AccessContext, { device }: Translation, offset: number): boolean {
    return device && (offset < 0 || core.system.options.laxAlignment !== true);
  }

  private aligned(low: number, high: number): boolean {
    const { core, checked, alignment, write } = this.request;
    if (!checked || (low & (alignment - 1)) === 0) return true;
    core.system.alignmentFault(low, high, write);
    return false;
  }

  private element(low: number, high: number, bytes: number, scratch: number): boolean {
    const { core, write, el } = this.request;
    if (!this.aligned(low, high)) return false;
    if (core.system.checkWatchpoint(low, high, bytes, write, el)) return false;
    if (core.stopsBefore(low, high, bytes, write, el)) return false;
    const room = 4096 - (low & 0xfff);
    const unaligned = (low & (this.request.alignment - 1)) !== 0;
    if (bytes <= room) return this.part(low, high, bytes, scratch, unaligned);
    // Both pages must allow the access before either is touched.
    const next = (low + room) | 0;
    const nextHigh = next === 0 ? (high + 1) | 0 : high;
    return (
      this.probe(low, high) &&
      this.probe(next, nextHigh) &&
      this.part(low, high, room, scratch, true) &&
      this.part(next, nextHigh, bytes - room, scratch + room, true)
    );
  }

  /** Takes the fault that an access to this page would take. */
  private probe(low: number, high: number): boolean {
    const { core, write, el } = this.request;
    const translation = core.system.translate(low, high, write ? 'write' : 'read', el);
    if (!translation.fault) return true;
    core.system.dataAbort(translation, low, high, write, core.word());
    return false;
  }

  /** An access within one page. */
  private part(low: number, high: number, bytes: number, scratch: number, unaligned: boolean): boolean {
    const { core, write, el } = this.request;
    const page = core.tlb.devicePage(el, low, high);
    if (page !== undefined && !unaligned && (write ? page.write : page.read)) {
      core.beforeDevice(false);
      return this.device(core, page.physical + (low & 0xfff), low, high, write, bytes, scratch);
    }
    const translation = core.system.translate(low, high, write ? 'write' : 'read', el);
    if (translation.fault) {
      core.system.dataAbort(translation, low, high, write, core.word());
      return false;
    }
    const { physical } = translation;
    const offset = this.ram.offsetOf(physical);
    if (unaligned && this.isStrict(core, translation, offset)) {
      core.system.alignmentFault(low, high, write);
      return false;
    }
    if (offset < 0) {
      if (!translation.secure) core.tlb.fillDevice(el, low, high, translation);
      core.beforeDevice(translation.secure);
      return this.device(core, physical, low, high, write, bytes, scratch);
    }
    const hasCode = this.code.has(codePageOf(physical));
    this.fill(core, el, low, high, translation, offset, write);
    if (write) {
      if (hasCode) this.code.changed(physical, bytes);
      this.u8.copyWithin(RAM_OFFSET + offset, scratch, scratch + bytes);
    } else {
      this.u8.copyWithin(scratch, RAM_OFFSET + offset, RAM_OFFSET + offset + bytes);
    }
    return true;
  }

  private device(
    core: AccessContext,
    physical: number,
    low: number,
    high: number,
    write: boolean,
    bytes: number,
    scratch: number,
  ): boolean {
    const done = write
      ? this.writeDevice(physical, bytes, scratch)
      : this.readDevice(physical, bytes, scratch);
    if (!done) core.system.externalDataAbort(low, high, write);
    core.afterDevice();
    return done;
  }

  private readDevice(physical: number, bytes: number, scratch: number): boolean {
    const { bus, view, words } = this;
    if (bytes === 8) {
      if (!bus.read64(physical, words)) return false;
      view.setUint32(scratch, words[0], true);
      view.setUint32(scratch + 4, words[1], true);
      return true;
    }
    if (bytes !== 1 && bytes !== 2 && bytes !== 4) return false;
    const value = bus.read(physical, bytes);
    if (value === EXTERNAL_ABORT) return false;
    view.setUint32(scratch, value, true);
    return true;
  }

  private writeDevice(physical: number, bytes: number, scratch: number): boolean {
    const { bus, view } = this;
    if (bytes === 8)
      return bus.write64(physical, view.getUint32(scratch, true), view.getUint32(scratch + 4, true));
    if (bytes === 4) return bus.write(physical, 4, view.getUint32(scratch, true));
    if (bytes === 2) return bus.write(physical, 2, view.getUint16(scratch, true));
    if (bytes === 1) return bus.write(physical, 1, view.getUint8(scratch));
    return false;
  }
}

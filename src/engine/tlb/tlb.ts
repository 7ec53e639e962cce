/**
 * The software TLBs of one core: how they are filled and emptied. Generated code only looks things up, in those that the
 * cells TLB, TLB_UNPRIVILEGED and EXEC_TLB name: they change when the exception level or the address space does.
 */
import { EL, EXEC_TLB, TLB, TLB_SIZE, TLB_UNPRIVILEGED, tlbBankAddress } from '../layout.js';
import type { CoreState } from '../state.js';
import type { Regime, TlbScope } from '../system/environment.js';
import type { Translation } from '../system/translation.js';
import { AddressSpace, AddressSpaces } from './address-space.js';
import { TlbBank, type BankEntry } from './bank.js';
import type { DevicePage } from './device-pages.js';

/** A page of RAM as an entry has it. */
export interface TlbEntry extends BankEntry {
  readonly level: number;
}

/** Whose TLBs they are. */
export interface TlbOwner {
  /** Where its registers are at the moment. */
  readonly present: CoreState;
}

const sizeLog2 = ({ pageSize }: Translation): number => 31 - Math.clz32(Math.min(pageSize, 0x4000_0000));

export class Tlb {
  private readonly el2: TlbBank;
  private readonly el3: TlbBank;
  private readonly spaces: AddressSpaces;

  /** The owner's registers may still be all zero. */
  constructor(
    memory: { readonly buffer: ArrayBuffer },
    core: number,
    private readonly owner: TlbOwner,
  ) {
    const i32 = new Int32Array(memory.buffer);
    const bank = (number: number): TlbBank => new TlbBank(i32, tlbBankAddress(core, number));
    this.el2 = bank(0);
    this.el3 = bank(1);
    this.spaces = new AddressSpaces((i) => new AddressSpace(bank(2 + 2 * i), bank(3 + 2 * i)));
    this.flush();
  }

  /** The bank of a level in the present address space. */
  private bank(el: number): TlbBank {
    const { current } = this.spaces;
    return el === 0 ? current.el0 : el === 1 ? current.el1 : el === 2 ? this.el2 : this.el3;
  }
  private get banks(): readonly TlbBank[] {
    return [this.el2, this.el3, ...this.spaces.banks];
  }

  /** The exception level or a register of translation has changed: names the TLBs in use. */
  contextChanged(): void {
    const { owner, spaces } = this;
    const state = owner.present;
    spaces.enter(state);
    const el = state.low(EL);
    const { address } = this.bank(el);
    state.setLow(TLB, address);
    state.setLow(TLB_UNPRIVILEGED, el === 1 ? spaces.current.el0.address : address);
    state.setLow(EXEC_TLB, address + TLB_SIZE);
  }

  /** Enters a page of RAM for data. `write`: whether stores may go unseen. */
  fill(el: number, low: number, high: number, ramOffset: number, write: boolean, by: Translation): void {
    this.bank(el).fill(low, high, ramOffset, by.read, write, sizeLog2(by), by.notGlobal);
  }
  /** Byte address of the entry for data at a virtual address, whatever is in it. */
  placeOf(el: number, low: number): number {
    return this.bank(el).placeOf(low);
  }
  /** Byte offset in the memory of a virtual address that may be written unseen, or -1. */
  writable(el: number, low: number, high: number): number {
    return this.bank(el).writable(low, high);
  }
  /** Whether data at a virtual address may be read without the host. */
  isReadable(el: number, low: number, high: number): boolean {
    return this.bank(el).isReadable(low, high);
  }
  /** Keeps where a page of devices is. */
  fillDevice(el: number, low: number, high: number, by: Translation): void {
    this.bank(el).devices.add(low, high, by);
  }
  /** The page of devices at a virtual address; undefined if it is not known to be one. */
  devicePage(el: number, low: number, high: number): DevicePage | undefined {
    return this.bank(el).devices.find(low, high);
  }
  /** Enters a decoded page for fetches. */
  fillExecute(el: number, low: number, high: number, decodedPage: number, by: Translation): void {
    this.bank(el).fillExecute(low, high, decodedPage, sizeLog2(by), by.notGlobal);
  }

  /** The entries for data in the present address space, for whoever looks on. */
  entries(): TlbEntry[] {
    return [0, 1, 2, 3].flatMap((level) =>
      this.bank(level)
        .entries()
        .map((entry) => ({ level, ...entry })),
    );
  }

  /** Empties the TLBs of all levels. */
  flush(): void {
    this.flushScope('all');
  }
  /** Empties those of a translation regime, or of several. */
  flushScope(scope: TlbScope): void {
    if (scope === 'all' || scope === 'el3') this.el3.flush();
    if (scope !== 'el1' && scope !== 'el3') this.el2.flush();
    if (scope !== 'el2' && scope !== 'el3') this.spaces.flush(this.owner.present);
  }
  /** Empties the execution TLBs of all levels. */
  flushExecute(): void {
    for (const bank of this.banks) bank.flushExecute();
  }
  /** Drops what belongs to the address spaces of an ASID. */
  flushAsid(asid: number): void {
    this.spaces.flushAsid(asid, this.owner.present);
  }
  /** Drops the entries of a page in a translation regime, in all address spaces. */
  flushPage(regime: Regime, low: number, high: number): void {
    if (regime === 'el2') this.el2.flushPage(low, high);
    else if (regime === 'el3') this.el3.flushPage(low, high);
    else for (const bank of this.spaces.banks) bank.flushPage(low, high);
  }

  /** Takes the right to write without being seen from all entries that map a page of RAM. */
  protect(ramOffset: number): void {
    for (const bank of this.banks) bank.protect(ramOffset);
  }
}

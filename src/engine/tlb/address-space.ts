/**
 * Address spaces of EL1&0 as a core has lately had them, each by the values of TTBR0_EL1 and TTBR1_EL1, and so of the
 * ASID. What is cached for one that the core has left stays until an invalidation asks for it or its place is needed:
 * kernels that unmap themselves from user code change the registers twice at each exception from EL0.
 */
import { ADDRESS_SPACES } from '../layout.js';
import type { CoreState } from '../state.js';
import { R } from '../system/stored-registers.js';
import type { TlbBank } from './bank.js';

/** TCR_EL1: the ASID is in TTBR1_EL1, not TTBR0_EL1; in the high word, it has 16 bits, not 8. */
const TCR_A1 = 1 << 22;
const TCR_AS_HIGH = 1 << 4;

const asidBits = (state: CoreState): number => ((state.high(R.TCR_EL1) & TCR_AS_HIGH) !== 0 ? 0xffff : 0xff);

export class AddressSpace {
  asid = 0;
  /** Larger than that of spaces which the core has left earlier; 0: it holds nothing, and no registers lead here. */
  lastUse = 0;
  // The registers, in halves.
  private table0Low = 0;
  private table0High = 0;
  private table1Low = 0;
  private table1High = 0;

  constructor(
    readonly el0: TlbBank,
    readonly el1: TlbBank,
  ) {}

  /** Whether the registers are those of this space. */
  matches(state: CoreState): boolean {
    return (
      this.table1High === state.high(R.TTBR1_EL1) &&
      this.table0Low === state.low(R.TTBR0_EL1) &&
      this.table0High === state.high(R.TTBR0_EL1) &&
      this.table1Low === state.low(R.TTBR1_EL1)
    );
  }
  /** Becomes the space of the registers. */
  assign(state: CoreState): void {
    this.table0Low = state.low(R.TTBR0_EL1);
    this.table0High = state.high(R.TTBR0_EL1);
    this.table1Low = state.low(R.TTBR1_EL1);
    this.table1High = state.high(R.TTBR1_EL1);
    const inTable1 = (state.low(R.TCR_EL1) & TCR_A1) !== 0;
    this.asid = ((inTable1 ? this.table1High : this.table0High) >>> 16) & asidBits(state);
  }
  /** Whether the upper range is translated by the same tables, be it by another ASID. */
  hasUpperRangeOf({ table1Low, table1High }: AddressSpace): boolean {
    return this.table1Low === table1Low && ((this.table1High ^ table1High) & 0xffff) === 0;
  }
  flush(): void {
    this.el0.flush();
    this.el1.flush();
  }
  copy(other: AddressSpace, what: 'global' | 'upper range'): void {
    this.el0.copy(other.el0, what);
    this.el1.copy(other.el1, what);
  }
}

export class AddressSpaces {
  current: AddressSpace;
  private uses = 1;
  /** Those that may hold something: of the spaces which the core has been in since all were emptied. */
  banks: TlbBank[];

  private readonly spaces: AddressSpace[];

  /** `make`: a space by its number, below ADDRESS_SPACES, when it is needed: a program without an MMU needs one. */
  constructor(private readonly make: (number: number) => AddressSpace) {
    this.current = make(0);
    this.spaces = [this.current];
    this.banks = [this.current.el0, this.current.el1];
  }

  /** Makes the space of the registers the current one. */
  enter(state: CoreState): void {
    const before = this.current;
    if (before.matches(state)) return;
    const space = this.find(state);
    this.uses += 1;
    before.lastUse = this.uses;
    this.current = space ?? this.replaceOldest(state, before);
  }
  private find(state: CoreState): AddressSpace | undefined {
    for (const space of this.spaces) if (space.lastUse !== 0 && space.matches(state)) return space;
    return undefined;
  }
  /**
   * What is global holds in every space; and a kernel's tables lead to the same, whichever ASID they are used with: what
   * walking them has found is as good as a walk that is done ahead.
   */
  private replaceOldest(state: CoreState, before: AddressSpace): AddressSpace {
    const oldest = this.emptyOrOldest();
    if (oldest.lastUse === 0) this.banks.push(oldest.el0, oldest.el1);
    oldest.flush();
    oldest.assign(state);
    oldest.copy(before, 'global');
    const alike = this.lastAlike(oldest);
    if (alike !== undefined) oldest.copy(alike, 'upper range');
    return oldest;
  }
  private emptyOrOldest(): AddressSpace {
    const { spaces } = this;
    let oldest = spaces[0];
    for (const space of spaces) if (space.lastUse < oldest.lastUse) oldest = space;
    if (oldest.lastUse === 0 || spaces.length === ADDRESS_SPACES) return oldest;
    const fresh = this.make(spaces.length);
    spaces.push(fresh);
    return fresh;
  }
  /** The space that was in use last of those with the same upper range as a new one. */
  private lastAlike(fresh: AddressSpace): AddressSpace | undefined {
    let last: AddressSpace | undefined;
    for (const space of this.spaces) {
      if (space === fresh || space.lastUse <= (last?.lastUse ?? 0)) continue;
      if (space.hasUpperRangeOf(fresh)) last = space;
    }
    return last;
  }

  /** Empties all; the current space is from now on that of the registers, which may have changed unseen. */
  flush(state: CoreState): void {
    const { current } = this;
    for (const space of this.spaces) {
      if (space.lastUse !== 0) space.flush();
      space.lastUse = 0;
    }
    current.flush();
    current.assign(state);
    this.banks = [current.el0, current.el1];
  }

  /** Drops what belongs to the spaces of an ASID. */
  flushAsid(asid: number, state: CoreState): void {
    const bits = asidBits(state);
    for (const space of this.spaces) {
      if (((space.asid ^ asid) & bits) !== 0) continue;
      space.el0.flushNotGlobal();
      space.el1.flushNotGlobal();
    }
  }
}

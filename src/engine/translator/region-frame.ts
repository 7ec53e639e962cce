/** What the parts of a region's function share: its locals, and where the region lies. */
import { handlerType } from '../interpreter/called-handler.js';
import { DECODED_ENTRY_SIZE } from '../layout.js';
import { Code } from '../wasm/code.js';
import type { Subroutines } from '../wasm/site.js';
import { PAGE_WORDS, type Region } from './region.js';
import { RegionState } from './region-state.js';

/** Function indices of what a region calls: `joints`, and what has the TLB filled. */
export interface RegionCalls {
  readonly original: number;
  readonly resume: number;
  readonly enter: number;
  /** (address, access): has the TLB allow the access; its byte address in memory, or 0. */
  readonly fill: Readonly<Record<'read' | 'write', number>>;
}

/** What a region stands in. */
export interface Surroundings {
  /** Byte address of the decoded page that it is of, and of that of the page behind if it has code of it, too. */
  readonly page: number;
  readonly second?: number | undefined;
  readonly calls: RegionCalls;
  readonly subroutines: Subroutines;
  /** Whether it counts what it does, in `TALLY`. */
  readonly counts: boolean;
}

export class RegionFrame {
  readonly code = new Code(handlerType.parameters);
  /** The decoded entry where the region is entered: the function's parameter. */
  readonly entry = 0;
  readonly budget = this.code.local('i32');
  readonly tlb = this.code.local('i32');
  readonly pcBase = this.code.local('i64');
  /** Number of the block that a dispatch is to go to. */
  readonly wanted = this.code.local('i32');
  readonly calls: RegionCalls;
  readonly state: RegionState;
  private readonly page: number;
  /** The decoded page of the page behind, if the region has code of it. */
  readonly second: number | undefined;

  constructor(
    readonly region: Region,
    { page, second, calls }: Surroundings,
  ) {
    this.page = page;
    this.second = region.isOnTwoPages ? second : undefined;
    this.calls = calls;
    this.state = new RegionState(this.code, region);
  }

  /** The decoded entry of a place, in words from the start of the page. */
  entryOf(place: number): number {
    if (place < PAGE_WORDS) return this.page + place * DECODED_ENTRY_SIZE;
    if (this.second === undefined) throw new Error('an instruction of no page');
    return this.second + (place - PAGE_WORDS) * DECODED_ENTRY_SIZE;
  }
  /** Pushes the address of a place. */
  pushAddress(place: number): void {
    const { code } = this;
    code.get(this.pcBase);
    code.i64(BigInt(this.page / (DECODED_ENTRY_SIZE / 4) + place * 4));
    code.op('i64.add');
  }
  /** Pushes whether the budget may end before the region looks at it again. */
  pushIsShort(): void {
    const { code } = this;
    code.get(this.budget);
    code.i32(this.region.size);
    code.op('i32.lt_s');
  }
}

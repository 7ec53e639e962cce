import { describe, expect, it } from 'vitest';
import { ADDRESS_SPACES, EL, EXEC_TLB, RAM_OFFSET, TLB, TLB_SIZE, tlbBankAddress } from '../layout.js';
import { random } from '../semantics/test-words.js';
import { CoreState } from '../state.js';
import { R } from '../system/stored-registers.js';
import { Translation } from '../system/translation.js';
import { Tlb } from './tlb.js';

/** TCR_EL1 with ASIDs of 16 bits, in TTBR1_EL1. */
const TCR = (1n << 36n) | (1n << 22n);

class Fixture {
  readonly state = new CoreState({ buffer: new ArrayBuffer(tlbBankAddress(1, 0)) });
  readonly tlb = new Tlb(this.state.memory, 0, { present: this.state });

  constructor() {
    this.state.put64(R.TCR_EL1, TCR);
    this.state.setLow(EL, 1);
    this.tlb.flush();
    this.tlb.contextChanged();
  }

  /** Goes to an address space. */
  enter(asid: number, table = asid): void {
    this.state.put64(R.TTBR0_EL1, BigInt(table * 0x1000));
    this.state.put64(R.TTBR1_EL1, BigInt(asid) << 48n);
    this.tlb.contextChanged();
  }
  /** Caches a page at a frame of RAM, both by number. */
  fill(page: number, frame: number, { global = false, el = 1, high = 0, sizeLog2 = 12 } = {}): void {
    const by = new Translation();
    by.read = by.write = true;
    by.notGlobal = !global;
    by.pageSize = 2 ** sizeLog2;
    this.tlb.fill(el, page << 12, high, frame << 12, true, by);
  }
  /** The frame that is cached for a page; undefined: none. */
  frame(page: number, el = 1, high = 0): number | undefined {
    const found = this.tlb.writable(el, page << 12, high);
    return found < 0 ? undefined : (found - RAM_OFFSET) >>> 12;
  }
}

describe('Tlb', () => {
  it('keeps what address spaces have while others are in use, and what is global in all that come', () => {
    const core = new Fixture();
    core.enter(1);
    core.fill(1, 10);
    core.fill(2, 20, { global: true });
    core.enter(2);
    expect([core.frame(1), core.frame(2)]).toEqual([undefined, 20]);
    core.enter(1, 3);
    expect(core.frame(1)).toBe(undefined);
    core.enter(1);
    expect([core.frame(1), core.frame(1, 0), core.frame(2)]).toEqual([10, undefined, 20]);
  });

  it('keeps pages of devices as it keeps those of RAM', () => {
    const core = new Fixture();
    const fill = (page: number, options: { global?: boolean; pageSize?: number } = {}): void => {
      const by = new Translation();
      by.read = true;
      by.device = true;
      by.notGlobal = options.global !== true;
      by.pageSize = options.pageSize ?? 4096;
      by.physical = 0x3f98_0000 + page * 0x1000 + 0x18;
      core.tlb.fillDevice(1, (page << 12) | 0x18, -1, by);
    };
    const found = (page: number): number | undefined => core.tlb.devicePage(1, page << 12, -1)?.physical;
    core.enter(1);
    fill(1);
    fill(2, { global: true });
    fill(3, { global: true, pageSize: 0x20_0000 });
    expect([found(1), found(2), found(3)]).toEqual([0x3f98_1000, 0x3f98_2000, 0x3f98_3000]);
    expect(core.tlb.devicePage(1, 1 << 12, -1)).toMatchObject({ read: true, write: false, device: true });
    expect([core.tlb.devicePage(1, 1 << 12, 0), core.tlb.devicePage(0, 1 << 12, -1), found(65)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    core.enter(2);
    expect(found(1)).toBe(undefined);
    core.enter(1);
    core.tlb.flushAsid(1);
    expect([found(1), found(2)]).toEqual([undefined, 0x3f98_2000]);
    core.tlb.flushPage('el1', 9 << 12, -1);
    expect([found(2), found(3)]).toEqual([0x3f98_2000, undefined]);
    core.tlb.flushPage('el1', 2 << 12, -1);
    expect(found(2)).toBe(undefined);
    fill(2);
    core.tlb.flush();
    expect(found(2)).toBe(undefined);
  });

  it('takes over what a space had of the upper range through the same tables, by whichever ASID', () => {
    const core = new Fixture();
    const upper = { el: 1, high: 0xffff_0000 | 0 };
    core.enter(1);
    core.fill(1, 10);
    core.fill(2, 20, upper);
    core.fill(3, 30, { ...upper, high: 0x7f_0000 });
    core.enter(2);
    expect([core.frame(1), core.frame(2, 1, upper.high), core.frame(3, 1, 0x7f_0000)]).toEqual([
      undefined,
      20,
      undefined,
    ]);
    core.state.put64(R.TTBR1_EL1, 0x3_0000_0000_4000n);
    core.tlb.contextChanged();
    expect(core.frame(2, 1, upper.high)).toBe(undefined);
    core.tlb.flushPage('el1', 2 << 12, upper.high);
    core.enter(2);
    expect(core.frame(2, 1, upper.high)).toBe(undefined);
  });

  it('says by cells which TLBs are in use', () => {
    const core = new Fixture();
    const places = new Set<number>();
    for (const el of [0, 1, 2, 3])
      for (const asid of [1, 2]) {
        core.state.setLow(EL, el);
        core.enter(asid);
        expect(core.state.low(EXEC_TLB)).toBe(core.state.low(TLB) + TLB_SIZE);
        places.add(core.state.low(TLB));
      }
    expect(places.size).toBe(6);
  });

  it('forgets the space that was left first when there are too many', () => {
    const core = new Fixture();
    for (let asid = 1; asid <= ADDRESS_SPACES + 1; asid++) {
      core.enter(asid);
      core.fill(1, asid);
    }
    core.enter(2);
    expect(core.frame(1)).toBe(2);
    core.enter(1);
    expect(core.frame(1)).toBe(undefined);
  });

  it('takes the registers anew when it is flushed', () => {
    const core = new Fixture();
    core.enter(1);
    core.state.put64(R.TTBR0_EL1, 0x5000n);
    core.tlb.flush();
    core.fill(1, 10);
    core.enter(1);
    expect(core.frame(1)).toBe(undefined);
  });

  it('never has what was invalidated, nor what another address space has', () => {
    const next = random(7);
    const below = (bound: number): number => (next() >>> 8) % bound;
    const core = new Fixture();
    const model = new Model();
    let found = 0;
    for (let step = 0; step < 4000; step++) {
      changeBoth(core, model, below);
      for (const page of pages) {
        const frame = core.frame(page);
        if (frame === undefined) continue;
        found += 1;
        expect(model.allows(page, frame)).toBe(true);
      }
    }
    expect(found).toBeGreaterThan(4000);
  });
});

/** Pages that share places in the TLB's tables, and blocks of 2 MiB. */
const pages = Array.from({ length: 16 }, (_, i) => i * 128 + (i & 1) * 1024);

/** What TLBs may hold, and what each invalidation removes at least: Arm ARM D5.10. */
class Model {
  private cached: {
    asid: number;
    table: number;
    page: number;
    frame: number;
    global: boolean;
    size: number;
  }[] = [];
  asid = 0;
  table = 0;

  fill(page: number, frame: number, global: boolean, size: number): void {
    this.cached.push({ asid: this.asid, table: this.table, page, frame, global, size });
  }
  flushPage(page: number): void {
    this.cached = this.cached.filter((each) => ((each.page ^ page) << 12) >>> each.size !== 0);
  }
  flushAsid(asid: number): void {
    this.cached = this.cached.filter((each) => each.global || each.asid !== asid);
  }
  flush(): void {
    this.cached = [];
  }
  allows(page: number, frame: number): boolean {
    return this.cached.some(
      (each) =>
        each.page === page &&
        each.frame === frame &&
        (each.global || (each.asid === this.asid && each.table === this.table)),
    );
  }
}

/** One change, the same for both. */
function changeBoth(core: Fixture, model: Model, below: (bound: number) => number): void {
  const page = pages[below(pages.length)];
  const kind = below(160);
  if (kind < 64) {
    const [frame, global, sizeLog2] = [below(1000), below(4) === 0, below(4) === 0 ? 21 : 12];
    core.fill(page, frame, { global, sizeLog2 });
    model.fill(page, frame, global, sizeLog2);
    expect(core.frame(page)).toBe(frame);
  } else if (kind < 128) {
    [model.asid, model.table] = [below(6), below(4)];
    core.enter(model.asid, model.table);
  } else if (kind < 152) {
    core.tlb.flushPage('el1', page << 12, 0);
    model.flushPage(page);
  } else if (kind < 159) {
    const asid = below(6);
    core.tlb.flushAsid(asid);
    model.flushAsid(asid);
  } else {
    core.tlb.flushScope('el1');
    model.flush();
  }
}

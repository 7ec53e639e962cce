import { describe, expect, it } from 'vitest';
import { Status, VmFlag } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import type { AddressSpace } from './address-space.js';
import { CAN_MAP, PERMISSIONS } from './flags.js';
import { PAGE_SIZE, USER_BASE, USER_SIZE } from './layout.js';
import type { PagedVmo } from './paged-vmo.js';
import { PhysicalVmo } from './physical-vmo.js';
import { Dice, TestMachine } from './test-machine.js';
import type { Vmar } from './vmar.js';

const { PERM_READ, PERM_WRITE, PERM_EXECUTE, SPECIFIC, SPECIFIC_OVERWRITE, MAP_RANGE } = VmFlag;
const test = new TestMachine();

function statusOf(act: () => unknown): number {
  try {
    act();
    return Status.OK;
  } catch (error) {
    if (error instanceof StatusError) return error.status;
    throw error;
  }
}

function setUp(isRandomized = false): { space: AddressSpace; root: Vmar; vmo: PagedVmo } {
  const vm = test.virtualMemory(isRandomized);
  const space = vm.createAddressSpace();
  const vmo = vm.createPaged(8 * PAGE_SIZE);
  vmo.retain();
  return { space, root: space.rootVmar, vmo };
}

describe('Vmar.allocate', () => {
  it('refuses as zx_vmar_allocate does', () => {
    const { root } = setUp();
    const limited = root.allocate({ size: 8 * PAGE_SIZE, flags: VmFlag.CAN_MAP_READ });
    const status = (vmar: Vmar, size: number, flags: number, offset = 0): number =>
      statusOf(() => vmar.allocate({ size, flags, offset }));
    expect(status(root, 0, 0)).toBe(Status.INVALID_ARGS);
    expect(status(root, 100, 0)).toBe(Status.INVALID_ARGS);
    expect(status(root, PAGE_SIZE, 0, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(status(root, PAGE_SIZE, SPECIFIC, 100)).toBe(Status.INVALID_ARGS);
    expect(status(root, PAGE_SIZE, SPECIFIC, USER_SIZE)).toBe(Status.INVALID_ARGS);
    expect(status(root, USER_SIZE + PAGE_SIZE, 0)).toBe(Status.INVALID_ARGS);
    expect(status(root, PAGE_SIZE, PERM_READ)).toBe(Status.INVALID_ARGS);
    expect(status(root, PAGE_SIZE, SPECIFIC, limited.base - root.base)).toBe(Status.NO_MEMORY);
    expect(status(limited, PAGE_SIZE, VmFlag.CAN_MAP_WRITE)).toBe(Status.ACCESS_DENIED);
    expect(status(limited, PAGE_SIZE, SPECIFIC)).toBe(Status.ACCESS_DENIED);
    expect(status(limited, PAGE_SIZE, VmFlag.CAN_MAP_SPECIFIC)).toBe(Status.OK);
    expect(status(limited, 8 * PAGE_SIZE, 0)).toBe(Status.NO_MEMORY);
    limited.destroy();
    expect(status(limited, PAGE_SIZE, 0)).toBe(Status.BAD_STATE);
    expect(statusOf(() => limited.destroy())).toBe(Status.BAD_STATE);
  });

  it('goes to the lowest free place without randomness', () => {
    const { root, vmo } = setUp();
    expect(root.allocate({ size: PAGE_SIZE, flags: 0 }).base).toBe(USER_BASE);
    root.allocate({ size: PAGE_SIZE, flags: SPECIFIC, offset: 2 * PAGE_SIZE });
    expect(root.map({ vmo, size: 2 * PAGE_SIZE, flags: PERM_READ }).base).toBe(USER_BASE + 3 * PAGE_SIZE);
    expect(root.map({ vmo, size: 1, flags: PERM_READ }).base).toBe(USER_BASE + PAGE_SIZE);
  });

  it('spreads over the whole region at random, or keeps together if asked', () => {
    const { root, vmo } = setUp(true);
    const bases = Array.from({ length: 64 }, () => root.map({ vmo, size: PAGE_SIZE, flags: PERM_READ }).base);
    expect(Math.min(...bases)).toBeLessThan(USER_SIZE / 4);
    expect(Math.max(...bases)).toBeGreaterThan((USER_SIZE / 4) * 3);
    const compact = root.allocate({ size: 2 ** 30, flags: VmFlag.COMPACT | VmFlag.CAN_MAP_READ });
    const near = Array.from(
      { length: 64 },
      () => compact.map({ vmo, size: PAGE_SIZE, flags: PERM_READ }).base,
    );
    expect(Math.max(...near) - Math.min(...near)).toBe(63 * PAGE_SIZE);
    expect(near.every((base) => base >= compact.base && base < compact.end)).toBe(true);
  });

  it('fills a region to the last page at random', () => {
    const { root } = setUp(true);
    const region = root.allocate({ size: 32 * PAGE_SIZE, flags: 0 });
    const bases = Array.from({ length: 32 }, () => region.allocate({ size: PAGE_SIZE, flags: 0 }).base);
    expect(new Set(bases).size).toBe(32);
    expect(statusOf(() => region.allocate({ size: PAGE_SIZE, flags: 0 }))).toBe(Status.NO_MEMORY);
  });
});

describe('Vmar.map', () => {
  it('refuses as zx_vmar_map does', () => {
    const { root, vmo } = setUp();
    const readOnly = root.allocate({ size: 8 * PAGE_SIZE, flags: VmFlag.CAN_MAP_READ });
    const status = (vmar: Vmar, flags: number, more: object = {}): number =>
      statusOf(() => vmar.map({ vmo, size: PAGE_SIZE, flags, ...more }));
    expect(status(root, PERM_READ, { size: 0 })).toBe(Status.INVALID_ARGS);
    expect(status(root, PERM_READ, { size: 2 ** 64 })).toBe(Status.INVALID_ARGS);
    expect(status(root, PERM_READ, { vmoOffset: 1 })).toBe(Status.INVALID_ARGS);
    expect(status(root, PERM_READ, { vmoOffset: 2 ** 64 - PAGE_SIZE })).toBe(Status.INVALID_ARGS);
    expect(status(root, PERM_READ, { offset: PAGE_SIZE })).toBe(Status.INVALID_ARGS);
    expect(status(root, PERM_WRITE)).toBe(Status.INVALID_ARGS);
    expect(status(root, VmFlag.CAN_MAP_READ)).toBe(Status.INVALID_ARGS);
    expect(status(root, PERM_READ | SPECIFIC_OVERWRITE | MAP_RANGE)).toBe(Status.INVALID_ARGS);
    expect(status(root, PERM_READ | VmFlag.REQUIRE_NON_RESIZABLE)).toBe(Status.NOT_SUPPORTED);
    expect(status(root, PERM_READ | PERM_WRITE, { allowed: PERM_READ })).toBe(Status.ACCESS_DENIED);
    expect(status(readOnly, PERM_READ | PERM_WRITE)).toBe(Status.ACCESS_DENIED);
    expect(status(readOnly, PERM_READ | SPECIFIC)).toBe(Status.ACCESS_DENIED);
    expect(status(root, PERM_READ | SPECIFIC, { offset: 0 })).toBe(Status.NO_MEMORY);
    expect(status(root, PERM_READ | SPECIFIC_OVERWRITE, { offset: 0 })).toBe(Status.INVALID_ARGS);
    expect(status(root, 0)).toBe(Status.OK);
    expect(status(readOnly, PERM_READ)).toBe(Status.OK);
  });

  it('maps at once what exists, with ZX_VM_MAP_RANGE', () => {
    const { space, root, vmo } = setUp();
    vmo.write(PAGE_SIZE, Uint8Array.of(1));
    const clone = vmo.clone(0, 2 ** 40, true);
    clone.write(2 * PAGE_SIZE, Uint8Array.of(1));
    const flags = PERM_READ | PERM_WRITE | MAP_RANGE;
    const { base } = root.map({ vmo: clone, size: 2 ** 40, flags });
    const pages = [0, 1, 2, 3].map((i) => base + i * PAGE_SIZE);
    expect(pages.map((page) => test.translate(space, page, 'read') !== undefined)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(pages.map((page) => test.translate(space, page, 'write') !== undefined)).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  it('shows device registers where a physical VMO says', () => {
    const { space, root } = setUp();
    const vmo = new PhysicalVmo(space.vm, 0x0900_0000, PAGE_SIZE);
    const { base } = root.map({ vmo, size: PAGE_SIZE, flags: PERM_READ | PERM_WRITE });
    expect(space.fault(base + 4, 'write')).toBe(Status.OK);
    expect(test.translate(space, base + 4, 'write')).toBe(0x0900_0004 - space.vm.pages.ram.base);
    expect(space.resolve(base, false)).toBe(-1);
  });
});

describe('the vDSO', () => {
  function withVdso(): { space: AddressSpace; root: Vmar; vdso: PagedVmo; base: number } {
    const { space, root } = setUp();
    const vdso = space.vm.createFromImage(new Uint8Array(7 * PAGE_SIZE).fill(1));
    vdso.codeSegment = { offset: 5 * PAGE_SIZE, size: 2 * PAGE_SIZE };
    vdso.retain();
    return { space, root, vdso, base: 0 };
  }
  const code = { flags: PERM_READ | PERM_EXECUTE, vmoOffset: 5 * PAGE_SIZE, size: 2 * PAGE_SIZE };

  it('is mapped executable only exactly and only once', () => {
    const { space, root, vdso } = withVdso();
    const status = (more: object): number => statusOf(() => root.map({ vmo: vdso, ...code, ...more }));
    expect(status({ vmoOffset: 0 })).toBe(Status.ACCESS_DENIED);
    expect(status({ size: PAGE_SIZE })).toBe(Status.ACCESS_DENIED);
    expect(status({ size: 3 * PAGE_SIZE })).toBe(Status.ACCESS_DENIED);
    expect(space.codeBase).toBe(0);
    expect(status({})).toBe(Status.OK);
    expect(status({})).toBe(Status.ACCESS_DENIED);
    expect(status({ flags: PERM_READ })).toBe(Status.OK);
  });

  it('cannot be removed, overwritten or protected away', () => {
    const { space, root, vdso } = withVdso();
    const region = root.allocate({ size: 16 * PAGE_SIZE, flags: CAN_MAP | VmFlag.CAN_MAP_SPECIFIC });
    const data = region.map({ vmo: vdso, size: 5 * PAGE_SIZE, flags: PERM_READ | SPECIFIC, offset: 0 });
    const mapping = region.map({ vmo: vdso, ...code, flags: code.flags | SPECIFIC, offset: 5 * PAGE_SIZE });
    expect(space.codeBase).toBe(mapping.base);
    const { base } = mapping;
    expect(statusOf(() => region.unmap(base, 2 * PAGE_SIZE))).toBe(Status.ACCESS_DENIED);
    expect(statusOf(() => region.unmap(base + PAGE_SIZE, PAGE_SIZE))).toBe(Status.ACCESS_DENIED);
    expect(statusOf(() => root.unmap(region.base, region.size))).toBe(Status.ACCESS_DENIED);
    expect(statusOf(() => root.unmap(base, PAGE_SIZE))).toBe(Status.ACCESS_DENIED);
    expect(statusOf(() => root.unmap(data.base, PAGE_SIZE))).toBe(Status.INVALID_ARGS);
    expect(statusOf(() => region.protect(PERM_READ, base, PAGE_SIZE))).toBe(Status.ACCESS_DENIED);
    expect(statusOf(() => region.protect(code.flags, data.base, PAGE_SIZE))).toBe(Status.ACCESS_DENIED);
    expect(statusOf(() => region.destroy())).toBe(Status.ACCESS_DENIED);
    expect(statusOf(() => root.destroy())).toBe(Status.ACCESS_DENIED);
    const overwrite = { flags: PERM_READ | SPECIFIC_OVERWRITE, offset: 6 * PAGE_SIZE, size: PAGE_SIZE };
    expect(statusOf(() => region.map({ vmo: vdso, ...overwrite }))).toBe(Status.ACCESS_DENIED);
    const throughRoot = { ...overwrite, offset: base - root.base };
    expect(statusOf(() => root.map({ vmo: vdso, ...throughRoot }))).toBe(Status.ACCESS_DENIED);
    expect(space.poke(base, Uint8Array.of(0))).toBe(false);
    space.destroy();
    expect(space.codeBase).toBe(0);
  });
});

// Random operations on one region of a few pages, against an array with an entry for each page.

const PAGES = 24;
interface Shown {
  readonly vmo: PagedVmo;
  readonly index: number;
  readonly permissions: number;
  readonly allowed: number;
}
/** A mapping's page, a subregion, or nothing. */
type Page = Shown | Vmar | undefined;
const isRegion = (page: Page): page is Vmar => page !== undefined && 'isVmar' in page;
const choices = [0, PERM_READ, PERM_READ | PERM_WRITE, PERM_READ | PERM_EXECUTE, PERMISSIONS];

class Plan {
  readonly pages: Page[] = Array.from({ length: PAGES }, () => undefined);
  constructor(
    readonly region: Vmar,
    readonly vmos: readonly PagedVmo[],
    readonly dice: Dice,
  ) {}

  private range(): [number, number] {
    const first = this.dice.roll(PAGES);
    return [first, Math.min(PAGES, first + 1 + this.dice.roll(8))];
  }
  private addressOf(index: number): number {
    return this.region.base + index * PAGE_SIZE;
  }

  /** Whether a subregion lies partly inside and partly outside of a range. */
  private cutsRegion(first: number, end: number): boolean {
    return this.pages
      .slice(first, end)
      .some(
        (page) => isRegion(page) && (page.base < this.addressOf(first) || page.end > this.addressOf(end)),
      );
  }

  map(overwrite: boolean): void {
    const [first, end] = this.range();
    const vmo = this.dice.pick(this.vmos);
    const index = this.dice.roll(8);
    const permissions = this.dice.pick(choices);
    const allowed = permissions | this.dice.pick(choices);
    const there = this.pages.slice(first, end);
    const flags = permissions | (overwrite ? SPECIFIC_OVERWRITE : SPECIFIC);
    const request = { vmo, flags, allowed, vmoOffset: index * PAGE_SIZE, offset: first * PAGE_SIZE };
    const status = statusOf(() => this.region.map({ ...request, size: (end - first) * PAGE_SIZE }));
    if (overwrite && there.some(isRegion)) return expect(status).toBe(Status.INVALID_ARGS);
    if (!overwrite && there.some((page) => page !== undefined)) return expect(status).toBe(Status.NO_MEMORY);
    expect(status).toBe(Status.OK);
    for (let i = first; i < end; i++) this.pages[i] = { vmo, index: index + i - first, permissions, allowed };
  }

  allocate(): void {
    const [first, end] = this.range();
    const flags = SPECIFIC | CAN_MAP;
    const request = { flags, offset: first * PAGE_SIZE, size: (end - first) * PAGE_SIZE };
    const isTaken = this.pages.slice(first, end).some((page) => page !== undefined);
    if (isTaken) return expect(statusOf(() => this.region.allocate(request))).toBe(Status.NO_MEMORY);
    const region = this.region.allocate(request);
    this.pages.fill(region, first, end);
  }

  unmap(): void {
    const [first, end] = this.range();
    const status = statusOf(() => this.region.unmap(this.addressOf(first), (end - first) * PAGE_SIZE));
    const there = this.pages.slice(first, end);
    if (there.every((page) => page === undefined)) return expect(status).toBe(Status.NOT_FOUND);
    if (this.cutsRegion(first, end)) return expect(status).toBe(Status.INVALID_ARGS);
    expect(status).toBe(Status.OK);
    expect(there.filter(isRegion).some((region) => region.isAlive)).toBe(false);
    this.pages.fill(undefined, first, end);
  }

  protect(): void {
    const [first, end] = this.range();
    const permissions = this.dice.pick(choices);
    const address = this.addressOf(first);
    const status = statusOf(() => this.region.protect(permissions, address, (end - first) * PAGE_SIZE));
    const expected = this.protectStatus(this.pages.slice(first, end), permissions);
    expect(status).toBe(expected);
    if (expected !== Status.OK) return;
    for (let i = first; i < end; i++) this.pages[i] = { ...(this.pages[i] as Shown), permissions };
  }
  private protectStatus(there: readonly Page[], permissions: number): number {
    for (const page of there) {
      if (page === undefined) return Status.NOT_FOUND;
      if (isRegion(page)) return Status.INVALID_ARGS;
      if ((permissions & ~page.allowed) !== 0) return Status.ACCESS_DENIED;
    }
    return Status.OK;
  }

  /** Every page allows what the plan says, in the tables and through faults, and shows the right page. */
  check(space: AddressSpace): void {
    for (const [i, page] of this.pages.entries()) {
      const address = this.addressOf(i);
      const mapping = space.mappingAt(address);
      if (page === undefined || isRegion(page)) {
        expect(mapping).toBeUndefined();
        expect(space.fault(address, 'read')).toBe(Status.NOT_FOUND);
        expect(test.translate(space, address, 'read')).toBeUndefined();
        continue;
      }
      expect(mapping?.vmo).toBe(page.vmo);
      const accesses = [
        ['read', PERM_READ],
        ['write', PERM_WRITE],
        ['execute', PERM_EXECUTE],
      ] as const;
      for (const [access, permission] of accesses) {
        const isAllowed = (page.permissions & permission) !== 0;
        const mapped = test.translate(space, address, access);
        if (mapped !== undefined) expect(isAllowed).toBe(true);
        if (this.dice.chance(50)) continue;
        const isInside = page.index < page.vmo.size / PAGE_SIZE;
        const refused = isAllowed ? Status.OUT_OF_RANGE : Status.ACCESS_DENIED;
        expect(space.fault(address, access)).toBe(isAllowed && isInside ? Status.OK : refused);
        if (!isAllowed || !isInside) continue;
        const seen = page.vmo.see(page.index);
        expect(test.translate(space, address, access)).toBe(seen < 0 ? space.vm.pages.zeroPage : seen);
      }
    }
  }
}

describe('mappings in a region', () => {
  it.each([1, 2, 3])('are where the model has them (seed %i)', (seed) => {
    const vm = test.virtualMemory(true);
    const before = vm.pages.available;
    const space = vm.createAddressSpace();
    const dice = new Dice(seed);
    const vmos = [3, 8, 40].map((pages) => vm.createPaged(pages * PAGE_SIZE));
    for (const vmo of vmos) vmo.retain();
    const flags = CAN_MAP | VmFlag.CAN_MAP_SPECIFIC;
    const region = space.rootVmar.allocate({ size: PAGES * PAGE_SIZE, flags });
    const plan = new Plan(region, vmos, dice);
    for (let i = 0; i < 600; i++) {
      const die = dice.roll(10);
      if (die < 3) plan.map(false);
      else if (die < 5) plan.map(true);
      else if (die < 6) plan.allocate();
      else if (die < 8) plan.unmap();
      else plan.protect();
      if (i % 3 === 0) plan.check(space);
    }
    space.destroy();
    expect(vmos.map((vmo) => vmo.mappings.size)).toEqual([0, 0, 0]);
    for (const vmo of vmos) vmo.release();
    expect(vm.pages.available).toBe(before);
  });
});

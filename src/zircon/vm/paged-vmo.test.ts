import { describe, expect, it } from 'vitest';
import { Status, VmFlag } from '../abi/constants.js';
import type { AddressSpace } from './address-space.js';
import { PAGE_SIZE } from './layout.js';
import type { PagedVmo } from './paged-vmo.js';
import { Dice, TestMachine } from './test-machine.js';
import type { VirtualMemory } from './virtual-memory.js';

const test = new TestMachine();
const READ_WRITE = VmFlag.PERM_READ | VmFlag.PERM_WRITE;

function byteAt(vmo: PagedVmo, offset: number): number {
  const bytes = new Uint8Array(1);
  vmo.read(offset, bytes);
  return bytes[0];
}

describe('PagedVmo', () => {
  it('commits pages on writing, not on reading', () => {
    const vm = test.virtualMemory();
    const vmo = vm.createPaged(4 * PAGE_SIZE);
    expect(byteAt(vmo, 5000)).toBe(0);
    expect(vmo.committedBytes).toBe(0);
    vmo.write(4095, Uint8Array.of(1, 2));
    expect(vmo.committedBytes).toBe(2 * PAGE_SIZE);
    expect([byteAt(vmo, 4095), byteAt(vmo, 4096)]).toEqual([1, 2]);
  });

  it('commits, decommits and answers for ranges', () => {
    const vm = test.virtualMemory();
    const vmo = vm.createPaged(8 * PAGE_SIZE);
    expect(vmo.commitRange(100, 5000)).toBe(Status.OK);
    expect(vmo.committedBytes).toBe(2 * PAGE_SIZE);
    expect(vmo.commitRange(9 * PAGE_SIZE, 1)).toBe(Status.OUT_OF_RANGE);
    expect(vmo.decommitRange(0, 1)).toBe(Status.OK);
    expect(vmo.committedBytes).toBe(PAGE_SIZE);
    const huge = vm.createPaged(2 ** 50);
    const before = vm.pages.available;
    expect(huge.commitRange(0, 2 ** 50)).toBe(Status.NO_MEMORY);
    expect(vm.pages.available).toBe(before);
  });

  it('made contiguous, keeps its pages', () => {
    const vm = test.virtualMemory();
    const vmo = vm.createContiguous(5 * PAGE_SIZE, 0x1_0000);
    if (vmo === undefined) throw new Error('no memory');
    expect((vm.pages.ram.base + vmo.own(0)) % 0x1_0000).toBe(0);
    expect(vmo.own(4)).toBe(vmo.own(0) + 4 * PAGE_SIZE);
    expect(vmo.decommitRange(0, PAGE_SIZE)).toBe(Status.NOT_SUPPORTED);
    expect(vmo.resize(0)).toBe(Status.UNAVAILABLE);
    expect(vm.createContiguous(2 ** 30, PAGE_SIZE)).toBeUndefined();
  });

  it('ends with its last reference, through a long line of clones', () => {
    const vm = test.virtualMemory();
    const before = vm.pages.available;
    let vmo = vm.createPaged(PAGE_SIZE);
    vmo.retain();
    vmo.write(0, Uint8Array.of(1));
    for (let i = 0; i < 50_000; i++) {
      const clone = vmo.clone(0, PAGE_SIZE, true);
      clone.retain();
      vmo.release();
      vmo = clone;
    }
    expect(byteAt(vmo, 0)).toBe(1);
    vmo.release();
    expect(vm.pages.available).toBe(before);
  });
});

// Random operations on a family of VMOs and clones, against arrays of bytes in which every write is carried on to
// the clones at once. Each page is one number: all its bytes are that.

class Model {
  readonly values: number[];
  readonly own: boolean[];
  readonly clones: Model[] = [];
  constructor(
    pages: number,
    readonly parent: Model | undefined,
    readonly shift: number,
  ) {
    this.values = Array.from({ length: pages }, (_, i) => parent?.values.at(i + shift) ?? 0);
    this.own = this.values.map(() => false);
    parent?.clones.push(this);
  }
  /** The page looks like that now; so do the clones' that have none of their own. */
  private show(index: number, value: number): void {
    this.values[index] = value;
    for (const clone of this.clones) {
      const at = index - clone.shift;
      if (at >= 0 && at < clone.values.length && !clone.own[at]) clone.show(at, value);
    }
  }
  write(index: number, value: number): void {
    this.own[index] = true;
    this.show(index, value);
  }
  commit(index: number): void {
    this.own[index] = true;
  }
  decommit(index: number): void {
    this.own[index] = false;
    this.show(index, this.parent?.values.at(index + this.shift) ?? 0);
  }
  resize(pages: number): void {
    for (let i = this.values.length - 1; i >= pages; i--) {
      this.own[i] = false;
      this.show(i, 0);
    }
    this.values.length = pages;
    this.own.length = pages;
    for (let i = 0; i < pages; i++) {
      if (this.values[i] !== undefined) continue;
      this.own[i] = false;
      this.show(i, this.parent?.values.at(i + this.shift) ?? 0);
    }
  }
}

const MOST_PAGES = 12;

class Family {
  readonly members: { vmo: PagedVmo; model: Model; base: number; size: number }[] = [];
  constructor(
    readonly vm: VirtualMemory,
    readonly space: AddressSpace,
    readonly dice: Dice,
  ) {}

  adopt(vmo: PagedVmo, model: Model): void {
    vmo.retain();
    const size = MOST_PAGES * PAGE_SIZE;
    const { base } = this.space.rootVmar.map({ vmo, size, flags: READ_WRITE });
    this.members.push({ vmo, model, base, size });
  }
  create(): void {
    const pages = this.dice.roll(MOST_PAGES);
    this.adopt(this.vm.createPaged(pages * PAGE_SIZE), new Model(pages, undefined, 0));
  }

  step(): void {
    const { dice } = this;
    const member = dice.pick(this.members);
    const { vmo, model } = member;
    const pages = model.values.length;
    const index = dice.roll(Math.max(1, pages));
    const end = Math.min(pages, index + 1 + dice.roll(4));
    switch (dice.roll(10)) {
      case 0:
        return this.create();
      case 1:
      case 2: {
        const shift = dice.roll(MOST_PAGES);
        const size = dice.roll(MOST_PAGES);
        this.adopt(vmo.clone(shift * PAGE_SIZE, size * PAGE_SIZE, true), new Model(size, model, shift));
        return;
      }
      case 3: {
        const size = dice.roll(MOST_PAGES);
        expect(vmo.resize(size * PAGE_SIZE)).toBe(Status.OK);
        return model.resize(size);
      }
      case 4:
        if (index >= pages) return;
        expect(vmo.commitRange(index * PAGE_SIZE, (end - index) * PAGE_SIZE)).toBe(Status.OK);
        for (let i = index; i < end; i++) model.commit(i);
        return;
      case 5:
        if (index >= pages) return;
        expect(vmo.decommitRange(index * PAGE_SIZE, (end - index) * PAGE_SIZE)).toBe(Status.OK);
        for (let i = index; i < end; i++) model.decommit(i);
        return;
      case 6: {
        if (this.members.length < 8) return;
        this.members.splice(this.members.indexOf(member), 1);
        this.space.rootVmar.unmap(member.base, member.size);
        vmo.release();
        return;
      }
      default: {
        if (index >= pages) return;
        const value = 1 + dice.roll(255);
        const bytes = new Uint8Array(PAGE_SIZE).fill(value);
        if (dice.chance(50)) expect(vmo.write(index * PAGE_SIZE, bytes)).toBe(true);
        else expect(this.space.copyOut(member.base + index * PAGE_SIZE, bytes)).toBe(true);
        return model.write(index, value);
      }
    }
  }

  /** Every VMO and every mapping, whether it was looked at before or not, shows what the model says. */
  check(): void {
    const byte = new Uint8Array(1);
    for (const { vmo, model, base } of this.members) {
      expect(vmo.size).toBe(model.values.length * PAGE_SIZE);
      expect(vmo.committedBytes).toBe(model.own.filter(Boolean).length * PAGE_SIZE);
      for (let i = 0; i < MOST_PAGES; i++) {
        const address = base + i * PAGE_SIZE + this.dice.roll(PAGE_SIZE);
        const isInside = i < model.values.length;
        const isMapped = test.translate(this.space, address, 'read') !== undefined;
        expect(isInside || !isMapped).toBe(true);
        if (!isMapped && this.dice.chance(50)) continue;
        expect(this.space.copyIn(address, byte)).toBe(isInside);
        if (isInside) expect(byte[0]).toBe(model.values[i]);
        const canWrite = test.translate(this.space, address, 'write') !== undefined;
        if (canWrite) expect(model.own[i]).toBe(true);
      }
    }
  }
}

describe('copy-on-write clones', () => {
  it.each([1, 2, 3, 4])('do what the model does (seed %i), and leave nothing behind', (seed) => {
    const vm = test.virtualMemory(true);
    const before = vm.pages.available;
    const space = vm.createAddressSpace();
    const family = new Family(vm, space, new Dice(seed));
    family.create();
    for (let i = 0; i < 250; i++) {
      family.step();
      if (i % 4 === 0) family.check();
    }
    space.destroy();
    for (const { vmo } of family.members) vmo.release();
    expect(vm.pages.available).toBe(before);
  });
});

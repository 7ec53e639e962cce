/**
 * What was written over a store that stays as it is: pages in a second store, at their own places, so that it can be a
 * sparse file and none of it need be in memory.
 */
import type { DiskStore } from './disk.js';
import { DISK_PAGE, pieces } from './pages.js';
import { Sha256 } from './sha256.js';

export class Overlay implements DiskStore {
  /** A bit for each page: whether it is in `scratch`. It grows with the last page that was written. */
  private present = new Uint8Array(0);
  private end: number;

  constructor(
    private readonly base: DiskStore,
    private readonly scratch: DiskStore,
  ) {
    this.end = base.size;
  }

  get size(): number {
    return this.end;
  }

  read(offset: number, into: Uint8Array): void {
    for (const { page, at, part } of pieces(offset, into)) {
      (this.has(page) ? this.scratch : this.base).read(at, part);
    }
  }

  write(offset: number, bytes: Uint8Array): boolean {
    for (const { page, at, part } of pieces(offset, bytes)) {
      if (part.length < DISK_PAGE && !this.has(page) && !this.copyUp(page)) return false;
      if (!this.scratch.write(at, part)) return false;
      this.mark(page);
    }
    this.end = Math.max(this.end, offset + bytes.length);
    return true;
  }

  sha256(): string {
    return Sha256.of(this);
  }

  /** Numbers of the pages that were written, ascending. */
  *pages(): Generator<number> {
    for (const [i, bits] of this.present.entries()) {
      for (let bit = 0; bits >>> bit !== 0; bit++) if ((bits >>> bit) & 1) yield i * 8 + bit;
    }
  }

  private has(page: number): boolean {
    const i = Math.floor(page / 8);
    return i < this.present.length && (this.present[i] & (1 << (page % 8))) !== 0;
  }

  private mark(page: number): void {
    const i = Math.floor(page / 8);
    if (i >= this.present.length) {
      const wider = new Uint8Array(Math.max(2 * this.present.length, i + 1, 64));
      wider.set(this.present);
      this.present = wider;
    }
    this.present[i] |= 1 << (page % 8);
  }

  private copyUp(page: number): boolean {
    const whole = new Uint8Array(DISK_PAGE);
    this.base.read(page * DISK_PAGE, whole);
    return this.scratch.write(page * DISK_PAGE, whole);
  }
}

/** A disk's content in memory: in a browser, in tests, and of recordings that hold it. */
import type { DiskStore } from './disk.js';
import { DISK_PAGE, pieces } from './pages.js';
import { Sha256 } from './sha256.js';

export class MemoryStore implements DiskStore {
  private end: number;
  /** Pages that were written, by number; the others are the given bytes, or zeros behind them. */
  private readonly written = new Map<number, Uint8Array>();

  /** @param bytes its content at the start, which stays as it is */
  constructor(private readonly bytes: Uint8Array = new Uint8Array(0)) {
    this.end = bytes.length;
  }

  get size(): number {
    return this.end;
  }

  read(offset: number, into: Uint8Array): void {
    for (const { page, at, part } of pieces(offset, into)) {
      const start = at % DISK_PAGE;
      const source = this.written.get(page) ?? this.original(page);
      const found = source.subarray(start, start + part.length);
      part.set(found);
      part.fill(0, found.length);
    }
  }

  write(offset: number, bytes: Uint8Array): boolean {
    for (const { page, at, part } of pieces(offset, bytes)) this.ownPage(page).set(part, at % DISK_PAGE);
    this.end = Math.max(this.end, offset + bytes.length);
    return true;
  }

  sha256(): string {
    return Sha256.of(this);
  }

  private original(page: number): Uint8Array {
    return this.bytes.subarray(page * DISK_PAGE, (page + 1) * DISK_PAGE);
  }

  private ownPage(page: number): Uint8Array {
    let own = this.written.get(page);
    if (own === undefined) {
      own = new Uint8Array(DISK_PAGE);
      own.set(this.original(page));
      this.written.set(page, own);
    }
    return own;
  }
}

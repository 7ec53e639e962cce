/** A disk's content in memory: in a browser, in tests, and of recordings that hold it. */
import { DISK_PAGE } from './overlay.js';
import type { DiskStore } from './disk.js';
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
    for (let done = 0; done < into.length;) {
      const { page, start, length } = piece(offset + done, into.length - done);
      const source = this.written.get(page) ?? this.original(page);
      const part = source.subarray(start, start + length);
      into.set(part, done);
      into.fill(0, done + part.length, done + length);
      done += length;
    }
  }

  write(offset: number, bytes: Uint8Array): boolean {
    for (let done = 0; done < bytes.length;) {
      const { page, start, length } = piece(offset + done, bytes.length - done);
      this.ownPage(page).set(bytes.subarray(done, done + length), start);
      done += length;
    }
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

/** The first bytes of a range that lie in one page. */
function piece(at: number, most: number): { page: number; start: number; length: number } {
  const start = at % DISK_PAGE;
  return { page: Math.floor(at / DISK_PAGE), start, length: Math.min(DISK_PAGE - start, most) };
}

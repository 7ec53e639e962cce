/**
 * A disk: the content behind an SD card, as the board's devices see it. Its bytes are in a *store*, which is the
 * host's: a file, or memory in a browser. A store answers at once, and what a write has given it survives whatever
 * becomes of this process; so a device may report a write as done when `write` returns.
 *
 * A disk with *scratch* leaves its store as it is and keeps what is written there. docs/decisions/disks.md says what
 * snapshots and recordings do with either.
 */
import { MemoryStore } from './memory-store.js';
import { Overlay } from './overlay.js';

/**
 * Bytes that are kept somewhere. Nothing here throws: a store whose host fails tells its owner, reads zeros and lets
 * writes go.
 */
export interface DiskStore {
  /** Bytes that there are. A write behind them makes it more. */
  readonly size: number;
  /** Fills `into` from an offset on, with zeros where there are no bytes. */
  read(offset: number, into: Uint8Array): void;
  /** False if the host could not keep it. */
  write(offset: number, bytes: Uint8Array): boolean;
  /** Of all its bytes, in hexadecimal. */
  sha256(): string;
}

export interface DiskOptions {
  /** How messages and recordings call it: its path, say. */
  readonly name: string;
  readonly store: DiskStore;
  /** Whether devices refuse to write. */
  readonly readOnly?: boolean;
  /** An empty store for what is written, instead of `store`. */
  readonly scratch?: DiskStore;
}

/** Bytes that `fill` writes at a time. */
const FILL = 0x1_0000;

export class Disk {
  readonly name: string;
  readonly isReadOnly: boolean;
  /** What was written, if it is kept aside. */
  readonly changes: Overlay | undefined;
  /** What it was made of. */
  readonly original: DiskStore;
  private readonly store: DiskStore;

  constructor({ name, store, readOnly = false, scratch }: DiskOptions) {
    this.name = name;
    this.isReadOnly = readOnly;
    this.original = store;
    this.changes = scratch && new Overlay(store, scratch);
    this.store = this.changes ?? store;
  }

  /**
   * Another of what this one was made of, with nothing kept aside yet; undefined for one that writes to its store, which
   * two cannot do.
   */
  twin(): Disk | undefined {
    const { name, original: store, isReadOnly: readOnly, changes } = this;
    if (changes !== undefined) return new Disk({ name, store, readOnly, scratch: new MemoryStore() });
    return readOnly ? new Disk({ name, store, readOnly }) : undefined;
  }

  /** Bytes that there are. */
  get size(): number {
    return this.store.size;
  }

  /** Fills `into` from an offset on; behind the end there are zeros. */
  read(offset: number, into: Uint8Array): void {
    this.store.read(offset, into);
  }

  /** Writes bytes, behind the end too. False if it is read-only, or the host could not keep them. */
  write(offset: number, bytes: Uint8Array): boolean {
    return !this.isReadOnly && this.store.write(offset, bytes);
  }

  /** Writes one value over so many bytes, likewise. */
  fill(offset: number, length: number, value: number): boolean {
    const piece = new Uint8Array(Math.min(FILL, length)).fill(value);
    for (let done = 0; done < length; done += piece.length) {
      if (!this.write(offset + done, piece.subarray(0, Math.min(piece.length, length - done)))) return false;
    }
    return true;
  }
}

/**
 * Translations to pages that the cores do not reach by themselves: devices. Generated code never looks here; but each of
 * its accesses to a device comes to the host, and would have the tables walked again. They are dropped wherever those to
 * RAM are.
 */
import type { Translation } from '../system/translation.js';

/** Where a page of devices is, and what is allowed there. */
export interface DevicePage {
  /** Physical address of its first byte, which no Secure access has led to. */
  readonly physical: number;
  readonly read: boolean;
  readonly write: boolean;
  /** Device memory, which unaligned accesses fault in. */
  readonly device: boolean;
}

interface Kept extends DevicePage {
  readonly low: number;
  readonly high: number;
  /** Whether it came from a translation of 4 KiB. */
  readonly isSingle: boolean;
  readonly isGlobal: boolean;
}

/** A page is kept where its number leads to, modulo this. */
const PLACES = 64;
const placeOf = (low: number): number => (low >>> 12) & (PLACES - 1);

export class DevicePages {
  private pages: (Kept | undefined)[] = [];
  /** Whether some came from larger translations. */
  private hasBlocks = false;

  get isEmpty(): boolean {
    return this.pages.length === 0;
  }

  /** The page of a virtual address, in halves; undefined if it is not kept. */
  find(low: number, high: number): DevicePage | undefined {
    const page = this.pages[placeOf(low)];
    return page !== undefined && page.low === (low & ~0xfff) && page.high === high ? page : undefined;
  }

  /** Keeps what an address has been translated to. */
  add(low: number, high: number, by: Translation): void {
    if (this.isEmpty) this.pages = new Array<undefined>(PLACES).fill(undefined);
    this.pages[placeOf(low)] = {
      low: low & ~0xfff,
      high,
      physical: by.physical - (low & 0xfff),
      read: by.read,
      write: by.write,
      device: by.device,
      isSingle: by.pageSize === 4096,
      isGlobal: !by.notGlobal,
    };
    if (by.pageSize !== 4096) this.hasBlocks = true;
  }

  flush(): void {
    if (!this.isEmpty) this.pages = [];
    this.hasBlocks = false;
  }
  flushNotGlobal(): void {
    this.pages = this.pages.map((page) => (page?.isGlobal === true ? page : undefined));
  }
  /** Drops a page, whatever its tag byte, and all that came from larger translations. */
  flushPage(low: number): void {
    if (this.isEmpty) return;
    this.pages[placeOf(low)] = undefined;
    if (this.hasBlocks) this.pages = this.pages.map((page) => (page?.isSingle === true ? page : undefined));
  }
}

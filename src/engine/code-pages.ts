/**
 * The physical memory that instructions come from, and the registry of its pages that hold code.
 *
 * Whoever makes something of a page's instructions (decoded entries, say) tells it with `add` and listens: from then
 * on no byte of the page changes unseen, and `codeChanged` says when what was made of some of them no longer holds.
 * Pages are numbered by physical address / 4096 and have 4 KiB, whatever the guest's granule.
 */

/** Bytes of a page. */
export const CODE_PAGE_SIZE = 4096;

/** Number of the page that a physical address lies in. */
export function codePageOf(physical: number): number {
  return Math.floor(physical / CODE_PAGE_SIZE);
}

/** Memory that instructions can be fetched from. Its owner tells `CodePages.changed` of everything that changes it. */
export interface CodeMemory {
  /** Physical address and bytes, multiples of 4096. */
  readonly base: number;
  readonly size: number;
  /** The word at a physical address inside, a multiple of 4; unsigned. */
  instruction(physical: number): number;
}

export interface CodeListener {
  /** A page holds code from now on: its bytes must not change unseen. */
  codeAdded?(page: number): void;
  /** What was made of the page's bytes `first` to `last` no longer holds. With all of them, the page holds no code. */
  codeChanged?(page: number, first: number, last: number): void;
}

/** Changes of a page after which it is taken for data again, and the length in bytes from which one is enough. */
const CHANGES_BEFORE_DROP = 32;
const LONG_CHANGE = 65;

/** Pages that share a mark lie 256 MiB apart, so hardly any do. */
const MARKS = 0x1_0000;

export class CodePages {
  private readonly memories: CodeMemory[] = [];
  private readonly listeners: CodeListener[] = [];
  /** The pages that hold code, and how often each has changed since it does. */
  private readonly changes = new Map<number, number>();
  /** How many of them have each mark, so that most that do not are told without a search: every TLB miss asks. */
  private readonly marks = new Uint32Array(MARKS);

  /** Lets instructions be fetched from a memory. */
  attach(memory: CodeMemory): void {
    this.memories.push(memory);
  }
  listen(listener: CodeListener): void {
    this.listeners.push(listener);
  }

  /** The memory that a physical address lies in; undefined: a fetch from there is an external abort. */
  memoryAt(physical: number): CodeMemory | undefined {
    for (const memory of this.memories) {
      if (physical >= memory.base && physical < memory.base + memory.size) return memory;
    }
    return undefined;
  }

  /** Whether a page holds code: its bytes may change only through `changed`. */
  has(page: number): boolean {
    return this.marks[page & (MARKS - 1)] !== 0 && this.changes.has(page);
  }

  /** Something is about to be made of instructions of a page. */
  add(page: number): void {
    if (this.has(page)) return;
    this.changes.set(page, 0);
    this.marks[page & (MARKS - 1)] += 1;
    for (const listener of this.listeners) listener.codeAdded?.(page);
  }

  /** Bytes of physical memory change, by the guest or from outside. */
  changed(physical: number, length: number): void {
    if (this.changes.size === 0) return;
    const last = physical + length - 1;
    for (let page = codePageOf(physical); page <= codePageOf(last); page++) {
      const changes = this.changes.get(page);
      if (changes === undefined) continue;
      if (changes + 1 >= CHANGES_BEFORE_DROP || length >= LONG_CHANGE) {
        this.drop(page);
        continue;
      }
      this.changes.set(page, changes + 1);
      const start = page * CODE_PAGE_SIZE;
      this.announce(page, Math.max(physical - start, 0), Math.min(last - start, CODE_PAGE_SIZE - 1));
    }
  }

  /** What was made of an instruction is to be made anew, although its bytes are as they were. */
  renew(physical: number): void {
    const page = codePageOf(physical);
    const first = physical % CODE_PAGE_SIZE;
    if (this.changes.has(page)) this.announce(page, first, first + 3);
  }

  /** Takes a page for data: everything that was made of it goes. */
  drop(page: number): void {
    if (!this.changes.delete(page)) return;
    this.marks[page & (MARKS - 1)] -= 1;
    this.announce(page, 0, CODE_PAGE_SIZE - 1);
  }
  dropAll(): void {
    for (const page of [...this.changes.keys()]) this.drop(page);
  }

  private announce(page: number, first: number, last: number): void {
    for (const listener of this.listeners) listener.codeChanged?.(page, first, last);
  }
}

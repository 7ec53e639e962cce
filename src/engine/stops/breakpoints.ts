/**
 * Breakpoints. One at a virtual address is where the guest has mapped it at the moment: each time that a core fetches
 * from its page, the instruction that is there gets a mark.
 */
import { comparable } from '../system/halves.js';
import type { Marks } from './marks.js';
import { comparableAddress, type Breakpoint } from './stop.js';

const PAGE = 4096;

interface Virtual {
  readonly breakpoint: Breakpoint;
  /** Bits 48 to 0. */
  readonly address: number;
  /** Physical addresses that are marked for it. */
  readonly marked: Set<number>;
}

/** Places of one virtual address beyond which they are forgotten: those in use are found again. */
const MOST_PLACES = 256;

export class Breakpoints {
  private readonly physical: Breakpoint[] = [];
  /** By the number of their page. */
  private readonly virtual = new Map<number, Virtual[]>();

  /** `forgetFetches`: cores must translate anew what they fetch, before they execute anything. */
  constructor(
    private readonly marks: Marks,
    private readonly forgetFetches: () => void,
  ) {}

  /** Call the result to take it away. */
  add(breakpoint: Breakpoint): () => void {
    return breakpoint.space === 'physical' ? this.addPhysical(breakpoint) : this.addVirtual(breakpoint);
  }

  private addPhysical(breakpoint: Breakpoint): () => void {
    const address = Number(breakpoint.address);
    this.physical.push(breakpoint);
    this.marks.add(address);
    return once(() => {
      this.physical.splice(this.physical.indexOf(breakpoint), 1);
      this.marks.remove(address);
    });
  }

  private addVirtual(breakpoint: Breakpoint): () => void {
    const address = comparableAddress(breakpoint.address);
    const page = Math.floor(address / PAGE);
    const added: Virtual = { breakpoint, address, marked: new Set() };
    this.virtual.set(page, [...(this.virtual.get(page) ?? []), added]);
    this.forgetFetches();
    return once(() => {
      const others = (this.virtual.get(page) ?? []).filter((each) => each !== added);
      if (others.length > 0) this.virtual.set(page, others);
      else this.virtual.delete(page);
      this.forgetPlaces(added);
    });
  }

  /** A core is about to execute from the page of a virtual address, in halves, which is at a physical address. */
  fetched(low: number, high: number, physical: number): void {
    if (this.virtual.size === 0) return;
    const inPage = this.virtual.get(Math.floor(comparable(low, high) / PAGE));
    if (inPage === undefined) return;
    const base = physical - (physical % PAGE);
    for (const each of inPage) {
      const place = base + (each.address % PAGE);
      if (each.marked.has(place)) continue;
      if (each.marked.size >= MOST_PLACES) {
        this.forgetPlaces(each);
        this.forgetFetches();
      }
      each.marked.add(place);
      this.marks.add(place);
    }
  }

  private forgetPlaces({ marked }: Virtual): void {
    for (const place of marked) this.marks.remove(place);
    marked.clear();
  }

  /** The breakpoint that holds for a core at a virtual address, in halves, which is at a physical one. */
  at(core: number, low: number, high: number, physical: number): Breakpoint | undefined {
    const address = comparable(low, high);
    const holds = ({ holds }: Breakpoint): boolean => holds === undefined || holds(core);
    const virtual = this.virtual.get(Math.floor(address / PAGE))?.find((each) => {
      return each.address === address && holds(each.breakpoint);
    });
    if (virtual !== undefined) return virtual.breakpoint;
    return this.physical.find((each) => Number(each.address) === physical && holds(each));
  }
}

/** A function that does something the first time that it is called. */
export function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}

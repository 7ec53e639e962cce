/** What a guest has open: handles from 1 on, the lowest free one first, as QEMU 7.2 gives them. */
import { integer, listOf, oneOf, record } from '../../engine/index.js';

const kinds = ['free', 'console', 'features', 'file'] as const;
/** `offset` is where the next byte is read, of `features` alone: the host knows that of a file. */
export type Handle = { kind: (typeof kinds)[number]; offset: number };

/** At once. */
const MOST = 256;

export const handlesShape = listOf(
  record<Handle>({ kind: oneOf(...kinds), offset: integer(0, 2 ** 31) }),
  MOST,
);

export class Handles {
  private list: Handle[] = [];

  /** The handle that `open` would give next; undefined if there are too many. */
  get next(): number | undefined {
    const free = this.list.findIndex(({ kind }) => kind === 'free');
    if (free >= 0) return free + 1;
    return this.list.length < MOST ? this.list.length + 1 : undefined;
  }

  /** The handle; undefined if there are too many. */
  open(kind: Handle['kind']): number | undefined {
    const { next } = this;
    if (next !== undefined) this.list[next - 1] = { kind, offset: 0 };
    return next;
  }
  close(handle: number): void {
    this.list[handle - 1] = { kind: 'free', offset: 0 };
  }

  /** What a handle stands for; undefined if it is not open. */
  find(handle: bigint): Handle | undefined {
    const found = handle >= 1n && handle <= BigInt(MOST) ? this.list[Number(handle) - 1] : undefined;
    return found?.kind === 'free' ? undefined : found;
  }

  save(): Handle[] {
    return this.list.map((handle) => ({ ...handle }));
  }
  load(list: readonly Handle[]): void {
    this.list = list.map((handle) => ({ ...handle }));
  }
}

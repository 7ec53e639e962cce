/** Events that tell of one thing in pieces, told as one. */
import type { MachineEvent } from './events.js';

const PAGE_SIZE = 0x1000;

/** The event that says what both say, or undefined if they are of different things. The place is the first's. */
export function joinEvents(first: MachineEvent, next: MachineEvent): MachineEvent | undefined {
  if (first.type !== 'page committed' || next.type !== 'page committed') return undefined;
  const isOneThing =
    first.at.instructions === next.at.instructions &&
    first.vmo.koid === next.vmo.koid &&
    first.vmo.name === next.vmo.name &&
    first.reason === next.reason &&
    first.copied === next.copied &&
    first.index + first.count === next.index &&
    first.address + first.count * PAGE_SIZE === next.address;
  return isOneThing ? { ...first, count: first.count + next.count } : undefined;
}

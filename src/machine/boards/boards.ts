/** The boards that a machine can be. */
import { BoardError } from './virt.js';
import { MAP, MAX_CORES } from './virt-memory-map.js';

export const boards = {
  virt: {
    description: "QEMU's virtual board: GICv2, PL011, PL031, PSCI, generated devicetree",
    maximumCores: MAX_CORES,
    /** Bytes. */
    maximumRam: MAP.RAM.size,
  },
} as const;

export type BoardName = keyof typeof boards;

/** Throws BoardError if there is no such board. */
export function boardNamed(name: string): (typeof boards)[BoardName] {
  if (Object.hasOwn(boards, name)) return boards[name as BoardName];
  throw new BoardError(`'${name}' is not a board, expected one of ${Object.keys(boards).join(', ')}`);
}

/** The boards that a machine can be, by name. */
import type { BoardKind } from './board.js';
import { BoardError } from './limits.js';
import { raspi3b } from './raspi3b/raspi3b.js';
import { virt } from './virt/virt.js';

export const boards = { virt, raspi3b } as const satisfies Readonly<Record<string, BoardKind>>;

export type BoardName = keyof typeof boards;

/** Throws BoardError if there is no such board. */
export function boardNamed(name: string): BoardKind {
  if (Object.hasOwn(boards, name)) return boards[name as BoardName];
  throw new BoardError(`'${name}' is not a board, expected one of ${Object.keys(boards).join(', ')}`);
}

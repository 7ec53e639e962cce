/** Runs line number programs: which instruction belongs to which line of which file. DWARF 5, 6.2.2 and 6.2.5. */
import { extended, standard } from './constants.js';
import type { Cursor } from './cursor.js';
import type { LineHeader } from './line-header.js';

/** Instructions that lie together, in ascending order, and where the program tells of them. */
export interface Sequence {
  /** Address of the first byte. */
  readonly start: bigint;
  /** Bytes. */
  readonly size: number;
  /** Where the program of the sequence begins, in the section. */
  readonly program: number;
}

/** Hears a row: `distance` is from the sequence's start. A sequence's last row is where it ends, with line 0. */
export type Row = (distance: number, file: number, line: number) => void;

/**
 * Runs the program from the cursor on to the end of a sequence, or of the unit.
 * @returns the sequence, undefined where there is none before the unit ends
 */
export function runSequence(cursor: Cursor, header: LineHeader, row: Row): Sequence | undefined {
  const { lineBase, lineRange, opcodeBase, operands, minimumInstructionLength } = header;
  const program = cursor.at;
  let start: bigint | undefined;
  let distance = 0;
  let file = 1;
  let line = 1;
  const advanceOfOpcode255 = Math.floor((255 - opcodeBase) / lineRange) * minimumInstructionLength;
  while (!cursor.isAtEnd) {
    const opcode = cursor.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      distance += Math.floor(adjusted / lineRange) * minimumInstructionLength;
      line += lineBase + (adjusted % lineRange);
      row(distance, file, line);
    } else if (opcode === 0) {
      const length = cursor.unsigned();
      if (length === 0) continue;
      const next = cursor.at + length;
      const kind = cursor.u8();
      if (kind === extended.endSequence) {
        row(distance, file, 0);
        cursor.at = next;
        return { start: start ?? 0n, size: distance, program };
      }
      if (kind === extended.setAddress) {
        const address = length - 1 === 4 ? BigInt(cursor.u32()) : cursor.u64();
        if (start === undefined) start = address;
        else distance = Number(address - start);
      }
      cursor.at = next;
    } else if (opcode === standard.copy) row(distance, file, line);
    else if (opcode === standard.advancePc) distance += cursor.unsigned() * minimumInstructionLength;
    else if (opcode === standard.advanceLine) line += cursor.signed();
    else if (opcode === standard.setFile) file = cursor.unsigned();
    else if (opcode === standard.constAddPc) distance += advanceOfOpcode255;
    else if (opcode === standard.fixedAdvancePc) distance += cursor.u16();
    else for (let i = 0; i < (operands[opcode] ?? 0); i++) cursor.unsigned();
  }
  return undefined;
}

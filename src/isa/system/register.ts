/** System registers as rows of a table. Arm ARM, chapters C5.2 and D13. */

export type ExceptionLevel = 0 | 1 | 2 | 3;

/** The five numbers by which MRS, MSR, SYS and SYSL name a register or an operation. */
export interface SystemEncoding {
  readonly op0: number;
  readonly op1: number;
  readonly CRn: number;
  readonly CRm: number;
  readonly op2: number;
}

/** A named part of a register. */
export interface RegisterField {
  readonly name: string;
  /** Number of the lowest bit, 0 to 63. */
  readonly lsb: number;
  /** Width in bits, 1 to 64. */
  readonly width: number;
}

export interface SystemRegister extends SystemEncoding {
  /** The manual's name; the generic one (`S3_0_C0_C4_2`) where the manual has none. Unique. */
  readonly name: string;
  readonly group: string;
  /** The lowest exception level that can read it while no trap is configured; undefined: write-only. */
  readonly read: ExceptionLevel | undefined;
  /** The lowest exception level that can write it while no trap is configured; undefined: read-only. */
  readonly write: ExceptionLevel | undefined;
  /** Named fields, the highest first; empty where the register is one number or not described. */
  readonly fields: readonly RegisterField[];
  /** Assemblers know the register by its generic name only (IMPLEMENTATION DEFINED or reserved). */
  readonly generic: boolean;
}

/**
 * Turns rows into registers. A row is `op0 op1 CRn CRm op2` followed by `rN` and `wN`, the lowest exception
 * level that reads and writes. `highest` levels (CNTFRQ_EL0's writer, RMR, RVBAR) are given as 3.
 */
export function registers(
  group: string,
  rows: Readonly<Record<string, string>>,
  { generic = false }: { generic?: boolean } = {},
): readonly SystemRegister[] {
  return Object.entries(rows).map(([name, row]) => {
    const [op0, op1, CRn, CRm, op2, ...access] = row.split(' ');
    const encoding = {
      op0: Number(op0),
      op1: Number(op1),
      CRn: Number(CRn),
      CRm: Number(CRm),
      op2: Number(op2),
    };
    const level = (letter: string): ExceptionLevel | undefined => {
      for (const word of access) if (word[0] === letter) return levels[Number(word[1])];
      return undefined;
    };
    return { name, group, ...encoding, read: level('r'), write: level('w'), fields: [], generic };
  });
}

const levels: readonly ExceptionLevel[] = [0, 1, 2, 3];

/** Repeats a row for the registers of a numbered family: `family(4, (n) => [name, row])`. */
export function family(
  count: number,
  row: (n: number) => [name: string, row: string],
): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => row(n)));
}

/** Reads a field list: `name:bit` or `name:high-low`, separated by blanks. */
export function registerFields(list: string): readonly RegisterField[] {
  return list.split(/\s+/).map((word) => {
    const match = /^(\w+):(\d+)(?:-(\d+))?$/.exec(word);
    if (match === null) throw new RangeError(`bad register field '${word}'`);
    const high = Number(match[2]);
    const lsb = Number(match[3] ?? high);
    return { name: match[1], lsb, width: high - lsb + 1 };
  });
}

/** The generic name by which every system register can be written: `S3_0_C1_C0_0`. */
export function genericName({ op0, op1, CRn, CRm, op2 }: SystemEncoding): string {
  return `S${op0}_${op1}_C${CRn}_C${CRm}_${op2}`;
}

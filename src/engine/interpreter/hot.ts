/**
 * The shapes that stand in line in the interpreter's main loop; the rest are called. Measured on a boot of
 * Debian's kernel by `npx tsx bench/shapes.ts`: the most frequent ones, as many as still gain (more of them slow
 * each other down).
 */
import type { Shape } from '../ir/shapes.js';
import { shapeNamed } from '../semantics/index.js';
import type { Reach } from './reach.js';

/** A shape and, if it is a direct branch, how its target lies. */
export interface HotShape {
  readonly shape: Shape;
  readonly reach: Reach;
}

/** What a line of the list says. */
export function hotName(line: string): { readonly key: string; readonly reach: Reach } {
  const [, key, reach = 'none'] = /^(.*?)(?: (near|far))?$/.exec(line) ?? [];
  return { key, reach: reach as Reach };
}

/** What it names. Throws for one that no instruction has. */
export function hotShape(line: string): HotShape {
  const { key, reach } = hotName(line);
  const shape = shapeNamed(key);
  if ((shape.directBranch === undefined) !== (reach === 'none')) {
    throw new Error(`'${line}' does not say how the branch lies, or says so of no branch`);
  }
  return { shape, reach };
}

/** Keys of shapes; behind those of direct branches, `near` or `far`. */
export const hotKeys: readonly string[] = [
  'ORR (shifted register) sf=1 variant=0',
  'SUBS (shifted register) sf=1 variant=0',
  'B.cond cond=1 near',
  'ADD (immediate) sf=1',
  'SUBS (shifted register) sf=0 variant=0',
  'EOR (shifted register) sf=1 variant=0',
  'SUBS (immediate) sf=0',
  'ADD (shifted register) sf=1 variant=0',
  'LDR (immediate, unsigned offset) sf=1 variant=0',
  'B.cond cond=0 near',
  'MADD sf=1',
  'LDR (register) sf=1 option=3 S=1 variant=0',
  'SUB (shifted register) sf=1 variant=0',
  'MOVZ',
  'ADD (immediate) sf=0',
  'ADDS (shifted register) sf=1 variant=0',
  'SUBS (immediate) sf=1',
  'CSINC sf=1 cond=3',
  'STR (register) sf=1 option=3 S=1 variant=0',
  'LDR (immediate, unsigned offset) sf=0 variant=0',
  'SUB (shifted register) sf=0 variant=0',
  'UBFM sf=1 variant=0',
  'B.cond cond=8 near',
  'STP (signed offset) sf=1 variant=1',
  'CSINC sf=1 cond=2',
  'HINT',
  'ADD (shifted register) sf=1 variant=1',
  'CBNZ sf=0 near',
  'AND (immediate) sf=1',
  'LDR (immediate, unsigned offset) sf=1 variant=1',
  'LDRB (immediate, unsigned offset) variant=0',
  'ORR (shifted register) sf=0 variant=0',
  'BIC (shifted register) sf=1 variant=0',
  'RET',
  'B near',
  'EXTR sf=1 variant=1',
  'AND (immediate) sf=0',
  'CSEL sf=1 cond=1',
  'LDP (signed offset) sf=1 variant=1',
  'STP (signed offset) sf=1 variant=0',
  'NOP',
  'B.cond cond=9 near',
  'LDP (signed offset) sf=1 variant=0',
  'ANDS (immediate) sf=1',
  'BL far',
  'SBFM sf=1 variant=4',
  'LDRB (register) option=6 S=0 variant=0',
  'ADD (extended register) sf=1 option=2',
  'CBZ sf=1 near',
  'LDR (register) sf=1 option=2 S=1 variant=0',
  'LDR (register) sf=1 option=3 S=0 variant=0',
  'CSINC sf=1 cond=0',
  'ADD (shifted register) sf=1 variant=2',
  'UMULH',
  'CBZ sf=0 near',
  'CSINC sf=0 cond=3',
  'LDUR sf=1 variant=0',
  'CCMP (register) sf=1 cond=1',
  'B.cond cond=2 near',
  'CCMP (immediate) sf=1 cond=1',
  'ADD (shifted register) sf=0 variant=0',
  'ADDS (immediate) sf=0',
  'EOR (shifted register) sf=0 variant=0',
  'STR (immediate, unsigned offset) sf=1 variant=0',
  'STR (immediate, unsigned offset) sf=1 variant=1',
  'CSEL sf=1 cond=3',
  'ORR (immediate) sf=1',
  'LDRB (immediate, pre-indexed) variant=0',
  'CCMP (register) sf=0 cond=9',
  'SUB (immediate) sf=0',
  'CSINC sf=1 cond=9',
  'CCMP (immediate) sf=0 cond=1',
  'B.cond cond=13 near',
  'UBFM sf=1 variant=1',
  'STP (pre-indexed) sf=1 variant=1',
  'LDP (post-indexed) sf=1 variant=1',
  'STR (register) sf=1 option=3 S=0 variant=0',
  'B.cond cond=3 near',
  'LDRB (immediate, post-indexed) variant=0',
  'LSLV sf=1',
  'LDR (register) sf=1 option=6 S=1 variant=0',
  'REV sf=1 opc=1',
  'B.cond cond=11 near',
  'SUB (immediate) sf=1',
  'UBFM sf=1 variant=5',
  'STR (immediate, unsigned offset) sf=0 variant=0',
  'ADRP',
  'MRS variant=16905',
  'EOR (shifted register) sf=1 variant=4',
  'AND (shifted register) sf=1 variant=0',
  'EXTR sf=1 variant=0',
  'LSRV sf=1',
  'TBNZ b5=0 near',
  'EXTR sf=0 variant=1',
  'ORR (shifted register) sf=1 variant=1',
  'B.cond cond=10 near',
  'CBNZ sf=1 near',
  'CCMP (register) sf=0 cond=1',
  'LDR (immediate, post-indexed) sf=1 variant=0',
  'LDR (register) sf=0 option=3 S=0 variant=0',
  'LDR (immediate, unsigned offset) sf=0 variant=1',
  'STR (immediate, post-indexed) sf=1 variant=0',
  'STUR sf=1 variant=0',
  'ADC sf=1',
  'ANDS (immediate) sf=0',
  'LDRB (register) option=3 S=0 variant=0',
  'BICS (shifted register) sf=1 variant=0',
  'TBZ b5=0 near',
  'LDR (register) sf=0 option=3 S=1 variant=0',
  'ORR (shifted register) sf=0 variant=1',
  'LDRH (immediate, unsigned offset) variant=0',
  'UBFM sf=0 variant=0',
  'MOVN',
  'BLR',
  'CLZ sf=1',
  'AND (shifted register) sf=0 variant=0',
  'BL near',
  'B.cond cond=12 near',
  'LSLV sf=0',
  'ANDS (shifted register) sf=1 variant=0',
  'ORR (shifted register) sf=1 variant=2',
  'STRB (immediate, unsigned offset) variant=0',
  'EOR (shifted register) sf=0 variant=4',
  'SUB (shifted register) sf=1 variant=2',
  'MOVK sf=1 hw=3',
  'STR (register) sf=1 option=6 S=1 variant=0',
  'STP (post-indexed) sf=1 variant=0',
  'MRS variant=22536',
];

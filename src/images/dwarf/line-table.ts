/**
 * Source lines of addresses, out of an ELF file's `.debug_line`. A kernel's table has millions of rows, so only its
 * sequences are kept, and the rows of those that were asked for lately.
 */
import { ByteReader } from '../byte-reader.js';
import type { Elf } from '../elf/reader.js';
import { sectionContent } from '../elf/section-content.js';
import { attempt } from '../elf/table.js';
import { ImageError } from '../error.js';
import { StringTable } from '../string-table.js';
import { Cursor } from './cursor.js';
import { readLineHeader, unitExtent, type LineHeader, type Strings } from './line-header.js';
import { runSequence, type Sequence } from './line-program.js';

export interface SourceLine {
  /** As the compiler was given it: absolute, or relative to where it ran. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

type Placed = Sequence & { readonly header: LineHeader };

interface Rows {
  readonly distances: readonly number[];
  readonly files: readonly number[];
  readonly lines: readonly number[];
}

const SECTION = '.debug_line';
/** Sequences whose rows are kept. */
const KEPT = 64;

export class LineTable {
  private readonly rows = new Map<Placed, Rows>();

  private constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
    /** By address. */
    private readonly sequences: readonly Placed[],
    /** What is wrong with units, which are left out. */
    readonly problems: readonly ImageError[],
  ) {}

  /** The table of a linked ELF file; undefined if it has none. @throws ImageError where it cannot be decompressed */
  static of(elf: Elf, file = 'ELF file'): LineTable | undefined {
    const bytes = sectionContent(elf, SECTION, file);
    if (bytes === undefined) return undefined;
    const problems: ImageError[] = [];
    const sequences = allSequences(bytes, file, stringsOf(elf, file), problems);
    return new LineTable(bytes, file, sequences, problems);
  }

  /** Where the instruction at a link address comes from; undefined if that is not known. */
  at(address: bigint): SourceLine | undefined {
    const sequence = this.sequenceAt(address);
    if (sequence === undefined) return undefined;
    const { distances, files, lines } = this.rowsOf(sequence);
    const row = lastAtOrBefore(distances, Number(address - sequence.start));
    const file = sequence.header.files[files[row] ?? 0];
    const line = lines[row] ?? 0;
    return file === undefined || line === 0 ? undefined : { file, line };
  }

  private sequenceAt(address: bigint): Placed | undefined {
    const { sequences } = this;
    let low = 0;
    let high = sequences.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const found = sequences[middle];
      if (found !== undefined && found.start <= address) low = middle + 1;
      else high = middle;
    }
    const found = sequences[low - 1];
    return found !== undefined && address < found.start + BigInt(found.size) ? found : undefined;
  }

  private rowsOf(sequence: Placed): Rows {
    const known = this.rows.get(sequence);
    if (known !== undefined) return known;
    const distances: number[] = [];
    const files: number[] = [];
    const lines: number[] = [];
    const cursor = new Cursor(this.bytes, sequence.program, sequence.header.end, this.file, SECTION);
    runSequence(cursor, sequence.header, (distance, file, line) => {
      distances.push(distance);
      files.push(file);
      lines.push(line);
    });
    const oldest = this.rows.size < KEPT ? undefined : this.rows.keys().next().value;
    if (oldest !== undefined) this.rows.delete(oldest);
    const rows = { distances, files, lines };
    this.rows.set(sequence, rows);
    return rows;
  }
}

/** Several rows may have one address: the last counts, as for `addr2line`. */
function lastAtOrBefore(distances: readonly number[], distance: number): number {
  let low = 0;
  let high = distances.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((distances[middle] ?? Infinity) <= distance) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function stringsOf(elf: Elf, file: string): Strings {
  const names = { line: '.debug_line_str', info: '.debug_str' } as const;
  const tables = new Map<string, StringTable>();
  return {
    at(section, offset) {
      const name = names[section];
      let table = tables.get(name);
      if (table === undefined) {
        const bytes = sectionContent(elf, name, file) ?? new Uint8Array();
        table = new StringTable(new ByteReader(bytes, file, true), bytes, 0);
        tables.set(name, table);
      }
      try {
        return table.at(offset, 0, 'a path');
      } catch (error) {
        if (!(error instanceof ImageError)) throw error;
        return undefined;
      }
    },
  };
}

function allSequences(bytes: Uint8Array, file: string, strings: Strings, problems: ImageError[]): Placed[] {
  const sequences: Placed[] = [];
  for (let next = 0; next < bytes.length;) {
    const unit = attempt(problems, () => unitAt(bytes, next, file), undefined);
    // Without the length of a unit there is no next one.
    if (unit === undefined) break;
    const { cursor, extent } = unit;
    attempt(
      problems,
      () => addSequences(cursor, readLineHeader(cursor, extent, strings), sequences),
      undefined,
    );
    next = extent.end;
  }
  return sequences.sort((a, b) => (a.start < b.start ? -1 : Number(a.start > b.start)));
}

function unitAt(bytes: Uint8Array, at: number, file: string) {
  const cursor = new Cursor(bytes, at, bytes.length, file, SECTION);
  const extent = unitExtent(cursor);
  return { cursor: new Cursor(bytes, cursor.at, extent.end, file, SECTION), extent };
}

function addSequences(cursor: Cursor, header: LineHeader | undefined, sequences: Placed[]): void {
  if (header === undefined) return;
  cursor.at = header.program;
  for (;;) {
    const sequence = runSequence(cursor, header, () => {});
    if (sequence === undefined) return;
    if (sequence.size > 0) sequences.push({ ...sequence, header });
  }
}

/** The header of a line number program: how its opcodes count, and the source files. DWARF 5, 6.2.4; DWARF 4, 6.2.4. */
import { content, form } from './constants.js';
import type { Cursor } from './cursor.js';

/** The sections that a line table refers to. */
export interface Strings {
  /** A string of `.debug_line_str` or `.debug_str`; undefined where that is not to be had. */
  readonly at: (section: 'line' | 'info', offset: number) => string | undefined;
}

export interface LineHeader {
  /** Where the program begins and the unit ends, in the section. */
  readonly program: number;
  readonly end: number;
  readonly version: number;
  readonly minimumInstructionLength: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** Operands of the standard opcodes, by opcode. */
  readonly operands: readonly number[];
  /** Paths, by the numbers that programs have for them; relative ones are to where the compiler ran. */
  readonly files: readonly (string | undefined)[];
}

/** Where a unit ends, and how large its offsets are. */
export function unitExtent(cursor: Cursor): { readonly end: number; readonly is64: boolean } {
  const length = cursor.u32();
  if (length < 0xffff_fff0) return { end: cursor.at + length, is64: false };
  if (length !== 0xffff_ffff) throw cursor.error('expected the length of a unit');
  const long = cursor.offset(true);
  return { end: cursor.at + long, is64: true };
}

/** The header at the cursor, which is behind the unit's length. Undefined for a version that is not known: 2 to 5 are. */
export function readLineHeader(
  cursor: Cursor,
  { end, is64 }: { readonly end: number; readonly is64: boolean },
  strings: Strings,
): LineHeader | undefined {
  const version = cursor.u16();
  if (version < 2 || version > 5) return undefined;
  // Sizes of addresses and of segment selectors; DW_LNE_set_address has its own length.
  if (version >= 5) cursor.skip(2);
  const length = cursor.offset(is64);
  const program = cursor.at + length;
  if (program > end) throw cursor.error('expected a header within its unit');
  const minimumInstructionLength = cursor.u8();
  // Operations of a VLIW instruction, of which A64 has one; then whether lines are statements unless told.
  cursor.skip(version >= 4 ? 2 : 1);
  const lineBase = (cursor.u8() << 24) >> 24;
  const lineRange = cursor.u8();
  const opcodeBase = cursor.u8();
  if (lineRange === 0 || opcodeBase === 0)
    throw cursor.error('expected a range of lines and opcodes above 0');
  const operands = [0, ...Array.from({ length: opcodeBase - 1 }, () => cursor.u8())];
  const files = version >= 5 ? filesOf5(cursor, is64, strings) : filesOf4(cursor);
  return {
    ...{ program, end, version, minimumInstructionLength },
    ...{ lineBase, lineRange, opcodeBase, operands, files },
  };
}

/** Directory 0 is where the compiler ran. */
function join(directories: readonly (string | undefined)[], directory: number, name: string): string {
  const path = directory === 0 || name.startsWith('/') ? undefined : directories[directory];
  return (path === undefined ? name : `${path}/${name}`).replace(/^(\.\/)+/, '');
}

/** Lists of names that end with an empty one; files count from 1. */
function filesOf4(cursor: Cursor): (string | undefined)[] {
  const directories: (string | undefined)[] = [undefined];
  for (let name = cursor.string(); name !== ''; name = cursor.string()) directories.push(name);
  const files: (string | undefined)[] = [undefined];
  for (let name = cursor.string(); name !== ''; name = cursor.string()) {
    const directory = cursor.unsigned();
    // When it was changed, and its size.
    cursor.unsigned();
    cursor.unsigned();
    files.push(join(directories, directory, name));
  }
  return files;
}

interface Entry {
  readonly path: string | undefined;
  readonly directory: number;
}

/** Tables that say themselves what their entries have; files count from 0. */
function filesOf5(cursor: Cursor, is64: boolean, strings: Strings): (string | undefined)[] {
  const directories = entries(cursor, is64, strings).map(({ path }) => path);
  return entries(cursor, is64, strings).map(
    ({ path, directory }) => path && join(directories, directory, path),
  );
}

function entries(cursor: Cursor, is64: boolean, strings: Strings): Entry[] {
  const format = Array.from({ length: cursor.u8() }, () => [cursor.unsigned(), cursor.unsigned()] as const);
  const count = cursor.unsigned();
  if (count > cursor.end - cursor.at) throw cursor.error('expected entries that take room');
  return Array.from({ length: count }, () => {
    let path: string | undefined;
    let directory = 0;
    for (const [type, written] of format) {
      const value = formValue(cursor, written, is64, strings);
      if (type === content.path && typeof value === 'string') path = value;
      if (type === content.directoryIndex && typeof value === 'number') directory = value;
    }
    return { path, directory };
  });
}

type FormReader = (cursor: Cursor, is64: boolean, strings: Strings) => string | number | undefined;

const block = (cursor: Cursor, size: number): undefined => void cursor.skip(size);

const forms: Readonly<Record<number, FormReader>> = {
  [form.string]: (cursor) => cursor.string(),
  [form.lineStrp]: (cursor, is64, strings) => strings.at('line', cursor.offset(is64)),
  [form.strp]: (cursor, is64, strings) => strings.at('info', cursor.offset(is64)),
  [form.udata]: (cursor) => cursor.unsigned(),
  [form.data1]: (cursor) => cursor.u8(),
  [form.data2]: (cursor) => cursor.u16(),
  [form.data4]: (cursor) => cursor.u32(),
  [form.data8]: (cursor) => block(cursor, 8),
  [form.data16]: (cursor) => block(cursor, 16),
  [form.block]: (cursor) => block(cursor, cursor.unsigned()),
  [form.block1]: (cursor) => block(cursor, cursor.u8()),
  [form.block2]: (cursor) => block(cursor, cursor.u16()),
  [form.block4]: (cursor) => block(cursor, cursor.u32()),
};

function formValue(
  cursor: Cursor,
  written: number,
  is64: boolean,
  strings: Strings,
): string | number | undefined {
  const read = forms[written];
  if (read === undefined) throw cursor.error(`expected a form of a path, found 0x${written.toString(16)}`);
  return read(cursor, is64, strings);
}

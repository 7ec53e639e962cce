/** Instruction words as lines of text, in the layout of `llvm-objdump --disassemble`. */
import { shownName, type SymbolTable } from '../images/index.js';
import { disassemble, pointedAt } from '../isa/index.js';
import { hex, jsonText } from './format.js';

/** A run of bytes at an address. */
export interface CodeRange {
  /** Heads the run, as in `Disassembly of section .text:`; undefined where nothing is to be said. */
  readonly title?: string;
  readonly address: bigint;
  readonly bytes: Uint8Array;
  /** Names that begin in this run. */
  readonly symbols: SymbolTable;
  /** Names of the places that instructions of this run may point at. */
  readonly targets: SymbolTable;
  /** Addresses from which on there is data (true) or code (false), ascending; all is code before the first. */
  readonly data: readonly { readonly address: bigint; readonly isData: boolean }[];
}

/** One instruction, or what is left of the run where less than a word is. */
export interface DisassemblyLine {
  readonly address: bigint;
  /** The word, or undefined for the last one to three bytes of a run. */
  readonly word: number | undefined;
  readonly bytes: Uint8Array;
  /** `mov x0, x1`; `<unknown>` for an unallocated word; `.word 0x...` for data. */
  readonly text: string;
  /** Name that begins here. */
  readonly label?: string;
  /** Where the instruction branches to or points at: `memset+0x10`. */
  readonly target?: string;
}

/** The lines of a run, in order. */
export function* disassembleRange(range: CodeRange): Generator<DisassemblyLine> {
  const { address: start, bytes, symbols, targets } = range;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let nextLabel = symbols.after(start - 1n);
  let mark = 0;
  let isData = false;
  for (let offset = 0; offset < bytes.length; offset += 4) {
    const address = start + BigInt(offset);
    for (; mark < range.data.length && range.data[mark].address <= address; mark++)
      isData = range.data[mark].isData;
    let label: string | undefined;
    while (nextLabel !== undefined && nextLabel.address <= address) {
      label = nextLabel.name;
      nextLabel = symbols.after(nextLabel.address);
    }
    yield {
      ...(offset + 4 <= bytes.length
        ? wordLine(address, view.getUint32(offset, true), isData, targets)
        : { address, word: undefined, text: '<unknown>' }),
      bytes: bytes.subarray(offset, offset + 4),
      ...(label !== undefined && { label }),
    };
  }
}

function wordLine(
  address: bigint,
  word: number,
  isData: boolean,
  targets: SymbolTable,
): Omit<DisassemblyLine, 'bytes'> {
  if (isData) return { address, word, text: `.word ${hex(word, 8)}` };
  const text = disassemble(word, address) ?? '<unknown>';
  const place = pointedAt(text);
  const name = place === undefined ? undefined : placeName(place, targets);
  return { address, word, text, ...(name !== undefined && { target: name }) };
}

function placeName(address: bigint, targets: SymbolTable): string | undefined {
  const found = targets.at(address);
  if (found === undefined) return undefined;
  const distance = address - found.address;
  return distance === 0n ? found.name : `${found.name}+${hex(distance)}`;
}

/** A line as `llvm-objdump` lays it out, with the label's line before it. */
export function lineText({ address, bytes, text, label, target }: DisassemblyLine): string {
  const heading =
    label === undefined ? '' : `\n${address.toString(16).padStart(16, '0')} <${shownName(label)}>:\n`;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const place = address.toString(16).padStart(8);
  const operands = target === undefined ? '' : ` <${shownName(target)}>`;
  return `${heading}${place}: ${digits.padEnd(11)}  \t${text.replace(' ', '\t')}${operands}\n`;
}

/** A line as an object for `--json`. */
export function lineJson({ address, word, text, label, target }: DisassemblyLine): string {
  const fields = {
    address: hex(address),
    word: word === undefined ? null : hex(word, 8),
    text,
    label,
    target,
  };
  return jsonText(fields);
}

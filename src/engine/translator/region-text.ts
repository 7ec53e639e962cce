/** Regions as text: where they are, their blocks and loops, and the bound recording of each instruction. */
import { disassemble } from '../../isa/index.js';
import { CODE_PAGE_SIZE } from '../code-pages.js';
import { print } from '../ir/print.js';
import { nest, type Nest } from './nesting.js';
import { PAGE_WORDS, type BasicBlock, type Region } from './region.js';

/** A region that a translator has made. */
export interface MadeRegion {
  readonly region: Region;
  /** Physical addresses of the page that it begins in, and of the one behind it, if it has instructions of that. */
  readonly page: number;
  readonly second: number | undefined;
  /** The WebAssembly module that it is in, and the name of its function there. */
  readonly module: Uint8Array;
  readonly name: string;
}

/** Physical address of an instruction of a region. */
export function addressIn({ page, second = 0 }: MadeRegion, place: number): number {
  return place < PAGE_WORDS ? page + place * 4 : second + place * 4 - CODE_PAGE_SIZE;
}

const hex = (value: number, digits = 1): string => `0x${value.toString(16).padStart(digits, '0')}`;

/** Of a region, those blocks and loops that are entered, and where they go to; places in bytes. */
export function nestText(
  { blocks, targets }: Pick<Region, 'blocks' | 'targets'>,
  { items }: Nest = nest(blocks, targets),
  indent = '',
): string[] {
  const place = (number: number): string => hex(number * 4);
  return items.flatMap((item) => {
    if (typeof item !== 'number') {
      const head = `${indent}loop${item.dispatches ? ', entered in the middle' : ''}`;
      return [head, ...nestText({ blocks, targets }, item, `${indent}  `)];
    }
    const { start: first, instructions, successors } = blocks[item];
    const last = first + instructions.length - 1;
    const to = successors.map((each) => place(blocks[each].start)).join(' or ') || 'out';
    return [
      `${indent}${place(first)} to ${place(last)}${targets.includes(item) ? ', entry' : ''}: goes to ${to}`,
    ];
  });
}

/** All that there is to say of a region. */
export function regionText(made: MadeRegion): string[] {
  const { region, page, second } = made;
  const pages = second === undefined ? `page ${hex(page)}` : `pages ${hex(page)} and ${hex(second)}`;
  const size = `${region.size} instruction${region.size === 1 ? '' : 's'}`;
  return [
    `a region of ${size} in ${pages}, function ${made.name} of its module:`,
    ...nestText(region).map((line) => `  ${line}`),
    ...region.blocks.flatMap((block) => blockText(made, block)),
  ];
}

function blockText(made: MadeRegion, { start, instructions }: BasicBlock): string[] {
  return instructions.flatMap(({ word, block }, i) => {
    const address = addressIn(made, start + i);
    const head = `${hex(address)}: ${hex(word, 8)} ${disassemble(word, BigInt(address)) ?? ''}`;
    return [
      head,
      ...print(block)
        .split('\n')
        .map((line) => `    ${line}`),
    ];
  });
}

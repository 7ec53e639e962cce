/**
 * Programs that put code into board virt's flash by its commands (JESD68, Intel's command set) and run it there, at EL2
 * with the MMU off. Behind each call is reported what the code has added up in X5, in place of a syndrome, and what a
 * load from where it begins gives, in place of the return address.
 */
import { assemble } from '../../src/index.js';
import { set, type ReportingProgram } from './report.js';

/** Two banks of 64 MiB from address 0 on: QEMU's VIRT_FLASH. */
const BANK_1 = 0x400_0000;
const END = 2 * BANK_1;

/** Writes a command or a word to flash at X2: clobbers x3. */
const write = (value: number): string => `${set('x3', value)}\n str w3, [x2]`;
const READ_ARRAY = write(0xff);
const STATUS = write(0x70);
const ERASE = `${write(0x20)}\n${write(0xd0)}\n${READ_ARRAY}`;

const at = (address: number): string => set('x2', address);

/** Programs instructions from an address on, and goes back to reading: x2 and x3. */
function flashed(address: number, ...texts: readonly string[]): string {
  const words = texts.map((text, i) => `${at(address + 4 * i)}\n${write(0x40)}\n${write(assemble(text))}`);
  return `${words.join('\n')}\n${READ_ARRAY}`;
}

/** The same by the buffer, which writes a block. */
function buffered(address: number, ...texts: readonly string[]): string {
  const words = texts.map((text, i) => `${at(address + 4 * i)}\n${write(assemble(text))}`);
  return `${at(address)}\n${write(0xe8)}\n${write(texts.length - 1)}\n${words.join('\n')}\n${write(0xd0)}\n${READ_ARRAY}`;
}

/** Calls code, and reports. */
const call = (address: number): string => `
  ${set('x4', address)}
  blr x4
  ldr w6, [x4]
  stp x5, x6, [x28], #16
  str xzr, [x28], #8`;

const CODE = 0x1_2000;
const adding = (number: number): readonly string[] => [`add x5, x5, #${number}`, 'ret'];

/** What is reported of a call whose first instruction is undefined, before what it reports of itself. */
export const UNDEFINED = 'undefined';

const programs: Readonly<
  Record<string, { readonly body: string; readonly sees: readonly (number | string)[] }>
> = {
  'blank, where every word is zero': { body: call(CODE), sees: [UNDEFINED, 0] },
  'after an erasure, where every word is all ones': {
    body: `${at(CODE)}\n${ERASE}\n${call(CODE)}`,
    sees: [UNDEFINED, 0],
  },
  'in bank 0': { body: `${flashed(CODE, ...adding(1))}\n${call(CODE)}\n${call(CODE)}`, sees: [1, 2] },
  'in bank 1': { body: `${flashed(BANK_1 + CODE, ...adding(1))}\n${call(BANK_1 + CODE)}`, sees: [1] },
  'as its last instructions': { body: `${flashed(END - 8, ...adding(1))}\n${call(END - 8)}`, sees: [1] },
  'over the end of a page': {
    body: `${flashed(CODE + 0xffc, ...adding(1))}\n${call(CODE + 0xffc)}`,
    sees: [1],
  },
  'over the end of a bank': {
    body: `${flashed(BANK_1 - 4, 'add x5, x5, #1')}\n${flashed(BANK_1, ...adding(2))}\n${call(BANK_1 - 4)}`,
    sees: [3],
  },
  'programmed again': {
    body: `
      ${flashed(CODE, ...adding(1))}\n${call(CODE)}
      ${flashed(CODE, ...adding(16))}\n${call(CODE)}
      ${at(CODE)}\n${ERASE}\n${flashed(CODE, ...adding(64))}\n${call(CODE)}`,
    sees: [1, 17, 81],
  },
  'written again by the buffer': {
    body: `
      ${flashed(CODE, ...adding(1))}\n${call(CODE)}
      ${buffered(CODE, ...adding(4))}\n${call(CODE)}`,
    sees: [1, 5],
  },
  'while it gives its status': {
    body: `
      ${flashed(CODE, ...adding(1))}\n${call(CODE)}
      ${STATUS}\n${call(CODE)}
      ${READ_ARRAY}\n${call(CODE)}`,
    sees: [1, UNDEFINED, 1, 2],
  },
  'while it gives its status, from the start': {
    body: `${at(CODE)}\n${STATUS}\n${call(CODE)}`,
    sees: [UNDEFINED, 0],
  },
  'while it gives its identifiers': {
    body: `
      ${flashed(CODE, ...adding(1))}
      ${at(CODE)}\n${write(0x90)}\n${call(CODE)}\n${call(CODE + 4)}`,
    sees: [UNDEFINED, 0, UNDEFINED, 0],
  },
  'while it answers a query': {
    body: `
      ${flashed(CODE, ...adding(1))}
      ${at(CODE)}\n${write(0x98)}\n${call(CODE)}\n${call(0x40)}`,
    sees: [UNDEFINED, 0, UNDEFINED, 0],
  },
  'while the other bank gives its status': {
    body: `${flashed(CODE, ...adding(1))}\n${at(BANK_1)}\n${STATUS}\n${call(CODE)}`,
    sees: [1],
  },
};

export const flashPrograms = Object.entries(programs).map(
  ([name, { body, sees }]): readonly [
    name: string,
    program: ReportingProgram,
    sees: readonly (number | string)[],
  ] => [
    name,
    {
      el: 2,
      body: `msr sctlr_el2, xzr\n isb\n mov x5, #0\n ${body}\n b finish`,
      returnsToCaller: true,
    },
    sees,
  ],
);
